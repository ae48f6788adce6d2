"""The popup in which something is searched: one line, the list of what fits, and what there is to say about it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from floworch_designer.theme.magnifier import magnify
from floworch_designer.theme.theme import Theme

_K = Qt.Key
_STEPS = {_K.Key_Down: 1, _K.Key_Up: -1, _K.Key_PageDown: 8, _K.Key_PageUp: -8}


class SearchList(QFrame):
    """Type to find, arrows choose, Enter takes. Subclasses fill the list, and do what was taken.

    Args:
        parent: Whom it belongs to.
        theme: Gives the icon of the line.
        hint: Placeholder and name of the line, in the language of the window.
        found: Name of the list.
        icons: Size of the icons in the list, px.
    """

    #: Keys that take the current row, and whether a line under the list tells about it.
    TAKES: ClassVar[frozenset[Qt.Key]] = frozenset({_K.Key_Return, _K.Key_Enter})
    TELLS: ClassVar[bool] = False

    def __init__(self, parent: QWidget | None, theme: Theme, hint: str, found: str, icons: int = 16) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._theme = theme
        self.setProperty("role", "popup")
        self.line = QLineEdit()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(hint)
        magnify(self.line, theme)
        self.line.textChanged.connect(self.fill)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(found)
        self.list.setIconSize(QSize(icons, icons))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self.take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        self.about = QLabel(self)
        self.about.setVisible(self.TELLS)
        if self.TELLS:
            self.about.setProperty("role", "caption")
            self.about.setWordWrap(True)
            self.about.setMinimumHeight(30)
            layout.addWidget(self.about)
            self.list.currentItemChanged.connect(self._tell)

    def show_at(self, place: QPoint) -> None:
        """Show it there, empty and with the focus in the line."""
        self.line.clear()
        self.fill()
        self.move(place)
        self.show()
        self.line.setFocus()

    def kept_in(self, area: QRect, place: QPoint) -> QPoint:
        """The place nearest to ``place`` at which all of it is inside an area."""
        return QPoint(
            min(max(area.left(), place.x()), area.right() - self.width()),
            min(max(area.top(), place.y()), area.bottom() - self.height()),
        )

    def fill(self) -> None:
        """List what fits the line. Subclasses do that."""
        raise NotImplementedError

    def take(self, item: QListWidgetItem) -> None:
        """Do what a row stands for. Subclasses do that."""
        raise NotImplementedError

    def tell(self, item: QListWidgetItem | None) -> str:
        """What is said about the current row, or about a list without any, where ``TELLS``."""
        return ""

    def begin(self) -> None:
        """Choose the first row; a list that was filled anew begins with it."""
        self.list.setCurrentRow(0)
        self._tell()

    def _tell(self) -> None:
        self.about.setText(self.tell(self.list.currentItem()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list while the line keeps the focus; Enter takes, Escape closes."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            step = _STEPS.get(key)
            if step is not None:
                self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
                return True
            if key in self.TAKES:
                item = self.list.currentItem()
                if item is not None:
                    self.take(item)
                return True
            if key == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)
