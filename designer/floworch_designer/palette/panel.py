"""The palette: actions and middleware by category, with search; drag, double-click or Enter adds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from floworch_designer.palette.catalog import Entry, action_entries, category_title, layer_entries, search
from floworch_designer.palette.search_line import SearchLine
from floworch_designer.settings.settings import Settings
from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme

_ENTRY = Qt.ItemDataRole.UserRole
#: Where the built-in layers are: found by name, as the registry does, which loads them all at once.
_LAYERS = "floworch.middleware"
#: Milliseconds between two looks while the window is busy, and how many of them read nothing: a module takes up to 20,
#: which would fall into frames that are full. After ten seconds one is read at each look.
PACE, RESTS = 250, 40


class PaletteTree(QTreeWidget):
    """The tree itself; what is dragged out of it is one entry's id under its MIME type."""

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setIndentation(8)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(False)
        self.setIconSize(QSize(18, 18))
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)  # the tooltip has the whole title
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(False)
        self.setAccessibleName(tr("Actions and middleware"))

    def mimeData(self, items: Any) -> QMimeData:
        """The dragged entry."""
        mime = QMimeData()
        for item in items:
            entry = item.data(0, _ENTRY)
            if isinstance(entry, Entry):
                mime.setData(entry.mime, QByteArray(entry.id.encode()))
                mime.setText(entry.id)
        return mime

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drag with the entry's icon under the cursor."""
        item = self.currentItem()
        if item is None or not isinstance(item.data(0, _ENTRY), Entry):
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData([item]))
        drag.setPixmap(item.icon(0).pixmap(28, 28))
        drag.exec(actions, Qt.DropAction.CopyAction)


