"""Outputs that are no objects, read by the name of what they hold: ``nodes.sort.output.items`` of a list of items.

The output of an action that gives one thing is that thing (a list of rows, a text, a number), not an object around it.
The names below stand for the whole of it, so that both ways of writing mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_LISTS = frozenset({"items", "rows", "results", "table", "combined", "value"})
_TEXTS = frozenset({"text", "hex", "value"})
_TABLES = frozenset({"items", "table", "value"})
_OTHERS = frozenset({"value"})
_NONE: frozenset[str] = frozenset()


def names_of_whole(value: Any, path: Sequence[str | int]) -> frozenset[str]:
    """Names that stand for the whole value at this path; none unless it is the output of a node."""
    if len(path) != 3 or path[0] != "nodes" or path[2] != "output":
        return _NONE
    if isinstance(value, Mapping):  # a reference to a table is an object, too; any other has its own fields
        return _TABLES - value.keys() if value.keys() >= {"path", "rows", "schema"} else _NONE
    if isinstance(value, (list, tuple)):
        return _LISTS
    if value is None:
        return _NONE
    return _TEXTS if isinstance(value, str) else _OTHERS
