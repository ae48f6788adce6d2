"""A popup at the top of a window with one line and a list: type to find, arrows to choose, Enter to do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidgetItem, QWidget

from floworch_designer.app.widgets.rows_in_view import RowsInView
from floworch_designer.settings.words import tr
from floworch_designer.theme.search_list import SearchList
from floworch_designer.theme.theme import Theme

_WHAT = Qt.ItemDataRole.UserRole


class SearchPopup(SearchList):
    """Opens at the top of a window. Subclasses fill the list; ``chosen`` carries what was added with the row.

    Args:
        window: The window it belongs to.
        hint: Placeholder of the line.
    """

    chosen = Signal(object)

    def __init__(self, window: QWidget, theme: Theme, hint: str) -> None:
        super().__init__(window, theme, hint, tr("What was found"))
        self._window = window
        self._rows = RowsInView(self.list, 34)
        self.resize(520, 420)

    def open(self) -> None:
        """Open at the top of the window, empty and with the focus."""
        corner = self._window.mapToGlobal(self._window.rect().topLeft())
        self.show_at(corner + QPoint((self._window.width() - self.width()) // 2, 72))

    def fill(self) -> None:
        """Empty the list; a subclass then adds what fits the line."""
        self._rows.clear()

    def add(self, what: object, text: str, icon: str | QIcon = "", right: str = "", right_role: str = "caption",
            enabled: bool = True) -> None:  # fmt: skip
        """Add a row for ``what``: icon, text, and something small at the right."""
        item = QListWidgetItem()
        item.setData(_WHAT, what)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
        self._rows.add(item, lambda: self._line(text, icon, right, right_role, enabled))

    def _line(self, text: str, icon: str | QIcon, right: str, right_role: str, enabled: bool) -> QWidget:
        line = QWidget()
        glyph = QLabel()
        glyph.setFixedWidth(18)
        if isinstance(icon, QIcon):
            glyph.setPixmap(icon.pixmap(QSize(16, 16), self.devicePixelRatioF()))
        elif icon:
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

    def take(self, item: QListWidgetItem) -> None:
        """Tell what was chosen."""
        self.chosen.emit(item.data(_WHAT))
