"""The items of a loop as a list: what became of each of them in a node, found by number, words or status."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QItemSelectionModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from floworch.artifact import shown
from floworch.run.status import NodeStatus
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.values import cell_text
from floworch_designer.runs.instances import Instance, Instances
from floworch_designer.runs.item_values import UNKNOWN
from floworch_designer.runs.recording import Recording
from floworch_designer.runs.stories import LogLine, line_of
from floworch_designer.runs.words import took_text
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import local_number, mark, tr
from floworch_designer.theme.elided import plain
from floworch_designer.theme.table import Index, RowsModel, dress
from floworch_designer.theme.theme import Theme

COLUMNS = (mark("Index"), mark("Value"), mark("Time"))
#: Events read before the window gets its turn.
SLICE = 6000
#: Milliseconds between two looks at a run that goes on, and how many times as long as one look took.
LATE, SHARE = 250, 10
#: Items whose values are searched for words; of more of them only the numbers are.
SEARCHED = 5_000
ROW = 24


class ItemsModel(RowsModel):
    """Rows of :data:`COLUMNS`, one for each instance."""

    columns, say = COLUMNS, staticmethod(tr)

    def __init__(self, theme: Theme, value: Callable[[Instance], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._value = theme, value
        self.rows: list[Instance] = []

    def show(self, rows: list[Instance]) -> None:
        """Show these rows; the same ones are only written anew."""
        if len(rows) == len(self.rows) and all(one is other for one, other in zip(rows, self.rows, strict=True)):
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def data(self, index: Index, role: int = 0) -> Any:
        """Text and glyph of a cell."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (number_text(row.scope), self._value(row), took_text(row.duration))[column]
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            look = self._theme.status_look(row.status)
            return self._theme.icon(look.glyph or "status-pending", look.color, 14)
        if role == Qt.ItemDataRole.ForegroundRole and column == 2:
            return self._theme.color("text_secondary")
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = self._words(row)
            return plain(words) if role == Qt.ItemDataRole.ToolTipRole else words if column == 0 else None
        return None

    def _words(self, row: Instance) -> str:
        words = [f"{number_text(row.scope)}: {tr(self._theme.status_look(row.status).label)}", self._value(row)]
        if row.error:
            words.append(said(str(row.error.get("message", "")))[:400])
        return "\n".join(word for word in words if word)


