"""Where one is: the workflows that call each other, then the containers around the selected node; each leads there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from floworch_designer.app.running.partial import parent_of
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab

#: Letters of one crumb; longer names are cut in the middle.
LONGEST = 28


@dataclass(frozen=True, slots=True)
class Crumb:
    """One place: what kind it is, what it is called, what a click does in words, and the click."""

    kind: str
    text: str
    tip: str
    go: Callable[[], object]


def crumbs(window: MainWindow) -> list[Crumb]:
    """The chain from the outermost workflow to the innermost container around the selected node."""
    tab = window.tab
    found = [_of_tab(window, caller) for caller in callers(tab)]
    run = parent_of(window)
    if not found and run:
        found.append(
            Crumb("run", run, tr("Show run {run}, which called this one", run=run), partial(window.runs.open_run, run))
        )
    found.append(Crumb("workflow", short_name(tab), tr("Show the whole workflow"), window.canvas.fit))
    nodes = window.document.workflow.nodes
    for key in containers(window):
        title = nodes[key].title or key
        found.append(
            Crumb("container", title, tr("Select “{title}” and show it", title=title), partial(show, window, key))
        )
    return found


def callers(tab: Tab) -> list[Tab]:
    """The tabs from which a tab was opened, the outermost first."""
    found: list[Tab] = []
    caller = tab.caller
    while caller is not None and caller is not tab and caller not in found:
        found.insert(0, caller)
        caller = caller.caller
    return found


def containers(window: MainWindow) -> list[str]:
    """Ids of the containers around the selected node, the outermost first."""
    nodes, found = window.document.workflow.nodes, list[str]()
    node = nodes.get(window.selection.primary or "")
    while node is not None and node.parent in nodes and node.parent is not None and node.parent not in found:
        found.insert(0, node.parent)
        node = nodes[node.parent]
    return found


def show(window: MainWindow, node: str) -> None:
    """Select a container and show it as large as it fits."""
    window.selection.set([node])
    window.canvas.frame_selection()


def short_name(tab: Tab) -> str:
    """The name of a tab without what all files end in."""
    return tab.name.removesuffix(".json").removesuffix(".flow")


def _of_tab(window: MainWindow, tab: Tab) -> Crumb:
    return Crumb(
        "caller",
        short_name(tab),
        tr("Back to {name}, which calls this one", name=tab.name),
        partial(window.tabs.show, tab),
    )


class Breadcrumb(QFrame):
    """The crumbs as buttons; it is there only when there is more than one. Arrow keys walk, Enter goes, Esc leaves."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._shown: list[tuple[str, str]] = []
        self.buttons: list[QToolButton] = []
        self.setAccessibleName(tr("Where you are"))
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(1)

    def follow(self) -> None:
        """Show where one is now."""
        found = crumbs(self._window)
        shown = [(crumb.kind, crumb.text) for crumb in found]
        self.setVisible(len(found) > 1)
        if shown == self._shown and len(found) == len(self.buttons):
            for button, crumb in zip(self.buttons, found, strict=True):
                button.setProperty("crumb", crumb)
            return
        self._shown = shown
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = []
        for number, crumb in enumerate(found):
            if number:
                arrow = QLabel("›")
                arrow.setProperty("role", "secondary")
                self._layout.addWidget(arrow)
            button = self._button(crumb, number == len(found) - 1)
            self._layout.addWidget(button)
            button.show()  # a layout shows it later, and until then it takes no keyboard

    def open(self) -> None:
        """Put the keyboard on the place before the last, or say that there is none."""
        if len(self.buttons) < 2:
            self._window.flash(tr("You are in a workflow that nothing opened; no container is around the selection."))
            return
        self.buttons[-2].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk with the arrow keys, go with Enter, back to the canvas with Esc."""
        if isinstance(event, QKeyEvent) and isinstance(watched, QToolButton) and watched in self.buttons:
            if event.type() is not QEvent.Type.KeyPress:
                return False
            at = self.buttons.index(watched)
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
            if step is not None:
                self.buttons[min(max(at + step, 0), len(self.buttons) - 1)].setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.buttons[at].click()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._window.canvas.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _button(self, crumb: Crumb, last: bool) -> QToolButton:
        button = QToolButton()
        text = crumb.text
        if len(text) > LONGEST:
            text = f"{text[: LONGEST // 2]}…{text[-LONGEST // 2 + 1 :]}"
        button.setText(text.replace("&", "&&"))
        button.setToolTip(crumb.tip)
        button.setAccessibleName(f"{crumb.text}. {crumb.tip}")
        button.setProperty("role", "row")
        button.setProperty("crumb", crumb)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if last:
            font = button.font()
            font.setBold(True)
            button.setFont(font)
        button.clicked.connect(lambda _checked=False: self._go(button))
        button.installEventFilter(self)
        self.buttons.append(button)
        return button

    def _go(self, button: QToolButton) -> None:
        crumb: Crumb = button.property("crumb")
        crumb.go()
        self._window.canvas.setFocus()
