"""What is said below an editor: help, or a mistake with the button that repairs it.

While a person types in the field, a mistake has one line, and what took room keeps it: what is below must not jump at
every key. Once typing rests, or the cursor has left, all of it is told: what to do about it often stands at its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpacerItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.inspector.fix_button import fix_button
from floworch_designer.inspector.widgets import UNBOUND, restyle
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.model.problem import Problem

#: Height of the line in which a mistake is told, px: that of a small button.
LINE = 20
#: Milliseconds after which typing rests, and after which a pressed mouse is looked at again.
REST, PRESSED = 1500, 200


class Folding(QLabel):
    """Plain text that wraps, or is told on one line that ends in … where the room does."""

    def __init__(self, role: str, folded: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.folded = not folded
        self.fold(folded)

    def fold(self, folded: bool) -> None:
        """Tell it on one line, or in full."""
        if folded == self.folded:
            return
        self.folded = folded
        self.setWordWrap(not folded)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.NoTextInteraction if folded else flags.TextSelectableByMouse)
        across = QSizePolicy.Policy.Ignored if folded else QSizePolicy.Policy.Preferred
        policy = QSizePolicy(across, QSizePolicy.Policy.Fixed if folded else QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(not folded)
        self.setSizePolicy(policy)
        self._tip()

    def setText(self, text: str) -> None:
        """Tell another text."""
        super().setText(text)
        self._tip()

    def fits(self, width: int) -> bool:
        """Whether one line of that width holds all of it."""
        return self.fontMetrics().horizontalAdvance(self._line()) <= width

    def holds(self, text: str) -> bool:
        """Whether a text has room in full where this one is told in full now."""
        area = self.fontMetrics().boundingRect(0, 0, self.width(), 10_000, Qt.TextFlag.TextWordWrap, text)
        return not self.folded and self.isVisible() and area.height() <= self.height()

    def sizeHint(self) -> QSize:
        """One line, or what the text takes."""
        return QSize(40, LINE) if self.folded else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As little across as there is."""
        return QSize(0, LINE) if self.folded else super().minimumSizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        if not self.folded:
            super().paintEvent(event)
            return
        text = self.fontMetrics().elidedText(self._line(), Qt.TextElideMode.ElideRight, self.width())
        where = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter = QPainter(self)
        self.style().drawItemText(
            painter, self.rect(), where, self.palette(), self.isEnabled(), text, self.foregroundRole()
        )

    def _line(self) -> str:
        return " ".join(self.text().split())

    def _tip(self) -> None:
        self.setToolTip(self.text() if self.folded else "")


