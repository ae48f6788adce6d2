"""The strip at the foot of the window: keys that fit what is selected, where runs live, the zoom, the problems."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QStyle, QStyleOption, QToolButton, QWidget

from floworch_designer.settings.words import tr
from floworch_designer.theme.elided import ElidedLabel
from floworch_designer.theme.fonts import ui_font

#: Where hints and messages begin, px.
MARGIN = 10


class FootBar(QStatusBar):
    """A status bar whose messages stand where its hints stand, and look like them: Qt puts them elsewhere, larger."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the message."""
        message = self.currentMessage()
        if not message:
            super().paintEvent(event)
            return
        painter, option = QPainter(self), QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelStatusBar, option, painter, self)
        ends = [child.x() for child in self.children() if isinstance(child, QWidget) and child.isVisible()]
        room = self.rect().adjusted(MARGIN, 0, 0, 0)
        room.setRight(min([self.width(), *ends]) - MARGIN)
        painter.setFont(ui_font(11))
        shown = painter.fontMetrics().elidedText(message, Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


class StatusStrip:
    """Fills a status bar.

    Args:
        bar: Gets the labels at its right end; at its left end stands a hint, or a message for a while.
        show_problems: Called when the count of problems is clicked.

    Attributes:
        versions: Tells that another version runs than the one that is edited; whoever writes it says what a click does.
    """

    def __init__(self, bar: QStatusBar, show_problems: Callable[[], object]) -> None:
        self.zoom, self.host, self.hint, self.versions = QLabel("100 %"), QLabel(), ElidedLabel(), QToolButton()
        self.hint.setProperty("role", "caption")
        self.hint.setContentsMargins(8, 0, 8, 0)
        bar.addWidget(self.hint, 1)
        self.problems = QToolButton()
        self.problems.setProperty("role", "strip")
        self.problems.setToolTip(tr("Show the problems"))
        self.problems.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.problems.clicked.connect(lambda _checked=False: show_problems())
        self.versions.setProperty("role", "strip")
        self.versions.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bar.addPermanentWidget(self.versions)
        for label in (self.host, self.zoom):
            label.setProperty("role", "caption")
            label.setContentsMargins(8, 0, 8, 0)
            bar.addPermanentWidget(label)
        self.zoom.setMinimumWidth(_room(self.zoom))
        bar.addPermanentWidget(self.problems)
        self.problems.setText(tr("1 problem"))
        self.problems.ensurePolished()
        for button in (self.problems, self.versions):
            button.setFixedHeight(self.problems.sizeHint().height())  # the bar is no higher without its words
        bar.setSizeGripEnabled(False)
        bar.messageChanged.connect(self._make_room)

    def count_problems(self, count: int) -> None:
        """Write how many problems there are; nothing when there are none."""
        self.problems.setText(tr("1 problem") if count == 1 else tr("{count:,} problems", count=count) if count else "")
        self.problems.setVisible(bool(count))

    def _make_room(self, message: str) -> None:
        """Put the hint away for a message: Qt does so by itself, but shows both when the bar is shown anew."""
        self.hint.setHidden(bool(message))


def _room(label: QLabel) -> int:
    """Width for any zoom: one that follows each text is cut until the bar is laid out anew."""
    label.ensurePolished()
    margins = label.contentsMargins()
    return label.fontMetrics().horizontalAdvance("8888 %") + margins.left() + margins.right() + 4
