"""``data.sort_limit``: rows in order, and only the first of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_rows import SLICE, breathe, entries, reader
from floworch.actions.widgets import Table, widget
from floworch.errors import ActionError, ErrorKind


class Order(BaseModel):
    """A value to sort by."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(description="A field, or an expression that sees item; empty is the item.")] = ""
    desc: Annotated[bool, Field(description="Whether the largest comes first.")] = False


@action(
    "data.sort_limit",
    title="Sort and limit",
    category="data",
    icon="sort",
    subtitle="by",
    effect="pure",
    raw_params=("by",),
    output_schema={"type": "array", "description": "The items in their new order."},
    example={"items": "{{ nodes.files.output.files }}", "by": [{"key": "size", "desc": True}], "limit": 10},
)
async def data_sort_limit(
    ctx: Context,
    items: Annotated[Table, Field(title="Items")],
    by: Annotated[list[Order], entries("key"), widget("table", columns=["key", "desc"])] = [],  # noqa: B006 - every call gets its own copy
    limit: Annotated[int, Field(ge=0)] = 0,
    skip: Annotated[int, Field(ge=0)] = 0,
) -> list[Any]:
    """Sort items, and keep the first of them.

    Items that are equal in everything sorted by keep their order. Null and missing values come last, whatever the
    direction. Numbers, texts, points in time and true/false are sorted among themselves only.

    Args:
        items: The list.
        by: Fields ("size", "owner.name"), or {key, desc} where key may be an expression that sees item. Without any,
            the order stays.
        limit: How many to keep at most; 0 keeps all.
        skip: How many to leave out at the start, after sorting.
    """
    readers = [reader(ctx, order.key, items) for order in by]
    columns: list[list[Any]] = [[] for _ in by]
    for index, item in enumerate(items):
        if not index % SLICE:
            await breathe(ctx, index, len(items))
        for column, read in zip(columns, readers, strict=True):
            column.append(read(item, index))
    for order, column in zip(by, columns, strict=True):
        _comparable(order.key, column)
    places = await asyncio.to_thread(_sorted, columns, [order.desc for order in by], len(items))
    end = skip + limit if limit else len(items)
    return [items[place] for place in places[skip:end]]


def _sorted(columns: Sequence[Sequence[Any]], desc: Sequence[bool], count: int) -> list[int]:
    """Places of the items in their new order: sorted by the last key first, as sorting keeps equal ones in order."""
    places = list(range(count))
    for column, reverse in reversed(list(zip(columns, desc, strict=True))):
        known = [place for place in places if column[place] is not None]
        known.sort(key=column.__getitem__, reverse=reverse)
        places = known + [place for place in places if column[place] is None]
    return places


def kind_of(value: Any) -> str:
    """What a value is compared as; empty when it has no order."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float, Decimal)):
        return "a number"
    if isinstance(value, datetime):
        return "a time" if value.tzinfo is None else "a time with a zone"
    return "text" if isinstance(value, str) else "bytes" if isinstance(value, bytes) else ""


def _comparable(key: str, column: Sequence[Any]) -> None:
    label = f"'{key}'" if key else "the items"
    first = -1
    for index, value in enumerate(column):
        if value is None:
            continue
        kind = kind_of(value)
        if not kind or isinstance(value, Mapping):
            raise ActionError(
                f"items[{index}] cannot be sorted by {label}: it has {show(value)}.",
                ErrorKind.VALIDATION,
                hint="Sort by a number, a text, a time or true/false inside it.",
            )
        if first < 0:
            first = index
        elif kind != kind_of(column[first]):
            raise ActionError(
                f"{label} is {kind_of(column[first])} in items[{first}] but {kind} in items[{index}]: "
                "they have no order.",
                ErrorKind.VALIDATION,
                hint="Convert them first, for example with the expression {{ item.x | string }} as key.",
            )
