"""What the canvas says of a long layout: how far it is, with a way to stop it, and what it left as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QToolButton

from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Milliseconds that work takes before anything is said of it, and for which words stay.
LATE, TIME = 100, 6000
#: Distance from what lies at the lower edge; the bar's size, and the least height of the strip; px.
AWAY, WIDE, THICK, HIGH = 10, 120, 6, 38


class Busy(QFrame):
    """A strip above the canvas's bar; hidden unless there is something to say. Its button sends ``stopped``."""

    stopped = Signal()

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view, self._going = view, False
        self.setProperty("role", "toolbar")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setMinimumHeight(HIGH)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(10)
        self.label, self.bar, self.button = QLabel(), QProgressBar(), QToolButton()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(WIDE, THICK)
        self.button.setText(tr("Stop"))
        self.button.setToolTip(tr("Leave everything where it is (Esc)"))
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys stay with the canvas, where Escape stops it, too
        self.button.clicked.connect(self.stopped)
        for widget in (self.label, self.bar, self.button):
            row.addWidget(widget)
        self._late = QTimer(self, singleShot=True, interval=LATE)
        self._late.timeout.connect(self._appear)
        self._time = QTimer(self, singleShot=True, interval=TIME)
        self._time.timeout.connect(self.hide)
        view.installEventFilter(self)
        self.hide()

    def begin(self, words: str) -> None:
        """Work begins; it is shown once it takes a while."""
        self._time.stop()
        self.hide()
        self._going = True
        self.bar.setValue(0)
        self.label.setText(words)
        self.setAccessibleName(words)
        self._late.start()

    def tell(self, share: int) -> None:
        """So many percent are done."""
        self.bar.setValue(share)

    def end(self) -> None:
        """The work is over; words that were said since stay."""
        self._late.stop()
        if self._going:
            self._going = False
            self.hide()

    def say(self, words: str) -> None:
        """Say something for a while."""
        self._going = False
        self._late.stop()
        self.label.setText(words)
        self.setAccessibleName(words)
        self._show(working=False)
        self._time.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle, above the canvas's bar."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _appear(self) -> None:
        self._show(working=True)

    def _show(self, working: bool) -> None:
        self.bar.setVisible(working)
        self.button.setVisible(working)
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        self.adjustSize()
        room = self._view.size()
        low = room.height() - round(self._view.bottom_room) - AWAY
        self.move((room.width() - self.width()) // 2, low - self.height())
