"""The quick-add box: type a few letters at the cursor, Enter adds the best match and connects it."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QListWidgetItem, QWidget

from floworch.model.triggers import is_trigger
from floworch_designer.palette.catalog import Entry, action_entries, category_title, search
from floworch_designer.settings.words import tr
from floworch_designer.theme.search_list import SearchList
from floworch_designer.theme.theme import Theme

_ENTRY = Qt.ItemDataRole.UserRole
WIDTH, HEIGHT = 340, 380


class QuickAdd(SearchList):
    """A popup with one line and the ranked actions.

    ``chosen(Entry, QPointF scene position, source)`` is emitted for Enter or a click; ``source`` is
    ``(node id, port)`` of the wire that was dragged into the void, ``(node id, port, node id)`` of the wire that it
    goes into, ``("", "", node id)`` of the node that it leads to, or None.
    """

    TAKES: ClassVar = SearchList.TAKES | {Qt.Key.Key_Tab}
    TELLS: ClassVar = True
    chosen = Signal(object, object, object)

    def __init__(self, registry: Any, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, theme, tr("Add an action …"), tr("Matching actions"), 18)
        self._registry = registry
        self._scene = QPointF()
        self._source: tuple[str, ...] | None = None
        self._entries: list[Entry] = []
        self._recent: list[str] = []
        self.line.setAccessibleName(tr("Add an action"))
        self.resize(WIDTH, HEIGHT)

    def set_registry(self, registry: Any) -> None:
        """Offer the actions of another registry from now on."""
        self._registry = registry

    def open_at(self, place: QPoint, scene: QPointF, source: tuple[str, ...] | None = None) -> None:
        """Open with the line under the global point ``place``, kept on the screen."""
        self._scene, self._source = QPointF(scene), source
        self._entries = action_entries(self._registry)
        words = tr("Add after “{source}” …", source=source[0]) if source else tr("Add an action …")
        if source is not None and len(source) > 2:
            words = tr("Add between “{source}” and “{target}” …", source=source[0], target=source[2])
            words = words if source[0] else tr("Add before “{target}” …", target=source[2])
        self.line.setPlaceholderText(words)
        screen = QGuiApplication.screenAt(place) or QGuiApplication.primaryScreen()
        self.show_at(self.kept_in(screen.availableGeometry(), place - QPoint(24, 20)))

    def fill(self) -> None:
        """List the actions that fit; without a word those that were added last come first."""
        query = self.line.text()
        found = search(query, self._entries)
        if self._source is not None and self._source[0]:  # nothing leads to a trigger
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
        self.begin()

    def tell(self, item: QListWidgetItem | None) -> str:
        """What an action is for, or what it lacks."""
        entry = item.data(_ENTRY) if item is not None else None
        if not isinstance(entry, Entry):
            return tr("Nothing fits. Try another word.")
        needs = tr("It cannot run here yet: {install}", install=entry.install) if entry.install else entry.summary
        return f"{category_title(entry.category)} · {entry.id}\n{needs}"

    def take(self, item: QListWidgetItem) -> None:
        """Tell which action was chosen, and remember it."""
        entry = item.data(_ENTRY)
        self.close()
        if isinstance(entry, Entry):
            self._recent = [entry.id, *(name for name in self._recent if name != entry.id)][:6]
            self.chosen.emit(entry, self._scene, self._source)
