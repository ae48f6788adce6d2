"""What actions on rows share: values read by field or expression, and room for other work between slices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BeforeValidator

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.suggest import did_you_mean
from floworch.errors import ActionError, ErrorKind, ExpressionError

#: Rows between two chances for other work, and for a cancel.
SLICE = 512
_ABSENT: Any = object()
Read = Callable[[Any, int], Any]


async def breathe(ctx: Context, index: int, total: int) -> None:
    """Let others work, and tell from time to time how far it is; call it every ``SLICE`` rows."""
    await asyncio.sleep(0)
    if index and not index % (SLICE * 32):
        ctx.progress(
            min(index / total, 1.0) if total else None, f"{index} of {total} rows" if total else f"{index} rows"
        )


def braced(expression: str) -> str:
    """An expression with its braces, which people may leave out where only an expression makes sense."""
    return expression if "{{" in expression else "{{ " + expression + " }}"


def reader(ctx: Context, key: str, items: Sequence[Any], param: str, name: str = "items") -> Read:
    """How to get a value from an item: the item itself, an expression, or a field (dots lead into objects).

    Args:
        ctx: The attempt, which evaluates expressions.
        key: Nothing, a text with ``{{``, or a field.
        items: Rows to check the field against: one that none of them has is refused as misspelt.
        param: The parameter that holds the key, for messages.
        name: The parameter that holds the items, for messages.

    Raises:
        ActionError: validation_error, here for a field that no item has, later for an item that is no object.
    """
    if not key:
        return lambda item, index: item
    if "{{" in key:
        return lambda item, index: evaluated(ctx, key, item, index, param, name)
    steps = key.split(".")
    check_field(key, items, name)

    def read(item: Any, index: int) -> Any:
        if type(item) is not dict and not isinstance(item, Mapping):
            raise ActionError(
                f"{name}[{index}] must be an object to have a field '{key}', not {show(item)}.",
                ErrorKind.VALIDATION,
                hint="Use an expression that sees item, such as {{ item }}.",
            )
        found = item.get(key, _ABSENT)
        return inside(item, steps) if found is _ABSENT else found

    return read


def evaluated(ctx: Context, expression: str, item: Any, index: int, param: str, name: str = "items") -> Any:
    """The value of an expression for one item. Raises ActionError naming its parameter and the item it fails for."""
    try:
        return ctx.evaluate(expression, item)
    except ExpressionError as error:
        message = f"'{param}' cannot be evaluated for {name}[{index}]: {error.message}"
        raise ActionError(message, ErrorKind.VALIDATION, hint=error.hint) from None


def inside(item: Any, steps: Sequence[str]) -> Any:
    """The value at a path of fields; null where it does not lead on."""
    for step in steps:
        item = item.get(step) if isinstance(item, Mapping) else None
    return item


def check_field(key: str, items: Sequence[Any], name: str = "items") -> None:
    """Refuse a field that no item has: it is misspelt. Raises ActionError."""
    first = key.partition(".")[0]
    rows = [item for item in items if isinstance(item, Mapping)]
    if len(rows) == len(items) and rows and not any(key in row or first in row for row in rows):
        hint = did_you_mean(key, [str(field) for field in rows[0]], "Fields of the first item")
        where = "No item" if name == "items" else f"No row of '{name}'"
        raise ActionError(f"{where} has a field '{key}'.", ErrorKind.VALIDATION, hint=hint)


def entries(field: str, *more: str) -> BeforeValidator:
    """Let a list of objects be written shorter: a text stands for the object with that in ``field`` (and ``more``).

    ``"size"`` and ``["size"]`` become ``[{"key": "size"}]`` for the field ``key``.
    """

    def spelt(value: Any) -> Any:
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, (list, tuple)):
            return found
        return [dict.fromkeys((field, *more), entry) if isinstance(entry, str) else entry for entry in found]

    return BeforeValidator(spelt)
