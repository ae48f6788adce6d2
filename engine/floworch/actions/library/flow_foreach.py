"""``flow.foreach``: the container that runs its body once per item (contract C10.1)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.item_limit import LIMIT_SETTING, item_limit
from floworch.actions.library.data_source import ItemsOrTable, Reference, source_of
from floworch.actions.library.data_stream import Stream, streams
from floworch.actions.outcome import Expand
from floworch.actions.widgets import Whole
from floworch.artifact import Artifact, Parts
from floworch.errors import LimitExceeded
from floworch.model.values import encode

#: So many rows of a table are a list; more are kept in parts of about so many bytes.
FEW, PART_BYTES, MOST_IN_PART = 1000, 1 << 20, 20_000


@action(
    "flow.foreach",
    title="For each",
    category="flow",
    icon="repeat",
    subtitle="items",
    effect="pure",
    capabilities=("files",),
    container=True,
    output_schema={"type": "array", "description": "One result per item, in item order; null for a failed one."},
    example={"items": "{{ nodes.list.output }}", "concurrency": 4, "on_item_error": "collect"},
)
async def flow_foreach(
    ctx: Context,
    items: Annotated[ItemsOrTable, Field(title="Items")],
    concurrency: Annotated[Whole, Field(title="Items at the same time", ge=1, le=10_000)] = 4,
    on_item_error: Annotated[Literal["stop", "collect"], Field(title="When an item fails")] = "stop",
    batch: Annotated[Whole, Field(title="Items per round", ge=1, le=1_000_000)] = 1,
) -> Expand:
    """Run the body once per item.

    The items are noted once, before the first of them runs: the rows of a table as they are then, in parts, of which a
    few are in memory. What becomes of the table's file afterwards changes nothing, after a crash and in a retry either.

    Args:
        items: A list, or a reference to a table; in the body, 'item' is the current one and 'index' its number from 0.
        concurrency: How many items run at a time.
        on_item_error: 'stop' fails this node at the first failed item; 'collect' goes on and gives null for it.
        batch: How many items the body gets at a time. With more than 1, 'item' is a list of so many items, the last one
            of the rest; of a table it is a reference to so many of its rows, which other actions take as their items.
    """
    source = await asyncio.to_thread(source_of, ctx, items)
    found: list[Any] | Parts = items
    if isinstance(source, Reference):
        found = await _of_table(ctx, items, source, batch)
    elif batch > 1:
        found = [items[first : first + batch] for first in range(0, len(items), batch)]
    if len(found) > (limit := item_limit()):
        raise LimitExceeded(
            f"'items' has {len(found)} entries; at most {limit} are allowed.",
            f"Group the items into batches, or raise the limit with the setting {LIMIT_SETTING}.",
        )
    return Expand(found, concurrency, on_item_error)


async def _of_table(ctx: Context, given: Any, source: Reference, batch: int) -> list[Any] | Parts:
    """The items that a table gives: its rows, or references to parts of it. Raises ActionError, LimitExceeded."""
    async with streams(ctx, items=given) as (stream,):
        if batch > 1:
            rows = source.rows if source.rows is not None else await _count(stream)
            known: Mapping[str, Any] = given
            return [
                {**known, "path": source.path, "offset": source.offset + first, "rows": min(batch, rows - first)}
                for first in range(0, rows, batch)
            ]
        return await _in_parts(ctx, stream)


async def _in_parts(ctx: Context, stream: Stream) -> list[Any] | Parts:
    """Rows as a list while they are few, else as a list in parts, each of which goes to the disk when it is full."""
    parts: list[Artifact] = []
    starts: list[int] = []
    total, most, left = 0, FEW, item_limit()
    rows: list[Any] = []
    keeps = True

    async def put(some: list[Any]) -> int:
        part = await asyncio.to_thread(ctx.artifact, some)
        if keeps := await ctx.keep(part):
            starts.append(total)
            parts.append(part)
        return part.size if keeps else 0

    async for _, some in stream.batches():
        if not total and not rows:
            most = _fitting(len(encode(some[:16])), len(some[:16]), FEW)
        rows += some
        if total + len(rows) > left:
            break
        while keeps and len(rows) > most:
            size = await put(rows[:most])
            if not size:  # in a process of its own
                keeps = False
                break
            total += most
            del rows[:most]
            most = _fitting(size, most, MOST_IN_PART)
    if not parts:
        return rows
    await put(rows)
    return Parts(parts, starts, total + len(rows))


def _fitting(size: int, rows: int, most: int) -> int:
    """How many rows make one part, where so many have so many bytes."""
    return max(1, min(most, PART_BYTES * rows // size))


async def _count(stream: Stream) -> int:
    return int(await stream.ask(lambda tables: tables.count(stream.view)))
