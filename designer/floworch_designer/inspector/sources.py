"""What the steps before a node gave in the shown run, as a tree whose values are dragged into fields."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QVBoxLayout, QWidget

from floworch.artifact import shown
from floworch.model.completion.declared import Declared, DeclaredList, declared
from floworch_designer.document.edits import upstream
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.dropping import PATH_MIME
from floworch_designer.inspector.values import ValueModel
from floworch_designer.inspector.widgets import caption
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import mark, tr

#: Milliseconds between looks at a run that goes on.
PAUSE = 250
#: Branches of one level that are opened at first.
OPENED = 12
#: What was shown before anything was.
_NOTHING = object()
#: What is said where no run has shown a value.
_NO_RUN = mark("Run the workflow, or open a run of it, to see what comes before.")
_DECLARED = mark("Nothing has run yet: this is what the steps declare. Run the workflow to see values.")


class SourceModel(ValueModel):
    """Values by their paths in expressions; what is dragged out of it is the path."""

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Everything but the headings ``inputs`` and ``nodes`` can be dragged."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsDragEnabled if self.path(index) else found

    def mimeTypes(self) -> list[str]:
        """A path."""
        return [PATH_MIME]

    def mimeData(self, indexes: Any) -> QMimeData:
        """The path of the first of them."""
        data = QMimeData()
        data.setData(PATH_MIME, self.path(indexes[0]).encode() if indexes else b"")
        return data

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
        """A value that no run has shown yet is told by its type, in another hand."""
        value = self._at(index).value
        if isinstance(value, Declared | DeclaredList) and index.column() == 1:
            if role == Qt.ItemDataRole.DisplayRole:
                kind = value.type if isinstance(value, Declared) else "list"
                return tr("{type}, declared", type=said(kind)) if kind else tr("declared")
            if role == Qt.ItemDataRole.ToolTipRole:
                return said(value.note) if isinstance(value, Declared) else None
            if role == Qt.ItemDataRole.FontRole:
                font = QFont()
                font.setItalic(True)
                return font
        return super().data(index, role)

    def path(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """How an expression names a value, such as ``nodes.a.output.id``; empty for a heading."""
        found = str(self.data(index, Qt.ItemDataRole.UserRole) or "").removeprefix(".") if index.isValid() else ""
        return "" if found in {"inputs", "nodes"} else found


class Sources(QWidget):
    """The tree; ``chosen(path)`` follows Enter and a double click on a value."""

    chosen = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._node: str | None = None
        self._seen: object = _NOTHING
        self.hint = caption(tr(_NO_RUN), "secondary")
        self.model = SourceModel()
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(14)
        self.tree.setMinimumHeight(200)
        self.tree.setDragEnabled(True)
        self.tree.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.tree.header().resizeSection(0, 130)
        self.tree.setAccessibleName(tr("Values from before"))
        self.tree.setToolTip(tr("Drag a value into a field, or press Enter to write it where the cursor was"))
        self.tree.activated.connect(self._on_activated)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.hint)
        layout.addWidget(self.tree)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self.refresh)
        if context.feed is not None:
            context.feed.batch.connect(self._later)
            context.feed.replaced.connect(self._later)

    def show_node(self, node: str) -> None:
        """Show what is before this node."""
        if node != self._node:
            self._node, self._seen = node, _NOTHING
        self._later()

    def refresh(self) -> None:
        """Show the values as they are now; nothing is done while it is folded or nothing has changed."""
        if not self.isVisible() or self._node is None:
            return
        values, seen = self._values(self._node)
        if seen == self._seen:
            return
        self._seen = seen
        self.model.set_value(values)
        self.tree.setVisible(bool(values))
        self.hint.setVisible(not values or not self._run())
        self.hint.setText(tr(_DECLARED) if values else tr(_NO_RUN))
        for row in range(self.model.rowCount()):
            self._open(self.model.index(row, 0), 3)

    def _open(self, index: QModelIndex, levels: int) -> None:
        """Expand a branch and the first ones below it."""
        if self.model.canFetchMore(index):
            self.model.fetchMore(index)
        self.tree.expand(index)
        for row in range(min(self.model.rowCount(index), OPENED) if levels > 1 else 0):
            self._open(self.model.index(row, 0, index), levels - 1)

    def showEvent(self, event: Any) -> None:
        """Catch up on what came while it was folded."""
        super().showEvent(event)
        self.refresh()

    def _later(self, _changed: object = None) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _values(self, node: str) -> tuple[dict[str, Any], object]:
        """The values by path, and what tells whether they changed."""
        workflow, state = self._context.document.workflow, self._run()
        steps: dict[str, Any] = {}
        seen: list[Any] = [id(workflow)]
        for name in self._before(node) if state is not None else ():
            view = state.node(name) if state is not None and name in state.index else None
            if view is not None and view.stored is not None and view.counts is None:
                steps[name] = {"output": shown(view.stored)}
                seen.append((name, id(view.stored)))
        more = declared(workflow, node, self._context.registry, steps) if node in workflow.nodes else {}
        nodes = {**steps, **more.pop("nodes", {})}
        if state is not None:
            more.pop("inputs", None)
            more |= {"inputs": state.inputs} if state.inputs else {}
            seen.append(id(state.inputs))
        return ({**more, "nodes": nodes} if nodes else more), tuple(seen)

    def _before(self, node: str) -> list[str]:
        """The steps before a node, in the order of the definition."""
        workflow = self._context.document.workflow
        before: set[str] = set()
        around: str | None = node
        while around is not None and around in workflow.nodes:  # a body sees what is before its container
            before |= upstream(workflow, around) - {around}
            around = workflow.nodes[around].parent
        return [name for name in workflow.nodes if name in before]

    def _run(self) -> Any:
        return self._context.run()

    def _on_activated(self, index: QModelIndex) -> None:
        path = self.model.path(index)
        if path:
            self.chosen.emit(path)