class PalettePanel(QWidget):
    """Search line over the tree.

    ``activated`` carries the Entry that is to be added (double-click, Enter); ``left`` follows a double-click:
    the keys go on where the hand has put something. With ``later`` the modules of the actions are imported one by one
    once the panel is on screen, so that they do not hold up the window; whoever asks for entries before that has them
    at once.
    """

    activated = Signal(object)
    left = Signal()

    def __init__(
        self, registry: Any, theme: Theme, settings: Settings, parent: QWidget | None = None, later: bool = False
    ) -> None:
        super().__init__(parent)
        self._registry, self._theme, self._settings = registry, theme, settings
        self.search = SearchLine(theme, tr("Search actions"), tr("Search the palette"))
        self.search.textChanged.connect(self.fill)
        self.search.down.connect(self._into_tree)
        self.search.chosen.connect(self._add_current)
        self.tree = PaletteTree()
        self.tree.itemDoubleClicked.connect(self._on_double_click)
        self.tree.itemClicked.connect(self._on_clicked)
        self.tree.installEventFilter(self)
        self.none, self.hint = QLabel(), QLabel(tr("Drag onto the canvas, or double-click to add."))
        self._word_labels()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self.search.framed())
        layout.addWidget(self.none)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.hint)
        #: Every row of the tree: they live until it has deleted its own. PySide lets go of the rows of a branch before
        #: it deletes the branch, and twice a process ended there, at rows whose memory Python had given back.
        self._rows: list[QTreeWidgetItem] = []
        self._known: set[str] = set()
        self.actions_: list[Entry] = []
        self.layers: list[Entry] = []
        self._waiting: list[str] | None = list(registry.action_ids()) if later else None
        self._steps = _layer_steps(registry) if later else iter(())
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._load_one)
        self._rested = 0
        #: Whether the window has its hands full, so that modules are imported later.
        self.busy: Callable[[], bool] = lambda: False
        if later:
            self.none.setText(tr("Reading the actions …"))
            self.tree.hide()
        else:
            self.reload()

    def _word_labels(self) -> None:
        self.none.setProperty("role", "secondary")
        self.none.setWordWrap(True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.none.setContentsMargins(16, 24, 16, 16)
        self.hint.setProperty("role", "caption")
        self.hint.setWordWrap(True)
        self.hint.setContentsMargins(12, 6, 12, 10)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to read what was left for later."""
        super().showEvent(event)
        if self._waiting is not None:
            self._timer.start()

    def finish(self) -> None:
        """Read what was left for later now."""
        if self._waiting is not None:
            self.reload()

    def _load_one(self) -> None:
        busy = self.busy()
        self._timer.setInterval(PACE if busy else 0)
        if busy and self._rested < RESTS:
            self._rested += 1
            return
        if self._waiting:
            self._load(self._waiting.pop())
        elif next(self._steps, None) is None:
            self.finish()

    def _load(self, name: str) -> None:
        """Import the module of an action; what packages and the user wrote is read, and never imported for the list."""
        from floworch.actions.registry import outline

        if outline(self._registry, name) is None:
            self._registry.find_action(name)

    def set_registry(self, registry: Any) -> None:
        """Offer the actions of another registry, unless they are the same; nothing is imported for it."""
        known = set(registry.action_ids())
        self._registry = registry
        if self._waiting is None and known != self._known:
            self.reload()

    def refresh(self) -> None:
        """Read the registry again, unless that is still to come."""
        if self._waiting is None:
            self.reload()

    def reload(self) -> None:
        """Read the registry again."""
        self._waiting = None
        self._timer.stop()
        self._known = set(self._registry.action_ids())
        self.actions_ = action_entries(self._registry)
        self.layers = layer_entries(self._registry)
        self.fill()

    def fill(self) -> None:
        """Show what fits the search line."""
        self.finish()
        query = self.search.text().strip()
        self.tree.clear()
        self._rows.clear()
        entries = [*self.actions_, *self.layers]
        if query:
            for entry in search(query, entries):
                self.tree.addTopLevelItem(self._item(entry))
            self._choose_first()
        else:
            self._fill_categories(entries)
        found = self.tree.topLevelItemCount() > 0
        self.tree.setVisible(found)
        self.none.setVisible(not found)
        self.none.setText(
            tr("Nothing fits “{query}”. Try another word.", query=query) if query else tr("No actions are installed.")
        )

    def entries(self) -> list[Entry]:
        """The entries that are shown, top to bottom, folded ones included."""
        self.finish()
        shown = []
        for number in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(number)
            for row in [item, *(item.child(child) for child in range(item.childCount()))] if item else []:
                entry = row.data(0, _ENTRY) if row is not None else None
                if isinstance(entry, Entry):
                    shown.append(entry)
        return shown

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter on a row adds it; Escape clears the search."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._add_current()
            return True
        if key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        return super().eventFilter(watched, event)

    def _add_current(self) -> None:
        item = self.tree.currentItem()
        if item is not None:
            self._on_activated(item)

    def _into_tree(self) -> None:
        self.tree.setFocus()
        if self.tree.currentItem() is None:
            self._choose_first()

    def _choose_first(self) -> None:
        first = self.tree.topLevelItem(0)
        if first is not None:
            self.tree.setCurrentItem(first)

    def _fill_categories(self, entries: list[Entry]) -> None:
        folded = set(self._settings.get("palette/collapsed"))
        heads: dict[str, QTreeWidgetItem] = {}
        for entry in entries:
            head = heads.get(entry.category)
            if head is None:
                head = heads[entry.category] = self._head(entry.category)
                self.tree.addTopLevelItem(head)
            head.addChild(self._item(entry))
        for word, head in heads.items():
            head.setExpanded(word not in folded)
            self._mark(head)

    def retheme(self) -> None:
        """Show the headings in the colour the theme has now; icons follow by themselves."""
        for row in range(self.tree.topLevelItemCount()):
            head = self.tree.topLevelItem(row)
            if head is not None:
                head.setForeground(0, self._theme.color("text_secondary"))

    def _head(self, category: str) -> QTreeWidgetItem:
        head = QTreeWidgetItem([category_title(category)])
        self._rows.append(head)
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = self.tree.font()
        font.setPixelSize(11)
        font.setWeight(font.Weight.DemiBold)
        head.setFont(0, font)
        head.setForeground(0, self._theme.color("text_secondary"))
        head.setData(0, _ENTRY, category)
        return head

    def _item(self, entry: Entry) -> QTreeWidgetItem:
        item = QTreeWidgetItem([entry.title])
        self._rows.append(item)
        item.setData(0, _ENTRY, entry)
        about = f"<b>{entry.title}</b> &nbsp;{entry.id}<br>{entry.summary}"
        if entry.install:
            about += "<br>" + tr("It cannot run here yet. Install what it needs: {install}", install=entry.install)
            item.setForeground(0, self._theme.color("text_secondary"))
        item.setToolTip(0, about)
        if entry.kind == "layer" or entry.install:
            item.setIcon(0, self._theme.icon(entry.icon, "text_secondary", 18))
        else:
            item.setIcon(0, self._theme.action_icon(entry.icon, entry.category, 18))
        return item

    def _mark(self, head: QTreeWidgetItem) -> None:
        name = "chevron-down" if head.isExpanded() else "chevron-right"
        head.setIcon(0, self._theme.icon(name, "text_secondary", 12))

    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        category = item.data(0, _ENTRY)
        if not isinstance(category, str):
            return
        item.setExpanded(not item.isExpanded())
        self._mark(item)
        folded = [word for word in self._settings.get("palette/collapsed") if word != category]
        self._settings.set("palette/collapsed", folded if item.isExpanded() else [*folded, category])

    def _on_double_click(self, item: QTreeWidgetItem) -> None:
        self._on_activated(item)
        if isinstance(item.data(0, _ENTRY), Entry):
            self.left.emit()

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        entry = item.data(0, _ENTRY)
        if isinstance(entry, Entry):
            self.activated.emit(entry)
        elif isinstance(entry, str):
            self._on_clicked(item)


def _layer_steps(registry: Any) -> Iterator[bool]:
    """Read the layers in steps of which each fits into a frame: module by module, then what is listed elsewhere."""
    for found in iter_modules(import_module(_LAYERS).__path__, f"{_LAYERS}."):
        import_module(found.name)
        yield True
    registry.layer_ids()
    yield True