class _Table(QTableView):
    """A table that tells of Escape."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the row."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class ItemsView(QWidget):
    """The items of the shown node.

    ``chosen_changed`` follows when another one is looked at, or none in particular; ``filled`` when more is known.
    """

    chosen_changed = Signal()
    filled = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._instances: Instances | None = None
        self._recording: Recording | None = None
        self._scope: tuple[int, ...] | None = None
        self._counts: dict[NodeStatus | None, int] = {}
        self._order: list[NodeStatus | None] = [None]
        self.model = ItemsModel(context.theme, self._value, self)
        self.table = _Table()
        self.status = QComboBox()
        self.words = QLineEdit()
        self.all = QToolButton()
        self._build()
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._read)
        self._late = QTimer(self, singleShot=True, interval=LATE)
        self._late.timeout.connect(self._fill)

    @property
    def chosen(self) -> Instance | None:
        """The item that is looked at, or None."""
        if self._instances is None or self._scope is None:
            return None
        return self._instances.found.get(self._scope)

    @property
    def any(self) -> bool:
        """Whether the node has items at all."""
        return self._instances is not None and bool(self._instances.found)

    def value(self) -> Any:
        """The chosen item itself, or ``item_values.UNKNOWN``."""
        chosen = self.chosen
        return UNKNOWN if chosen is None or self._instances is None else self._instances.value(chosen.scope)

    def lines(self) -> list[LogLine]:
        """What was written into the log in the chosen item."""
        chosen, feed = self.chosen, self._context.feed
        if chosen is None or feed is None or self._recording is None or feed.state is None:
            return []
        events, ids = self._recording.events, feed.state.node_ids
        return [line for place in chosen.spoken if (line := line_of(events[place], ids)) is not None]

    def follow(self, node: str | None) -> None:
        """Show the items of a node as the feed shows them now; the chosen number stays the same in another node."""
        feed = self._context.feed
        state, recording = (None, None) if feed is None else (feed.state, feed.recording)
        if node is None or state is None or recording is None or node not in state.index:
            self._instances = None
            self._fill()
            return
        upto = len(recording) if feed is None or feed.cursor is None else feed.cursor
        known = self._instances
        if recording is not self._recording:
            self._scope = None
        if known is None or recording is not self._recording or known.name != node or upto < known.count:
            self._instances, self._recording = Instances.of(state, node), recording
            self._late.setInterval(0)
        self._read()

    def choose(self, scope: tuple[int, ...] | None) -> None:
        """Look at an item, or at all of them again."""
        if scope == self._scope:
            return
        self._scope = scope
        self._mark(scroll=True)
        self.all.setVisible(scope is not None)
        self.chosen_changed.emit()

    def _read(self) -> None:
        """Fold what happened, a piece at a time."""
        feed, instances, recording = self._context.feed, self._instances, self._recording
        if feed is None or instances is None or recording is None or recording is not feed.recording:
            return
        upto = len(recording) if feed.cursor is None else feed.cursor
        took = instances.take(recording.events, upto, SLICE)
        if instances.count < upto:
            self._more.start()
        elif self._late.interval() == 0:
            self._fill()
        elif took and not self._late.isActive():
            self._late.start()

    def _fill(self) -> None:
        """Write the rows that are asked for."""
        begin, fresh = time.monotonic(), self._late.interval() == 0
        found = list(self._instances.found.values()) if self._instances is not None else []
        self._offer(found)
        wanted = self._order[max(0, self.status.currentIndex())]
        rows = [each for each in found if wanted is None or each.status is wanted]
        words = self.words.text().strip().lower()
        if words:
            search = len(found) <= SEARCHED
            rows = [each for each in rows if _fits(each, words, self._value(each) if search else "")]
        rows.sort(key=lambda each: each.scope)
        self.model.show(rows)
        self._mark(scroll=fresh)
        self.all.setVisible(self.chosen is not None)
        self._late.setInterval(max(LATE, int((time.monotonic() - begin) * 1000 * SHARE)))
        self.filled.emit()

    def _offer(self, found: Sequence[Instance]) -> None:
        """Offer the statuses there are, with how many items have them."""
        counts: dict[NodeStatus | None, int] = {None: len(found)}
        for each in found:
            counts[each.status] = counts.get(each.status, 0) + 1
        if counts == self._counts:
            return
        wanted = self._order[max(0, self.status.currentIndex())]
        self._counts = counts
        self.status.blockSignals(True)
        self.status.clear()
        self._order = [None, *(status for status in NodeStatus if status in counts)]
        for status in self._order:
            word = tr("All items") if status is None else tr(self._context.theme.status_look(status).label)
            self.status.addItem(f"{word} ({local_number(f'{counts[status]:,}')})")
        self.status.setCurrentIndex(self._order.index(wanted) if wanted in self._order else 0)
        self.status.blockSignals(False)

    def _mark(self, scroll: bool) -> None:
        """Mark the row of the chosen item, without telling of it; what is scrolled to stays without ``scroll``."""
        row = next((i for i, each in enumerate(self.model.rows) if each.scope == self._scope), -1)
        selection = self.table.selectionModel()
        selection.blockSignals(True)
        if row < 0:
            selection.clear()
        else:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            selection.setCurrentIndex(self.model.index(row, 0), flags)
            if scroll:
                self.table.scrollTo(self.model.index(row, 0))
        selection.blockSignals(False)
        self.table.viewport().update()

    def _value(self, each: Instance) -> str:
        """The item in one line; where nobody knows it, what came of it."""
        value = self._instances.value(each.scope) if self._instances is not None else UNKNOWN
        if value is not UNKNOWN:
            return cell_text(value)
        return f"→ {cell_text(shown(each.output))}" if each.output is not None else ""

    def _on_rows(self) -> None:
        found = self.table.selectionModel().selectedRows()
        if found:
            self.choose(self.model.rows[found[0].row()].scope)

    def _build(self) -> None:
        table = self.table
        dress(table, self.model, tr("Items"), {0: 68, 2: 64}, (1,), row=ROW)
        table.setMinimumHeight(190)
        # The current row is none that anybody chose: a table that gets the keys takes its first one.
        table.selectionModel().selectionChanged.connect(lambda *_: self._on_rows())
        table.left.connect(lambda: self.choose(None))
        self.status.setAccessibleName(tr("Which items"))
        self.status.currentIndexChanged.connect(lambda _index: self._fill())
        self.words.setPlaceholderText(tr("Number or words"))
        self.words.setAccessibleName(tr("Find an item by its number or words"))
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(lambda _text: self._late.isActive() or self._late.start())
        self.all.setText(tr("Show all items together"))
        self.all.setProperty("role", "segment")
        self.all.clicked.connect(lambda: self.choose(None))
        self.all.hide()
        bar = QHBoxLayout()
        bar.setSpacing(6)
        bar.addWidget(self.status, 1)
        bar.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(bar)
        column.addWidget(table)
        column.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeft)


def number_text(scope: tuple[int, ...]) -> str:
    """``3``; in loops within loops ``1, 3``, outermost first."""
    return ", ".join(map(str, scope))


def _fits(each: Instance, words: str, value: str) -> bool:
    if all(letter.isdigit() or letter in ", " for letter in words):
        numbers = [int(number) for number in words.replace(",", " ").split()]
        if numbers == list(each.scope[: len(numbers)]) or numbers == [each.scope[-1]]:
            return True
    return words in value.lower() or (each.error is not None and words in str(each.error.get("message", "")).lower())
