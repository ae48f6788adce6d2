"""The problems of the definition with their reasons and buttons that repair them: as a panel, and at a card's badge."""

from __future__ import annotations

from functools import partial
from itertools import takewhile

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from floworch.model.problem import Problem
from floworch_designer.app.widgets.rows_in_view import RowsInView
from floworch_designer.inspector.fix_button import fix_button
from floworch_designer.inspector.widgets import UNBOUND
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.theme import Theme

_PROBLEM = Qt.ItemDataRole.UserRole
#: Problems that are listed; more are counted.
LIMIT = 300
#: Width of a row from which on it says what is wrong and what helps, px.
BOTH = 620
#: Between the parts of a row, and at its end, px.
BETWEEN, EDGE = 10, 6
ALL_WELL = mark("No problems. The workflow is valid.")


class ProblemsPanel(QWidget):
    """Every finding of the validator; a click selects its node, a button repairs it.

    A row gets its widgets when it comes into view: every change of the definition brings new findings, and most of
    hundreds are never looked at.

    Attributes:
        buttons: The buttons that repair, by the row, of the rows that were in view.
    """

    chosen = Signal(object)
    repair_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.buttons: dict[int, QPushButton] = {}
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Problems"))
        self.list.itemClicked.connect(self._on_item)
        self.list.itemActivated.connect(self._on_item)
        self._rows = RowsInView(self.list, 36)
        self._shown: tuple[list[Problem], bool] = ([], True)
        self.none = QLabel(tr(ALL_WELL))
        self.none.setProperty("role", "secondary")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 6, 8, 4)
        self._column.addWidget(self.list, 1)
        self._column.addWidget(self.none, 1)
        self.show_problems([])

    def show_problems(self, problems: list[Problem], empty: str = "", editable: bool = True) -> None:
        """Show these, errors first; ``empty`` is said when there are none, nothing is repaired unless ``editable``."""
        self.list.setVisible(bool(problems))
        self.none.setVisible(not problems)
        self.none.setText(empty or tr(ALL_WELL))
        self._column.activate()  # the list has its size before its rows are made
        found = sorted(problems, key=lambda problem: problem.severity != "error")
        if self._shown != (found, editable):
            self._list(found, editable)
            self._shown = found, editable

    def _list(self, found: list[Problem], editable: bool) -> None:
        before, same = self._shown
        alike = takewhile(lambda pair: pair[0] == pair[1], zip(before[:LIMIT], found, strict=False))
        kept = sum(1 for _ in alike) if same is editable else 0
        self._rows.keep(kept)
        self.buttons = {number: button for number, button in self.buttons.items() if number < kept}
        for number, problem in enumerate(found[kept:LIMIT], kept):
            item = QListWidgetItem()
            item.setToolTip(f"{problem.path}\n{said(problem.message)}\n{said(problem.fix)}".strip())
            item.setData(_PROBLEM, problem)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{_text(problem)}  {said(problem.fix)}".strip())
            self._rows.add(item, partial(self._row, number, problem, editable))
        if len(found) > LIMIT:
            self.list.addItem(tr("… and {value:,} more", value=len(found) - LIMIT))

    def _row(self, number: int, problem: Problem, editable: bool) -> QWidget:
        row = _Row()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(8, 0, EDGE, 0)
        layout.setSpacing(BETWEEN)
        layout.addWidget(_glyph(self._theme, problem))
        row.reason, row.fix = Elided(_text(problem)), Elided(said(problem.fix))
        row.fix.setProperty("role", "secondary")
        layout.addWidget(row.reason, 3)
        layout.addWidget(row.fix, 2)
        if problem.repair is not None and editable:
            button = fix_button(problem, self.repair_requested.emit)
            self.buttons[number] = row.button = button
            layout.addWidget(button)
        return row

    def _on_item(self, item: QListWidgetItem) -> None:
        problem = item.data(_PROBLEM)
        if problem is not None:
            self.chosen.emit(problem)


class _Row(QWidget):
    """A problem; where there is little room, the reason has it, and what helps is told by the tool tip alone.

    What helps begins at the same place in all rows, but where the reason would be cut with room behind it.
    """

    reason: Elided
    fix: Elided
    button: QPushButton | None = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self.fix.setVisible(self.width() >= BOTH)
        # What the two of them share; Qt has not laid anything out yet.
        beside = self.button.sizeHint().width() + BETWEEN if self.button is not None else 0
        room = self.width() - self.reason.x() - beside - EDGE - BETWEEN
        share = room * 2 // 5
        cut = self.reason.whole > room - share
        self.fix.setMinimumWidth(min(share, self.fix.whole) if cut else 0)
        self.fix.setMaximumWidth(min(share, self.fix.whole) if cut else UNBOUND)


class ProblemPopover(QFrame):
    """What is wrong with one node, beside its badge: reasons, and buttons that repair."""

    repair_requested = Signal(object)

    def __init__(self, theme: Theme, problems: list[Problem], editable: bool, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "popup")
        self.buttons: list[QPushButton] = []
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 12, 14, 12)
        self._column.setSpacing(10)
        for problem in sorted(problems, key=lambda found: found.severity != "error")[:6]:
            self._add(problem, editable)
        if len(problems) > 6:
            self._column.addWidget(QLabel(tr("… and {value} more in the problems panel", value=len(problems) - 6)))
        self.setFixedWidth(380)

    def open_at(self, place: QPoint) -> None:
        """Open below a global point, kept on the screen."""
        self.adjustSize()
        screen = QGuiApplication.screenAt(place) or QGuiApplication.primaryScreen()
        area = screen.availableGeometry()
        x = min(max(area.left(), place.x() + 8), area.right() - self.width())
        y = min(max(area.top(), place.y() + 8), area.bottom() - self.height())
        self.move(x, y)
        self.show()
        if self.buttons:
            self.buttons[0].setFocus()

    def _add(self, problem: Problem, editable: bool) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(3)
        message = QLabel(said(problem.message))
        message.setWordWrap(True)
        words.addWidget(message)
        if problem.fix:
            fix = QLabel(said(problem.fix))
            fix.setWordWrap(True)
            fix.setProperty("role", "caption")
            words.addWidget(fix)
        head.addWidget(_glyph(self._theme, problem), 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        self._column.addLayout(head)
        if problem.repair is not None and editable:
            button = fix_button(problem, self._repair)
            self.buttons.append(button)
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)

    def _repair(self, problem: Problem) -> None:
        self.close()
        self.repair_requested.emit(problem)


class Elided(QLabel):
    """One line of text that ends in … where the room does."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def whole(self) -> int:
        """Width that all of it takes, px."""
        return self.fontMetrics().horizontalAdvance(self.text()) + 1

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter = QPainter(self)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _text(problem: Problem) -> str:
    where = problem.node or problem.path
    message = said(problem.message)
    return f"{where}:  {message}" if where else message


def _glyph(theme: Theme, problem: Problem) -> QLabel:
    error = problem.severity == "error"
    label = QLabel()
    label.setFixedSize(18, 18)
    theme.dress(label, "error" if error else "warning", "failed" if error else "retrying")
    label.setAccessibleName(tr("Error") if error else tr("Warning"))
    return label
