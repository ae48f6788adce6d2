"""What would happen, shown before it does: words on the canvas, counts and the question in a strip."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt

from floworch_designer.settings.words import counted, local_number, mark, tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.canvas.plan import Plan

#: Words in the order they are counted, and how the strip says them.
WORDS = {
    "runs": mark("run"),
    "new": mark("are new"),
    "reused": mark("reused"),
    "pinned": mark("pinned"),
    "kept": mark("kept"),
    "stale": mark("kept though changed"),
    "out": mark("take no part"),
    "removed": mark("removed"),
    "refused": mark("refused"),
}
KEY = "plan"


class PlanView(QObject):
    """Shows one plan at a time; any edit takes it away, because it would no longer be true."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._canvas: Any = None
        self._tab: object = None
        self.confirm: Callable[[], object] | None = None
        window.edited.connect(self.hide)
        window.tabs.turned.connect(self.hide)

    @property
    def plan(self) -> Plan:
        """What is shown; empty when nothing is."""
        return dict(self._canvas.overlay.plan) if self._canvas is not None else {}

    def show(self, title: str, plan: Plan, go: str, confirm: Callable[[], object] | None, note: str = "") -> None:
        """Show a plan: title of the strip, the words, the button's words and what it does; None only tells."""
        self.hide()
        window = self._window
        self._canvas, self._tab = window.canvas, window.tab
        self._canvas.overlay.plan = plan
        self._canvas.repaint_all()
        self.confirm = confirm
        buttons = [(go, self.go)] if confirm is not None else []
        banner = window.banners.show_banner(
            KEY, "info" if confirm is not None else "warning", title, "  ·  ".join(filter(None, (count(plan), note))),
            [*buttons, (mark("Cancel"), self.cancel)], closable=False,
        )  # fmt: skip
        for button in banner.buttons.values():
            button.setAutoDefault(True)
        next(iter(banner.buttons.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def go(self) -> None:
        """Do what was explained."""
        confirm = self.confirm
        self.hide()
        if confirm is not None:
            confirm()

    def cancel(self) -> None:
        """Do nothing."""
        self.hide()
        self._window.canvas.setFocus()

    def hide(self, *_: object) -> None:
        """Take the plan off the canvas."""
        canvas, tab = self._canvas, self._tab
        self._canvas = self._tab = self.confirm = None
        if canvas is not None:
            canvas.overlay.plan = {}
            canvas.repaint_all()
            self._window.banners.remove(KEY, tab)


def count(plan: Plan) -> str:
    """``3 nodes run · 2 reused · 1 takes no part`` of a plan."""
    found = [word for word, _ in plan.values()]
    return " · ".join(_counted(word, found.count(word)) for word in WORDS if word in found)


def _counted(word: str, number: int) -> str:
    if word == "runs":
        return counted(number, "1 node runs", "{n} nodes run")
    return f"{local_number(f'{number:,}')} {tr(WORDS[word])}"
