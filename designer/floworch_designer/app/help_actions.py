"""Handlers of the ``help.*`` actions: the shortcuts, and what this program is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch_designer.app import dialogs
from floworch_designer.app.keymap import from_settings, keep
from floworch_designer.app.loop import spawn
from floworch_designer.app.popups import CheatSheet
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


class HelpActions:
    """The list of shortcuts, changing them, and the about box."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def cheat_sheet(self) -> None:
        """Show every shortcut."""
        CheatSheet(self._window.commands, self._window).open()

    def edit_keys(self) -> None:
        """Let a person choose the keys of every action; each change counts at once and is kept."""
        from floworch_designer.app.keys_dialog import KeysDialog

        settings = self._window.session.settings
        dialog = KeysDialog(from_settings(settings), self._window)
        dialog.chosen.connect(lambda keymap: keep(settings, keymap))
        dialog.open()

    def about(self) -> None:
        """Say what this is."""
        from importlib.metadata import version

        close = tr("Close")
        words = tr("Draw a workflow, attach actions and middleware, run it durably. Apache License 2.0.")
        title, name = tr("About Flow Orchestrator"), f"Flow Orchestrator {version('floworch')}"
        spawn(dialogs.ask(self._window, title, name, ((close, "reject"),), words), "about")
