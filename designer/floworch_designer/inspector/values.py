"""JSON values on screen: a tree that loads its branches when they are opened, and bounded text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from floworch_designer.settings.words import counted, tr

#: Children a branch shows at first and for every further "more".
PAGE = 200
#: Characters of the text form, and of one value in the tree.
TEXT_LIMIT = 100_000
CELL_LIMIT = 200

_Index = QModelIndex | QPersistentModelIndex


class _Branch:
    __slots__ = ("children", "key", "loaded", "parent", "row", "value")

    def __init__(self, key: str, value: Any, parent: _Branch | None, row: int) -> None:
        self.key, self.value, self.parent, self.row = key, value, parent, row
        self.children: list[_Branch] = []
        self.loaded = 0

    @property
    def total(self) -> int:
        return len(self.value) if isinstance(self.value, dict | list | tuple) else 0

    def load(self) -> None:
        stop = min(self.total, self.loaded + PAGE)
        pairs: list[tuple[Any, Any]]
        if isinstance(self.value, dict):
            pairs = list(islice(self.value.items(), self.loaded, stop))
        else:
            pairs = [(str(row), self.value[row]) for row in range(self.loaded, stop)]
        for key, value in pairs:
            self.children.append(_Branch(str(key), value, self, len(self.children)))
        self.loaded = stop


class ValueModel(QAbstractItemModel):
    """Two columns, name and value, over any JSON value; branches are filled :data:`PAGE` at a time."""

    def __init__(self, value: Any = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = _Branch("", value, None, 0)
        self._top()

    def set_value(self, value: Any) -> None:
        """Show another value."""
        self.beginResetModel()
        self._root = _Branch("", value, None, 0)
        self._top()
        self.endResetModel()

    def _top(self) -> None:
        if self._root.total:
            self._root.load()
        elif not isinstance(self._root.value, dict | list | tuple):
            self._root.children = [_Branch("value", self._root.value, self._root, 0)]

    def _at(self, index: _Index) -> _Branch:
        return index.internalPointer() if index.isValid() else self._root

    def index(self, row: int, column: int, parent: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Qt's way down."""
        children = self._at(parent).children
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) else QModelIndex()

    def parent(self, index: _Index = QModelIndex()) -> Any:  # noqa: B008
        """Qt's way up."""
        above = self._at(index).parent
        return QModelIndex() if above is None or above is self._root else self.createIndex(above.row, 0, above)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Children loaded so far."""
        return 0 if parent.column() > 0 else len(self._at(parent).children)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Name and value."""
        return 2

    def hasChildren(self, parent: _Index = QModelIndex()) -> bool:  # noqa: B008
        """Whether the value is a filled list or object."""
        branch = self._at(parent)
        return bool(branch.children) if branch is self._root else branch.total > 0

    def canFetchMore(self, parent: _Index) -> bool:
        """Whether the branch has children not loaded yet."""
        branch = self._at(parent)
        return branch.loaded < branch.total

    def fetchMore(self, parent: _Index) -> None:
        """Load the next page of children."""
        branch = self._at(parent)
        first = len(branch.children)
        self.beginInsertRows(self._own(branch), first, min(branch.total, branch.loaded + PAGE) - 1)
        branch.load()
        self.endInsertRows()

    def _own(self, branch: _Branch) -> QModelIndex:
        return QModelIndex() if branch is self._root else self.createIndex(branch.row, 0, branch)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Column titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Name"), tr("Value"))[section]
        return None

    def data(self, index: _Index, role: int = 0) -> Any:
        """Text of a cell; the tool tip holds more of a long value."""
        branch = self._at(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return branch.key if index.column() == 0 else cell_text(branch.value)
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 1 and not branch.total:
            return bounded_text(branch.value, 2000)
        if role == Qt.ItemDataRole.UserRole:
            return self._path(branch)
        return None

    def _path(self, branch: _Branch) -> str:
        steps: list[str] = []
        while branch.parent is not None:
            if isinstance(branch.parent.value, dict):
                steps.append(f".{branch.key}" if branch.key.isidentifier() else f"[{json.dumps(branch.key)}]")
            elif branch.parent.total:
                steps.append(f"[{branch.key}]")
            branch = branch.parent
        return "".join(reversed(steps))


def cell_text(value: Any) -> str:
    """One line for a value: its text, or what it holds."""
    if isinstance(value, dict):
        kind = value.get("$type")
        if isinstance(kind, str) and len(value) == 2:
            return f"{kind}: {cell_text(value.get('value'))}"
        return _preview(value)
    if isinstance(value, list | tuple):
        return f"[{counted(len(value), '1 item', '{n} items')}]"
    if isinstance(value, str):
        line = value[: CELL_LIMIT + 1].replace("\n", "⏎ ")
        return (
            line if len(value) <= CELL_LIMIT else tr("{line}… ({n:,} characters)", line=line[:CELL_LIMIT], n=len(value))
        )
    return _scalar(value)


def _preview(value: dict[str, Any]) -> str:
    """The first entries of an object, as far as they fit a cell."""
    parts: list[str] = []
    room = 60
    for key, item in value.items():
        word = "{…}" if isinstance(item, dict) else item[:30] if isinstance(item, str) else cell_text(item)
        part = f"{key}: {word}"
        room -= len(part)
        if room < 0 and parts:
            parts.append("…")
            break
        parts.append(part)
    return "{" + ", ".join(parts) + "}"


def bounded_text(value: Any, limit: int = TEXT_LIMIT) -> str:
    """The value as text, strings as they are and the rest as indented JSON, cut after ``limit`` characters.

    The work is bounded too: what would not be shown is never visited.
    """
    if isinstance(value, str):
        return (
            value
            if len(value) <= limit
            else tr("{value}\n… {value2:,} more characters", value=value[:limit], value2=len(value) - limit)
        )
    pieces: list[str] = []
    size = 0
    for piece in pieces_of(value):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            return "".join(pieces)[:limit] + tr("\n… the rest is not shown")
    return "".join(pieces)


def pieces_of(value: Any) -> Iterator[str]:
    """The text of a value in pieces, made as they are asked for: what is not shown is never visited."""
    return _write(value, "")


def _write(value: Any, indent: str) -> Iterator[str]:
    """Pieces of indented JSON, made as they are asked for."""
    if isinstance(value, dict) and value:
        opening = "{"
        for key, item in value.items():
            yield f"{opening}\n{indent}  {json.dumps(str(key), ensure_ascii=False)}: "
            yield from _write(item, indent + "  ")
            opening = ","
        yield f"\n{indent}}}"
    elif isinstance(value, list | tuple) and value:
        opening = "["
        for item in value:
            yield f"{opening}\n{indent}  "
            yield from _write(item, indent + "  ")
            opening = ","
        yield f"\n{indent}]"
    elif isinstance(value, str):
        for at in range(0, len(value) or 1, TEXT_LIMIT):
            inner = json.dumps(value[at : at + TEXT_LIMIT], ensure_ascii=False)[1:-1]
            yield f'"{inner}' if not at else inner
        yield '"'
    else:
        yield "{}" if isinstance(value, dict) else "[]" if isinstance(value, list | tuple) else _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bytes):
        return tr("{n:,} bytes", n=len(value))
    try:
        return json.dumps(value)
    except (TypeError, ValueError):
        return str(value)
