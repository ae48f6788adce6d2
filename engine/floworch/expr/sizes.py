"""How large the values of an expression may be (contract C13)."""

from __future__ import annotations

from typing import Any

from floworch.limits import EXPRESSION_BYTES

#: An expression's result, and what ``to_json`` writes, may have this many bytes, as text or, by estimate, as JSON.
MAX_OUTPUT = EXPRESSION_BYTES
#: Items that an expression may put into one list.
MAX_ITEMS = 1_000_000
#: How deep lists and objects that an expression builds may be nested.
MAX_DEPTH = 200


def too_large(value: Any) -> bool:
    """Whether the JSON of a list or an object is longer than ``MAX_OUTPUT``, estimated without walking further."""
    return size_of(value) > MAX_OUTPUT


def size_of(value: Any) -> int:
    """How many bytes the JSON of a value has, estimated without walking much further than ``MAX_OUTPUT``."""
    if isinstance(value, (str, bytes)):
        return len(value)
    known = getattr(value, "size", None)
    if isinstance(known, int):
        return known
    size = 0
    stack = [value]
    while stack and size <= MAX_OUTPUT:
        item = stack.pop()
        if isinstance(item, (str, bytes)):
            size += len(item)
        elif isinstance(item, (list, tuple, dict)):
            size += _size_of_many(item, stack)
    return size


def _size_of_many(item: Any, stack: list[Any]) -> int:
    known = getattr(item, "size", None)
    if isinstance(known, int):
        return known
    if isinstance(item, dict):
        stack.extend(dict.values(item))
        return 4 * len(item) + sum(map(len, filter(None, map(_text, dict.__iter__(item)))))
    if 2 * len(item) <= MAX_OUTPUT:
        stack.extend(list.__iter__(item) if isinstance(item, list) else item)
    return 2 * len(item)


def depth_of(value: Any) -> int:
    """How deep a list or an object is nested, as far as it was measured: 1 for one that was not."""
    if not isinstance(value, (list, tuple, dict)):
        return 0
    known = getattr(value, "depth", None)
    if isinstance(known, int):
        return known
    inner = (
        dict.values(value)
        if isinstance(value, dict)
        else tuple.__iter__(value)
        if isinstance(value, tuple)
        else list.__iter__(value)
    )
    return 1 + max((getattr(item, "depth", 0) for item in inner), default=0)


def _text(key: Any) -> str:
    return key if isinstance(key, str) else ""
