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
from floworch.actions.library.data_source import Rows, TableRef
from floworch.actions.library.data_sql import ROWS_SCHEMA, check_target, target_of
from floworch.actions.library.data_stream import MOST, MaxRows, Result, SaveAs, Stream, streams
from floworch.actions.library.data_tables import Tables, read_lines
from floworch.actions.library.data_values import Columns
from floworch.actions.widgets import widget
from floworch.errors import ActionError, ErrorKind


class Order(BaseModel):
    """A value to sort by."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[
        str,
        Field(title="Field or expression", description="A field, or an expression that sees item; empty is the item."),
    ] = ""
    desc: Annotated[bool, Field(title="Largest first", description="Whether the largest comes first.")] = False


@action(
    "data.sort_limit",
    title="Sort and limit",
    category="data",
    icon="sort",
    subtitle="by",
    effect="idempotent",
    capabilities=("files",),
    raw_params=("by",),
    check=check_target,
    output_schema={
        **ROWS_SCHEMA,
        "items": {},
        "description": "The items in their new order, or a reference to a table.",
    },
    example={"items": "{{ nodes.files.output.files }}", "by": [{"key": "size", "desc": True}], "limit": 10},
)
async def data_sort_limit(
    ctx: Context,
    items: Annotated[Rows, Field(title="Items")],
    by: Annotated[list[Order], Field(title="Sort by"), entries("key"), widget("table", columns=["key", "desc"])] = [],  # noqa: B006 - every call gets its own copy
    limit: Annotated[int, Field(title="Keep at most", ge=0)] = 0,
    skip: Annotated[int, Field(title="Leave out at the start", ge=0)] = 0,
    result: Annotated[Result, Field(title="Result as")] = "rows",
    save_as: Annotated[SaveAs, Field(title="Save as (Parquet file)")] = None,
    max_rows: Annotated[MaxRows, Field(title="Row limit")] = MOST,
) -> list[Any] | TableRef:
    """Sort items, and keep the first of them.

    Items that are equal in everything sorted by keep their order. Null and missing values come last, whatever the
    direction. Numbers, texts, points in time and true/false are sorted among themselves only.

    Args:
        items: A list, or a reference to a table, which is sorted outside the memory where it is large.
        by: Fields ("size", "owner.name"), or {key, desc} where key may be an expression that sees item. Without any,
            the order stays.
        limit: How many to keep at most; 0 keeps all.
        skip: How many to leave out at the start, after sorting.
        result: rows gives a list, table a reference to a Parquet file, for more rows than a list should have.
        save_as: The Parquet file that result: table writes.
        max_rows: Of a table, more rows in the list are an error with result: rows.
    """
    target = target_of(ctx, result, save_as)
    async with streams(ctx, result, items=items) as (stream,):
        if stream.rows is not None and not target:
            return await _in_memory(ctx, stream.rows, by, limit, skip)
        ordered = await _query(ctx, stream, by)
        cut = f"{ordered} LIMIT {limit or 'ALL'} OFFSET {skip}" if limit or skip else ordered

        def ready(tables: Tables) -> list[Any] | TableRef:
            return tables.save(cut, target) if target else tables.fetch(cut, max_rows)

        found: list[Any] | TableRef = await stream.ask(ready)
        return found


async def _in_memory(ctx: Context, items: Sequence[Any], by: Sequence[Order], limit: int, skip: int) -> list[Any]:
    readers = [reader(ctx, order.key, items, "by") for order in by]
    columns: list[list[Any]] = [[] for _ in by]
    for index, item in enumerate(items):
        if not index % SLICE:
            await breathe(ctx, index, len(items))
        for column, read in zip(columns, readers, strict=True):
            column.append(read(item, index))
    for order, column in zip(by, columns, strict=True):
        order_seen = _Kind(order.key)
        for index, value in enumerate(column):
            order_seen.see(index, value)
    places = await asyncio.to_thread(_sorted, columns, [order.desc for order in by], len(items))
    end = skip + limit if limit else len(items)
    return [items[place] for place in places[skip:end]]


async def _query(ctx: Context, stream: Stream, by: Sequence[Order]) -> str:
    """The query that gives the items in their order: the values sorted by go to a file beside them first."""
    if not by:
        return f"SELECT * FROM {stream.view}"
    readers = [reader(ctx, order.key, stream.sample, "by") for order in by]
    kinds = [_Kind(order.key) for order in by]
    learned = Columns()
    place = await stream.ask(lambda tables: tables.free("ndjson"))
    with open(place, "w", encoding="utf-8") as file:  # noqa: ASYNC230 - written in small pieces
        async for first, batch in stream.batches():
            for index, item in enumerate(batch, first):
                values = {f"k{n}": read(item, index) for n, read in enumerate(readers)}
                for kind, value in zip(kinds, values.values(), strict=True):
                    kind.see(index, value)
                file.write(learned.line({"n": index, **values}))
    if not stream.total:
        return f"SELECT * FROM {stream.view}"
    types = {**learned.types}
    order = []
    for n, each in enumerate(by):
        types[f"k{n}"] = _column(learned.kinds(f"k{n}"))
        order.append(f"k.k{n} {'DESC' if each.desc else 'ASC'} NULLS LAST")
    keys = read_lines(place, types)
    return f"SELECT s.* FROM {stream.view} s POSITIONAL JOIN {keys} k ORDER BY {', '.join(order)}, k.n"


def _column(kinds: set[str]) -> str:
    """A type in which values of these types are in their order; whole numbers of any size and decimals meet."""
    found = kinds - {""}
    if len(found) == 1 and found != {"JSON"}:
        return found.pop()
    if "DOUBLE" in found:
        return "DOUBLE"
    if found and found <= {"BIGINT", "HUGEINT"}:
        return "HUGEINT"
    return "DECIMAL(38, 10)" if any(kind.startswith("DECIMAL") for kind in found) else "VARCHAR"


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


class _Kind:
    """What the values of one key are compared as: all of them alike."""

    def __init__(self, key: str) -> None:
        self._label = f"'{key}'" if key else "the items"
        self._first = -1
        self._kind = ""

    def see(self, index: int, value: Any) -> None:
        """Take the value of an item. Raises ActionError when it has no order, or none with those before."""
        if value is None:
            return
        kind = kind_of(value)
        if not kind or isinstance(value, Mapping):
            raise ActionError(
                f"items[{index}] cannot be sorted by {self._label}: it has {show(value)}.",
                ErrorKind.VALIDATION,
                hint="Sort by a number, a text, a time or true/false inside it.",
            )
        if self._first < 0:
            self._first, self._kind = index, kind
        elif kind != self._kind:
            raise ActionError(
                f"{self._label} is {self._kind} in items[{self._first}] but {kind} in items[{index}]: "
                "they have no order.",
                ErrorKind.VALIDATION,
                hint="Convert them first, for example with the expression {{ item.x | string }} as key.",
            )
