"""A popup with one line and a list: type to find, arrows to choose, Enter to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from floworch_designer.app.rows_in_view import RowsInView
from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme

_WHAT = Qt.ItemDataRole.UserRole
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class SearchPopup(QFrame):
    """Opens at the top of a window. Subclasses fill the list; ``chosen`` carries what was added with the row.

    Args:
        window: The window it belongs to.
        hint: Placeholder of the line.
    """

    chosen = Signal(object)

    def __init__(self, window: QWidget, theme: Theme, hint: str) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._window, self._theme = window, theme
        self.setProperty("role", "popup")
        self.line = QLineEdit()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(hint)
        self.line.addAction(theme.icon("search", "text_secondary", 14), QLineEdit.ActionPosition.LeadingPosition)
        self.line.textChanged.connect(self.fill)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("What was found"))
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._do)
        self._rows = RowsInView(self.list, 34)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        self.resize(520, 420)

    def open(self) -> None:
        """Open at the top of the window, empty and with the focus."""
        self.line.clear()
        self.fill()
        corner = self._window.mapToGlobal(self._window.rect().topLeft())
        self.move(corner.x() + (self._window.width() - self.width()) // 2, corner.y() + 72)
        self.show()
        self.line.setFocus()

    def fill(self) -> None:
        """Empty the list; a subclass then adds what fits the line."""
        self._rows.clear()

    def add(self, what: object, text: str, icon: str = "", right: str = "", right_role: str = "caption",
            enabled: bool = True) -> None:  # fmt: skip
        """Add a row for ``what``: icon, text, and something small at the right."""
        item = QListWidgetItem()
        item.setData(_WHAT, what)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
        self._rows.add(item, lambda: self._line(text, icon, right, right_role, enabled))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list while the line keeps the focus."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                item = self.list.currentItem()
                if item is not None:
                    self._do(item)
                return True
        return super().eventFilter(watched, event)

    def _line(self, text: str, icon: str, right: str, right_role: str, enabled: bool) -> QWidget:
        line = QWidget()
        glyph = QLabel()
        glyph.setFixedWidth(18)
        if icon:
            glyph.setPixmap(self._theme.pixmap(icon, "text_secondary" if enabled else "disabled", 16))
        words = QLabel(text)
        words.setEnabled(enabled)
        if not enabled:
            words.setProperty("role", "secondary")
        side = QLabel(right)
        side.setProperty("role", right_role)
        layout = QHBoxLayout(line)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(10)
        layout.addWidget(glyph)
        layout.addWidget(words, 1)
        layout.addWidget(side)
        return line

    def _do(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(_WHAT))