class Told(QWidget):
    """What is said below an editor.

    Args:
        help_: Said while nothing is wrong, and below a mistake: it says what would be right.

    Attributes:
        message: The help, or the mistake.
        about: The help below a mistake, once there was one.
        fix: The button that repairs, or None.
        more: Opens a mistake that one line does not hold.
    """

    repair_asked = Signal(object)

    def __init__(self, help_: str, editor: QWidget) -> None:
        super().__init__()
        self._help, self._editor = help_, editor
        self._problem: Problem | None = None
        self.message = Folding("caption")
        self.about: QLabel | None = None
        self.fix: QPushButton | None = None
        self.more: QToolButton | None = None
        self._rest: QTimer | None = None
        self._kept = 0  # height that is kept while one types, px; 0 where none is
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)
        self._line = QHBoxLayout()
        self._line.setSpacing(6)
        self._line.addWidget(self.message, 1)
        self._column.addLayout(self._line)
        self._room = QSpacerItem(0, 0)
        self._column.addSpacerItem(self._room)

    def tell(self, mistake: str) -> None:
        """Tell a mistake, or the help when there is none."""
        changed = mistake != (self.message.text() if self.message.property("role") == "error" else "")
        typing = changed and self._typing()
        if typing:
            self._keep()
        folds = typing and not self.message.holds(mistake)
        self.message.setText(mistake or self._help)
        restyle(self.message, "role", "error" if mistake else "caption")
        if changed:
            self.message.fold(bool(mistake) and folds)
            if self.message.folded:
                self._open_later(REST)
        self.message.setVisible(bool(mistake or self._help))
        if self.about is None and mistake and self._help:
            self.about = Folding("caption")
            self.about.setText(self._help)
            self._column.insertWidget(1, self.about)
        if self.about is not None:
            self.about.setVisible(bool(mistake and self._help))
        self._show_more()
        self._hold()
        self.setVisible(bool(mistake or self._help or self._problem is not None or self._kept))

    def offer(self, problem: Problem | None) -> None:
        """Show the button of a repair beside the mistake, or none."""
        if problem == self._problem:
            return
        self._problem = problem
        if self.fix is not None:
            self.fix.hide()
            self.fix.deleteLater()
        self.fix = None if problem is None else fix_button(problem, self.repair_asked.emit)
        if self.fix is not None:
            self.fix.setProperty("role", "small")
            self._line.addWidget(self.fix, 0, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There may be room for all of it now, or none any more."""
        super().resizeEvent(event)
        self._show_more()
        self._hold()

    def _typing(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self._editor.isAncestorOf(focus) and self.isVisibleTo(self.window())

    def _keep(self) -> None:
        """Take no less room than now while the cursor is in the field."""
        if self._kept:
            return
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]
        self._kept = max(1, self.height() if self.isVisible() else 1)
        self._leave(QSizePolicy.Policy.Expanding)  # it is below what is told

    def _hold(self) -> None:
        """Take exactly the room that is kept, or what is told now if that takes more.

        Wrapped texts hint at other heights than they have at their width. With both ends fixed none of the layouts
        around ever takes one for the other, in whatever order they come to work it out.
        """
        if self._kept:
            self._line.invalidate()  # Qt does so with a layout within a layout when it lays out, not at a new text
            self._column.invalidate()
            told = self._column.totalHeightForWidth(self.width()) if self._column.hasHeightForWidth() else -1
            self._kept = max(self._kept, told if told >= 0 else self._column.totalSizeHint().height())
            self.setFixedHeight(self._kept)

    def _leave(self, policy: QSizePolicy.Policy) -> None:
        self._room.changeSize(0, 0, QSizePolicy.Policy.Minimum, policy)
        self._column.invalidate()

    def _on_focus(self, _old: object, now: QWidget | None) -> None:
        if now is not None and self._editor.isAncestorOf(now):
            return
        QApplication.instance().focusChanged.disconnect(self._on_focus)  # type: ignore[union-attr]
        self._kept = 0
        self.setMinimumHeight(0)
        self.setMaximumHeight(UNBOUND)
        self._leave(QSizePolicy.Policy.Minimum)
        self.setVisible(bool(self.message.text()))
        if self.message.folded:
            self._open_later(0)

    def _open_later(self, wait: int) -> None:
        if self._rest is None:
            self._rest = QTimer(self)
            self._rest.setSingleShot(True)
            self._rest.timeout.connect(self._rested)
        self._rest.start(wait)

    def _rested(self) -> None:
        """Open it; not under a mouse that is just pressing what is below, which would miss it."""
        if QApplication.mouseButtons():
            self._open_later(PRESSED)
        elif self.message.folded:
            self._open()

    def _show_more(self) -> None:
        """Show the button that opens a mistake where one line does not hold it."""
        mistake = self.message.property("role") == "error"
        beside = self.fix.sizeHint().width() + 6 if self.fix is not None else 0
        wanted = mistake and (self.message.folded and not self.message.fits(self.width() - beside))
        if wanted and self.more is None:
            self.more = QToolButton()
            self.more.setProperty("role", "row")
            self.more.setProperty("sees", True)
            self.more.setFixedSize(LINE, LINE)
            self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the cursor in the text
            self.more.setArrowType(Qt.ArrowType.DownArrow)
            self.more.setToolTip(tr("Show all of it"))
            self.more.setAccessibleName(self.more.toolTip())
            self.more.clicked.connect(self._open)
            self._line.insertWidget(1, self.more, 0, Qt.AlignmentFlag.AlignTop)
        if self.more is not None:
            self.more.setVisible(wanted)

    def _open(self) -> None:
        self.message.fold(False)
        self._show_more()
        self._hold()
