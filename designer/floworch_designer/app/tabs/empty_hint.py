"""What an empty canvas says and offers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from floworch_designer.app.commands.keymap import key_text
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.theme import Theme

#: Ways to begin, each with its key.
WAYS = (
    ("Tab", mark("search for an action and add it here")),
    (mark("Drag"), mark("an action from the palette onto the canvas")),
    ("Ctrl+O", mark("open a file, or drop a .flow.json file here")),
)

#: Its width in px where there is room.
WIDEST = 380
#: What changes the place: of the view another size, of the hint itself another content.
_MOVES = (frozenset({QEvent.Type.Resize, QEvent.Type.Show}), frozenset({QEvent.Type.LayoutRequest, QEvent.Type.Show}))


class EmptyHint(QWidget):
    """A headline, three ways to begin and the examples, in the middle of a view.

    Signals:
        examples_requested: Somebody wants to choose an example.
    """

    examples_requested = Signal()

    def __init__(self, view: QWidget, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        column = QVBoxLayout(self)
        column.setSpacing(14)
        icon = QLabel()
        theme.dress(icon, "subflow", "text_secondary", 36)
        title = QLabel(tr("Draw your first step"))
        title.setProperty("role", "empty-title")
        for label in (icon, title):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for row, (key, text) in enumerate(WAYS):
            chip, words = QLabel(tr(key) if key == "Drag" else key_text(key)), QLabel(tr(text))
            chip.setProperty("role", "keys")
            chip.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words.setProperty("role", "secondary")
            words.setWordWrap(True)
            grid.addWidget(chip, row, 0)
            grid.addWidget(words, row, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        self.example = QPushButton(tr("Open an example…"))
        self.example.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.example.clicked.connect(lambda _checked=False: self.examples_requested.emit())
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.example)
        line.addStretch(1)
        column.addLayout(line)
        view.installEventFilter(self)
        self.installEventFilter(self)
        self._centre()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the view."""
        if event.type() in _MOVES[watched is self]:
            self._centre()
        return super().eventFilter(watched, event)

    def _centre(self) -> None:
        width = min(WIDEST, max(self._view.width() - 24, 160))
        column = self.layout()
        self.resize(width, column.totalHeightForWidth(width) if column is not None else self.height())
        middle = self._view.rect().center() - self.rect().center()
        self.move(max(0, middle.x()), max(0, middle.y()))
