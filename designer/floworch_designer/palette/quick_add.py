"""The quick-add box: type a few letters at the cursor, Enter adds the best match and connects it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from floworch.model.triggers import is_trigger
from floworch_designer.palette.catalog import Entry, action_entries, category_title, search
from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme

_ENTRY = Qt.ItemDataRole.UserRole
WIDTH, HEIGHT = 340, 380


class QuickAdd(QFrame):
    """A popup with one line and the ranked actions.

    ``chosen(Entry, QPointF scene position, source)`` is emitted for Enter or a click; ``source`` is
    ``(node id, port)`` of the wire that was dragged into the void, or None.
    """

    chosen = Signal(object, object, object)

    def __init__(self, registry: Any, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._registry, self._theme = registry, theme
        self._scene = QPointF()
        self._source: tuple[str, str] | None = None
        self._entries: list[Entry] = []
        self._recent: list[str] = []
        self.setProperty("role", "popup")
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Add an action …"))
        self.line.setAccessibleName(tr("Add an action"))
        self.line.addAction(theme.icon("search", "text_secondary", 14), QLineEdit.ActionPosition.LeadingPosition)
        self.line.textChanged.connect(self._fill)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setIconSize(QSize(18, 18))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Matching actions"))
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

    def set_registry(self, registry: Any) -> None:
        """Offer the actions of another registry from now on."""
        self._registry = registry

    def open_at(self, place: QPoint, scene: QPointF, source: tuple[str, str] | None = None) -> None:
        """Open with the line under the global point ``place``, kept on the screen."""
        self._scene, self._source = QPointF(scene), source
        self._entries = action_entries(self._registry)
        self.line.clear()
        self.line.setPlaceholderText(
            tr("Add after “{source}” …", source=source[0]) if source else tr("Add an action …")
        )
        self._fill()
        screen = QGuiApplication.screenAt(place) or QGuiApplication.primaryScreen()
        area = screen.availableGeometry()
        x = min(max(area.left(), place.x() - 24), area.right() - WIDTH)
        y = min(max(area.top(), place.y() - 20), area.bottom() - HEIGHT)
        self.move(x, y)
        self.show()
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list while the line keeps the focus; Enter or Tab chooses, Escape closes."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = event.key()
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            step = steps.get(Qt.Key(key))
            if step is not None:
                row = min(max(self.list.currentRow() + step, 0), self.list.count() - 1)
                self.list.setCurrentRow(row)
                return True
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}:
                item = self.list.currentItem()
                if item is not None:
                    self._choose(item)
                return True
            if key == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        query = self.line.text()
        found = search(query, self._entries)
        if self._source is not None:  # nothing leads to a trigger
            found = [entry for entry in found if not is_trigger(entry.id)]
        if not query.strip():
            order = {name: number for number, name in enumerate(self._recent)}
            found.sort(key=lambda entry: order.get(entry.id, len(order)))
        self.list.clear()
        for entry in found:
            item = QListWidgetItem(self._theme.action_icon(entry.icon, entry.category, 18), entry.title)
            item.setData(_ENTRY, entry)
            item.setToolTip(entry.id)
            if entry.install:
                item.setForeground(self._theme.color("text_secondary"))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._tell()

    def _tell(self) -> None:
        item = self.list.currentItem()
        entry = item.data(_ENTRY) if item is not None else None
        if isinstance(entry, Entry):
            needs = tr("It cannot run here yet: {install}", install=entry.install) if entry.install else entry.summary
            self.about.setText(f"{category_title(entry.category)} · {entry.id}\n{needs}")
        else:
            self.about.setText(tr("Nothing fits. Try another word."))

    def _choose(self, item: QListWidgetItem) -> None:
        entry = item.data(_ENTRY)
        self.close()
        if isinstance(entry, Entry):
            self._recent = [entry.id, *(name for name in self._recent if name != entry.id)][:6]
            self.chosen.emit(entry, self._scene, self._source)
