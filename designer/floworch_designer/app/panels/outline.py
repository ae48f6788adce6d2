"""The outline: everything on the canvas as a tree, for the keyboard and for those who do not see the canvas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakSet

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTreeView, QVBoxLayout, QWidget

from floworch.run.status import NodeStatus
from floworch_designer.app.panels.finder import find
from floworch_designer.app.panels.outline_model import KEY, OutlineModel
from floworch_designer.palette.search_line import SearchLine
from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme

#: Milliseconds in which changes are collected, and up to how many nodes everything is unfolded.
PAUSE, UNFOLDED = 120, 400
#: Milliseconds from showing a panel until it is filled: in a frame of its own, for it may come with all the others.
FRAME = 16
#: More selected nodes than this are not marked in the tree: that would take longer than a frame.
MARKED = 300


class OutlinePanel(QWidget):
    """A search line over the tree. What is selected here is selected on the canvas and brought into view, and the other
    way round.

    Args:
        theme: Colours.
        workspace: Returns what is in front: it has a document, a selection and a canvas.

    Signals:
        activated: Enter or a double click: the key of a row.
    """

    activated = Signal(str)

    def __init__(self, theme: Theme, workspace: Callable[[], Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._followed: WeakSet[Any] = WeakSet()
        self._busy = False
        self.search = SearchLine(theme, tr("Name, is:failed, type:http"), tr("Search the outline"))
        self.search.textChanged.connect(self.fill)
        self.search.down.connect(self._into_tree)
        self.search.chosen.connect(self._into_tree)
        self.model = OutlineModel(theme, self._looks, self._status, self)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self._dress_tree()
        self.none = QLabel()
        self.none.setProperty("role", "secondary")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none.setContentsMargins(12, 12, 12, 12)
        self.none.setWordWrap(True)
        self.none.hide()
        self.count = QLabel()
        self.count.setProperty("role", "caption")
        self.count.setContentsMargins(12, 4, 12, 8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self.search.framed())
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.none, 1)
        layout.addWidget(self.count)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self.fill)

    def _dress_tree(self) -> None:
        tree = self.tree
        tree.setProperty("role", "plain")
        tree.setHeaderHidden(True)
        tree.setIndentation(14)
        tree.setUniformRowHeights(True)
        tree.setIconSize(QSize(16, 16))
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setExpandsOnDoubleClick(False)
        tree.setAccessibleName(tr("Outline of the workflow"))
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(1, 30)
        tree.selectionModel().selectionChanged.connect(self._chosen)
        tree.activated.connect(lambda index: self.activated.emit(index.data(KEY)))

    def follow(self) -> None:
        """Follow what is in front: another document, or the same one changed."""
        front = self._workspace()
        if front not in self._followed:
            self._followed.add(front)
            front.selection.changed.connect(self._mark)
            front.canvas.looks_changed.connect(self._note)
        self._later()

    def open(self) -> None:
        """Put the cursor into the search line; the next key may already go into the tree."""
        self.fill()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is there now: a hidden outline follows nothing."""
        super().showEvent(event)
        QTimer.singleShot(FRAME, self, self.fill)

    def fill(self) -> None:
        """Show the tree anew, narrowed to what fits the search line."""
        front = self._workspace()
        if not self.isVisible() or front is None:
            return
        workflow, query = front.document.workflow, self.search.text().strip()
        statuses = {name: box.live.status for name, box in front.canvas.graph.boxes.items()} if query else {}
        only = [item.node for item in find(workflow, statuses, query)] if query else None
        folded = self._folded()
        self._busy = True
        self.model.show(workflow, only)
        if only is not None or len(workflow.nodes) <= UNFOLDED:
            self.tree.expandAll()
            for key in folded if only is None else ():
                self.tree.setExpanded(self.model.index_of(key), False)
        self._busy = False
        total = len(workflow.nodes)
        nodes = tr("1 node") if total == 1 else tr("{total:,} nodes", total=total)
        found = self.model.rowCount() > 0
        self.none.setText(tr("No node fits") if total else tr("The canvas is empty. Add a node to begin."))
        self.none.setVisible(not found)
        self.tree.setVisible(found)
        self.count.setText(nodes if only is None else tr("{n:,} of {nodes}", n=len(only), nodes=nodes))
        self._mark()

    def _into_tree(self) -> None:
        """The arrow down and Enter go from the search line into the tree."""
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.tree.selectionModel().hasSelection():
            self.tree.setCurrentIndex(self.model.index(0, 0))

    def _folded(self) -> list[str]:
        return [key for key, row in self.model.keys.items()
                if row.children and not self.tree.isExpanded(self.model.index_of(key))]  # fmt: skip

    def _looks(self, action: str) -> tuple[str, str]:
        kind = self._workspace().canvas.graph.kind(action)
        return kind.icon, kind.category

    def _status(self, node: str) -> NodeStatus | None:
        box = self._workspace().canvas.graph.boxes.get(node)
        status: NodeStatus | None = box.live.status if box is not None else None
        return status

    def _note(self, nodes: Iterable[str] | None) -> None:
        """Statuses are painted anew; a search for them is made again."""
        if self.isVisible():
            if "is:" in self.search.text() or nodes is None:
                self._later()
            else:
                self.tree.viewport().update()

    def _later(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _mark(self) -> None:
        """Mark what is selected on the canvas."""
        front = self._workspace()
        if self._busy or not self.isVisible() or front is None:
            return
        chosen = [*front.selection.nodes, *front.selection.decor][: MARKED + 1]
        rows = self.tree.selectionModel()
        wanted = QItemSelection()
        for key in chosen if len(chosen) <= MARKED else ():
            index = self.model.index_of(key)
            if index.isValid():
                wanted.select(index, index)
        self._busy = True
        how = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        rows.select(wanted, how)
        primary = self.model.index_of(front.selection.primary or next(iter(front.selection.decor), ""))
        if primary.isValid():
            rows.setCurrentIndex(primary, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.tree.scrollTo(primary)
        self._busy = False

    def _chosen(self) -> None:
        """Select on the canvas what is selected here, and show it."""
        if self._busy:
            return
        front = self._workspace()
        keys = [index.data(KEY) for index in self.tree.selectionModel().selectedRows()]
        current = self.tree.currentIndex().data(KEY)
        nodes = [key for key in keys if key in front.document.workflow.nodes]
        self._busy = True
        front.selection.set(nodes, primary=current, decor=[key for key in keys if key not in nodes])
        self._busy = False
        if current in front.canvas.graph.boxes:
            front.canvas.reveal(current)
        elif current:
            front.canvas.areas.reveal(current)
