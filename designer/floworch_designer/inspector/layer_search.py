"""The box that adds middleware: type a few letters below the button, Enter adds the best match."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout

from floworch_designer.inspector.context import Context
from floworch_designer.settings.words import tr

_ID, _ABOUT = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
WIDTH, HEIGHT = 320, 340


class LayerSearch(QFrame):
    """A popup with one line and the layers that fit it; ``chosen`` carries the id of a layer.

    Args:
        context: Gives the layers and the theme.
        button: A click on it opens the popup, below it.
    """

    chosen = Signal(str)

    def __init__(self, context: Context, button: QPushButton) -> None:
        super().__init__(button, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._context, self._button = context, button
        self.setProperty("role", "popup")
        self.line = QLineEdit()
        self.line.setPlaceholderText(button.text())
        self.line.setAccessibleName(button.text())
        search = context.theme.icon("search", "text_secondary", 14)
        self.line.addAction(search, QLineEdit.ActionPosition.LeadingPosition)
        self.line.textChanged.connect(self._fill)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("What was found"))
        self.list.itemClicked.connect(self._choose)
        self.list.currentItemChanged.connect(lambda _new, _old: self._tell())
        self.about = QLabel()
        self.about.setProperty("role", "caption")
        self.about.setWordWrap(True)
        self.about.setMinimumHeight(30)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.about)
        self.resize(WIDTH, HEIGHT)
        button.clicked.connect(self.open)

    def open(self) -> None:
        """Open below the button, or above it where there is no room, with every layer and the focus in the line."""
        self.line.clear()
        self._fill()
        area = self._button.screen().availableGeometry()
        place = self._button.mapToGlobal(QPoint(0, self._button.height() + 2))
        if place.y() + HEIGHT > area.bottom():
            place.setY(max(area.top(), place.y() - self._button.height() - 4 - HEIGHT))
        place.setX(min(max(area.left(), place.x()), area.right() - WIDTH))
        self.move(place)
        self.show()
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list while the line keeps the focus; Enter or Tab chooses, Escape closes."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}:
                item = self.list.currentItem()
                if item is not None:
                    self._choose(item)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        self.list.clear()
        for spec in fitting(self.line.text(), self._context.registry.all_layers()):
            item = QListWidgetItem(self._context.theme.icon(spec.icon or spec.id), tr(spec.title or spec.id))
            item.setData(_ID, spec.id)
            item.setData(_ABOUT, tr(spec.summary))
            item.setToolTip(spec.id)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._tell()

    def _tell(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.about.setText(item.data(_ABOUT))
        elif self._context.registry.all_layers():
            self.about.setText(tr("Nothing fits. Try another word."))
        else:
            self.about.setText(tr("No middleware is installed"))

    def _choose(self, item: QListWidgetItem) -> None:
        use = item.data(_ID)
        self.close()
        self.chosen.emit(use)


def fitting(query: str, layers: Any) -> list[Any]:
    """The layers in which every typed word is found, by title, id or summary; best first, all for an empty query."""
    words = query.lower().split()
    found = []
    for order, spec in enumerate(layers):
        title, summary = tr(spec.title or spec.id).lower(), tr(spec.summary).lower()
        named = f" {title} {spec.id.lower().replace('_', ' ')} {spec.id.lower()}"
        if all(f" {word}" in named for word in words):
            place = 0
        elif all(word in named for word in words):
            place = 1
        elif all(word in f"{named} {summary}" for word in words):
            place = 2
        else:
            continue
        found.append((place, order, spec))
    return [spec for *_, spec in sorted(found, key=lambda each: each[:2])]
