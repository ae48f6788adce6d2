"""Telling on the desktop what somebody who does not see the window should know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from floworch.errors import ActionError
from floworch_designer.app.runtime.loop import spawn

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

#: Characters of a notification that are shown.
LONGEST = 300


async def send(title: str, text: str) -> None:
    """Show a notification where there is a desktop with one; what goes wrong is noted in the program's log."""
    from floworch.actions.library.desktop_tools import tool, use

    argv = tool("notify")
    if argv is None:
        return
    try:
        await use([*argv, title, text[:LONGEST]])
    except ActionError as error:
        logging.getLogger(__name__).warning("no notification: %s", error.message)


class Notifying(QObject):
    """Notifies while a window is hidden, minimized or behind others.

    Args:
        window: The window.
        send: Shows a notification; for tests.
    """

    def __init__(self, window: QWidget, send: Callable[[str, str], Coroutine[Any, Any, None]] = send) -> None:
        super().__init__(window)
        self._window, self.send = window, send

    def tell(self, title: str, text: str) -> None:
        """Show a notification unless the person has the window before them."""
        window = self._window
        if window.isVisible() and not window.isMinimized() and window.isActiveWindow():
            return
        QApplication.alert(window)
        spawn(self.send(title, text), "notify")
