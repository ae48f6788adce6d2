"""The outline as a tree: frames, containers with their bodies, nodes in the order in which they run, notes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from floworch.model.workflow import Workflow
from floworch.run.status import NodeStatus
from floworch_designer.document.decor import groups, notes
from floworch_designer.settings.words import tr
from floworch_designer.theme.statuses import look
from floworch_designer.theme.theme import Theme

Index = QModelIndex | QPersistentModelIndex
#: Role of the key of a row: the id of a node, or the key of a note or frame.
KEY = Qt.ItemDataRole.UserRole


class Row:
    """One row: its key, what it says, and the rows below it."""

    __slots__ = ("children", "key", "parent", "place", "title")

    def __init__(self, key: str, title: str) -> None:
        self.key, self.title = key, title
        self.parent: Row | None = None
        self.children: list[Row] = []
        self.place = 0

    def add(self, row: Row) -> None:
        """Put a row below this one."""
        row.parent, row.place = self, len(self.children)
        self.children.append(row)


def in_order(workflow: Workflow) -> list[str]:
    """The nodes, each after those it follows; where the edges leave it open, in the order of the definition."""
    waiting = dict.fromkeys(workflow.nodes, 0)
    after: dict[str, list[str]] = {}
    for edge in workflow.edges:
        if edge.source in waiting and edge.target in waiting:
            waiting[edge.target] += 1
            after.setdefault(edge.source, []).append(edge.target)
    ready = [key for key, count in waiting.items() if count == 0]
    ready.reverse()
    found: dict[str, None] = {}
    while ready:
        key = ready.pop()
        found[key] = None
        for target in reversed(after.get(key, ())):
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    return [*found, *(key for key in workflow.nodes if key not in found)]


def tree_of(workflow: Workflow, only: Collection[str] | None = None) -> Row:
    """The rows, below one that is not shown; with ``only`` these nodes and what holds them."""
    root, rows = Row("", ""), {key: Row(key, node.title or key) for key, node in workflow.nodes.items()}
    wanted = None if only is None else set(only)
    for key in list(wanted or ()):
        holder = workflow.nodes[key].parent
        while holder in rows and wanted is not None and holder not in wanted:
            wanted.add(holder)
            holder = workflow.nodes[holder].parent
    found = groups(workflow)
    framed: dict[str, Row] = {}
    frames = {key: Row(key, group.title or tr("Frame")) for key, group in found.items()}
    for key in sorted(found, key=lambda key: -len(found[key].nodes)):  # the innermost last: it keeps its nodes
        holders = {framed.get(name) for name in found[key].nodes}
        holder_row = holders.pop() if len(holders) == 1 else None
        frames[key].parent = holder_row
        framed.update(dict.fromkeys(found[key].nodes, frames[key]))
    for key in in_order(workflow):
        if wanted is not None and key not in wanted:
            continue
        parent, frame = workflow.nodes[key].parent, framed.get(key)
        below = rows[parent] if parent in rows and parent != key else root
        if frame is not None:
            below = _hung(frame, below)
        below.add(rows[key])
    if wanted is None:
        for key, note in notes(workflow).items():
            root.add(Row(key, _line(note.text)))
    return root


def from_top_to_bottom(workflow: Workflow) -> list[str]:
    """The nodes as the outline has them: bodies after their containers, else each after those it follows."""
    found, rows = [], [tree_of(workflow)]
    while rows:
        row = rows.pop()
        if row.key in workflow.nodes:
            found.append(row.key)
        rows += reversed(row.children)
    return found


def _hung(frame: Row, below: Row) -> Row:
    """The row of a frame, put into the tree with the frames around it when its first node is met."""
    outer = frame.parent
    if outer is not None and frame in outer.children:
        return frame
    (_hung(outer, below) if outer is not None and outer.key.startswith("frame:") else below).add(frame)
    return frame


def _line(text: str) -> str:
    lines = [line.strip("#*->` \t") for line in text.splitlines()]
    return next((line for line in lines if line), tr("Empty note"))


class OutlineModel(QAbstractItemModel):
    """The tree for Qt; statuses are asked when they are painted.

    Args:
        theme: Colours and icons.
        looks: Icon name and category of an action, by its id.
        statuses: Return the status of a node in the shown run.
    """

    def __init__(
        self,
        theme: Theme,
        looks: Callable[[str], tuple[str, str]],
        status: Callable[[str], NodeStatus | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._looks, self._status = theme, looks, status
        self._root = Row("", "")
        self._rows: dict[str, Row] = {}
        self._workflow: Workflow | None = None

    def show(self, workflow: Workflow, only: Collection[str] | None = None) -> None:
        """Show a definition, or with ``only`` some of its nodes."""
        self.beginResetModel()
        self._workflow, self._root = workflow, tree_of(workflow, only)
        self._rows = {}
        queue = list(self._root.children)
        while queue:
            row = queue.pop()
            self._rows[row.key] = row
            queue.extend(row.children)
        self.endResetModel()

    @property
    def keys(self) -> Mapping[str, Row]:
        """The rows that are shown, by key."""
        return self._rows

    def index_of(self, key: str) -> QModelIndex:
        """The index of a row by its key; an invalid one when it is not shown."""
        row = self._rows.get(key)
        return QModelIndex() if row is None else self.createIndex(row.place, 0, row)

    def _row(self, index: Index) -> Row:
        return index.internalPointer() if index.isValid() else self._root

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's way
        """The index of the row at a place."""
        below = self._row(parent).children
        return self.createIndex(row, column, below[row]) if 0 <= row < len(below) else QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # Qt has two methods of this name
        """The index of what a row is below."""
        holder = self._row(index).parent
        return QModelIndex() if holder is None or holder is self._root else self.createIndex(holder.place, 0, holder)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's way
        """How many rows are below one."""
        return len(self._row(parent).children) if parent.column() <= 0 else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's way
        """What it is and what the run did with it."""
        return 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Title and status, as text, icon, colour and words for a screen reader."""
        row = self._row(index)
        if role == KEY:
            return row.key
        node = self._workflow.nodes.get(row.key) if self._workflow is not None else None
        status = self._status(row.key) if node is not None else None
        if index.column() == 1:
            return self._of_status(status, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.DecorationRole:
            if node is None:
                return self._theme.icon("note" if row.key.startswith("note:") else "group", "text_secondary", 16)
            return self._theme.action_icon(*self._looks(node.action))
        words = [
            row.title,
            node.action if node is not None else tr("note") if row.key.startswith("note:") else tr("frame"),
        ]
        if status is not None:
            words.append(tr(look(status).label))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(words)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(words)
        return None

    def _of_status(self, status: NodeStatus | None, role: int) -> Any:
        if status is None:
            return None
        if role == Qt.ItemDataRole.DecorationRole:
            return self._theme.status_icon(status)
        return (
            tr(look(status).label)
            if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}
            else None
        )
