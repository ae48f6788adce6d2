"""Values on their way into DuckDB and out of it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def value_of(value: Any) -> Any:
    """A value of DuckDB as a JSON value: dates and times as ISO text, not-a-number as null."""
    kind = type(value)
    if value is None or kind in {str, int, bool, bytes, Decimal, datetime}:
        return value
    if kind is float:
        return value if math.isfinite(value) else None
    if isinstance(value, (list, tuple)):
        return [value_of(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): value_of(part) for key, part in value.items()}
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else str(value)


#: Stands in Parquet for the types of whole numbers that it does not have; read again, it is whole.
WHOLE = "DECIMAL(38,0)"
#: A quoted part of the name of a type, or a whole number that Parquet does not have; a name has its type behind it.
_HUGE = re.compile(r""" "(?:[^"]|"")*" | '(?:[^']|'')*' | \bU?HUGEINT\b(?=[\[\],)]|$) """, re.VERBOSE)


def for_parquet(kind: str) -> str:
    """A type of DuckDB with ``WHOLE`` in the place of the whole numbers beyond 64 bits in it, which Parquet rounds."""
    return _HUGE.sub(lambda found: found[0] if found[0][0] in "\"'" else WHOLE, kind)


def whole_in(kind: Any) -> Callable[[Any], Any] | None:
    """What turns the decimals that stand for whole numbers in a value of a DuckDB type back; None without any.

    Args:
        kind: The type, as a cursor describes it.
    """
    if str(kind) == WHOLE:
        return int
    if WHOLE not in str(kind):
        return None
    parts = dict(kind.children)
    if kind.id in {"list", "array"}:
        inner = whole_in(parts["child"])
        return None if inner is None else lambda items: [_given(inner, item) for item in items]
    if kind.id == "map":
        inner = whole_in(parts["value"])
        return None if inner is None else lambda items: {key: _given(inner, item) for key, item in items.items()}
    if kind.id != "struct":
        return None
    inners = {name: found for name, part in parts.items() if (found := whole_in(part)) is not None}
    return lambda items: {name: _given(inners.get(name), item) for name, item in items.items()}


def _given(inner: Callable[[Any], Any] | None, value: Any) -> Any:
    return value if inner is None or value is None else inner(value)


class Columns:
    """The types of the columns that rows have, learned while the rows are written as lines of JSON."""

    def __init__(self) -> None:
        self._types: dict[str, set[str]] = {}

    def line(self, row: Mapping[str, Any]) -> str:
        """The row as a line, its types taken note of."""
        for key, value in row.items():
            self._types.setdefault(key, set()).add(_type_of(value))
        return json.dumps(row, default=_plain, ensure_ascii=False) + "\n"

    def kinds(self, key: str) -> set[str]:
        """The types that a column has had; an empty one stands for null."""
        return self._types.get(key, set())

    @property
    def types(self) -> dict[str, str]:
        """The type of each column that came, in the order in which they came."""
        return {key: column_type(found) for key, found in self._types.items()}


def _type_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, int):
        return "BIGINT" if -(1 << 63) <= value < 1 << 63 else "HUGEINT" if abs(value) < 1 << 127 else "VARCHAR"
    if isinstance(value, float):
        return "DOUBLE"
    if isinstance(value, Decimal):
        return "DECIMAL(38, 10)"
    if isinstance(value, datetime):
        return "TIMESTAMP" if value.tzinfo is None else "TIMESTAMPTZ"
    if isinstance(value, bytes):
        return "BLOB"
    return "JSON" if isinstance(value, (list, Mapping)) else "VARCHAR"


def column_type(found: Iterable[str]) -> str:
    """The type of a column with values of these types; an empty one stands for null."""
    kinds = set(found) - {""}
    if len(kinds) == 1:
        return kinds.pop()
    if kinds and kinds <= {"BIGINT", "HUGEINT"}:
        return "HUGEINT"
    if kinds and kinds <= {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    return "JSON" if kinds and "JSON" in kinds else "VARCHAR"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return "".join(f"\\x{byte:02X}" for byte in value)
    return dict(value) if isinstance(value, Mapping) else str(value)
