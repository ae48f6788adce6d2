"""The rows of a table that a run keeps in a Parquet file and refers to, read part by part."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from floworch_designer.inspector.value_parts import ROWS
from floworch_designer.settings.words import tr

_ENDING: Final = ".parquet"


class TableFile:
    """A reference to a table; its file is looked at when ``open`` is called, on any thread.

    Attributes:
        opened: Whether it was looked at.
        problem: Why it cannot be read, or an empty text.
    """

    def __init__(self, path: str, offset: int, total: int) -> None:
        self._path, self._offset, self._total = Path(path), offset, total
        self._found: Any = None
        self._parts: dict[int, list[dict[str, Any]]] = {}
        self.opened, self.problem = False, ""

    def open(self) -> None:
        """Look at the file and read its first rows."""
        self.opened = True
        if not self._path.is_absolute() or not self._path.is_file():  # so that it is no address, and no pattern
            self.problem = tr("The file of this table is not there any more: {path}", path=self._path)
            return
        if importlib.util.find_spec("duckdb") is None:
            self.problem = tr("Tables in files are shown where DuckDB is installed: pip install 'floworch[data]'")
            return
        duckdb: Any = importlib.import_module("duckdb")
        try:
            self._found = duckdb.connect(":memory:").from_parquet(str(self._path))
            self.part(0)
        except (duckdb.Error, OSError) as error:
            self.problem = tr("The file of this table cannot be read: {why}", why=str(error).splitlines()[0])

    def part(self, number: int) -> Sequence[Any]:
        """The rows of a part, from 0; none before it was opened."""
        if self._found is None or self.problem:
            return []
        if number not in self._parts:
            start = number * ROWS
            found = self._found.limit(min(ROWS, self._total - start), self._offset + start)
            names = found.columns
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
            self._parts = {number: rows, **dict(list(self._parts.items())[-1:])}
        return self._parts[number]

    def first(self, number: int) -> int:
        """The number of the first row of a part."""
        return number * ROWS

    def follows(self, number: int) -> bool:
        """Whether there is a part after this one."""
        return self.opened and not self.problem and (number + 1) * ROWS < self._total


def table_file_in(value: Any) -> TableFile | None:
    """The table that a value refers to: the value itself, or the first of its fields that does."""
    parts = [value, *(value.values() if isinstance(value, Mapping) else ())]
    return next((found for part in parts if (found := _table_file(part)) is not None), None)


def _table_file(part: Any) -> TableFile | None:
    if not isinstance(part, Mapping) or not isinstance(part.get("schema"), Mapping):
        return None
    path, rows, offset = part.get("path"), part.get("rows"), part.get("offset", 0)
    if not isinstance(rows, int) or not isinstance(offset, int) or rows < 0 or offset < 0:
        return None
    if not isinstance(path, str) or not path.endswith(_ENDING) or "\0" in path:
        return None
    return TableFile(path, offset, rows)
