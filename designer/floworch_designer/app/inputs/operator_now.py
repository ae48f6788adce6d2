"""What a run does at this moment, a line for each step that is under way or waits: for who does not see the canvas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from floworch.run.status import NODE_STATUSES, NodeStatus, RunStatus
from floworch_designer.app.panels.problems_panel import Elided
from floworch_designer.settings.words import counted, local_number, tr
from floworch_designer.theme.statuses import HUMAN, LOOKS

if TYPE_CHECKING:
    from floworch.run.state import RunState
    from floworch_designer.theme.theme import Theme

#: Steps that have a line of their own; more are counted.
LINES: Final = 4
_NOW: Final = frozenset({
    NodeStatus.RUNNING, NodeStatus.RETRYING, NodeStatus.WAITING, NodeStatus.IN_DOUBT, NodeStatus.COMPENSATING,
})  # fmt: skip
#: What is waited for that a person gives.
_ASKED: Final = frozenset({"approval", "form"})


class Step(NamedTuple):
    """A step at work: its title, how far it is or what it waits for, and its glyph with the token of its colour."""

    title: str
    words: str
    glyph: str
    color: str


def steps_now(state: RunState, title: Callable[[str], str]) -> list[Step]:
    """The steps at top level that are under way or wait, in their order; of a run that stands still those that wait."""
    found = []
    for node, name in enumerate(state.node_ids):
        status = NODE_STATUSES[state.node_status[node]]
        if node in state.parents or status not in _NOW or state.status.final:
            continue
        items = state.items.get((node, ()))
        if status is not NodeStatus.WAITING and not state.status.live:
            if items is None or state.status is not RunStatus.SUSPENDED:
                continue  # it was begun, and nobody works on it now
            status = NodeStatus.WAITING  # its items do
        wait = (state.waits.get((node, ())) or {}).get("kind")
        if wait in _ASKED:
            found.append(Step(title(name), tr("waits for an answer"), HUMAN.glyph, HUMAN.color))
            continue
        look = LOOKS[status]
        words = tr(look.label) if items is None else _of_items(items.completed + items.failed, items.total)
        found.append(Step(title(name), words, look.glyph, look.color))
    return found


def _of_items(done: int, of: int) -> str:
    return tr("{done} of {all}", done=local_number(f"{done:,}"), all=local_number(f"{of:,}"))


class NowLines(QWidget):
    """The lines, made once and written anew."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows: list[tuple[QWidget, QLabel, Elided, QLabel]] = []
        self.more = QLabel()
        self.more.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for _ in range(LINES):
            line, glyph, title, words = QWidget(), QLabel(), Elided(""), QLabel()
            words.setProperty("role", "secondary")
            words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            row.addWidget(glyph)
            row.addWidget(title, 1)
            row.addWidget(words)
            self.rows.append((line, glyph, title, words))
            column.addWidget(line)
        column.addWidget(self.more)

    def show_steps(self, steps: list[Step]) -> None:
        """Write them; nothing is left of the place without any."""
        self.setVisible(bool(steps))
        for (line, glyph, title, words), step in zip(self.rows, [*steps, *[None] * LINES], strict=False):
            line.setVisible(step is not None)
            if step is not None:
                glyph.setPixmap(self._theme.pixmap(step.glyph, step.color, 16))
                title.setText(step.title)
                words.setText(step.words)
        more = len(steps) - LINES
        self.more.setVisible(more > 0)
        self.more.setText(counted(more, "1 more step", "{n} more steps") if more > 0 else "")
