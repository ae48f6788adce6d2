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
from floworch.errors import LimitExceeded


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
    concurrency: Annotated[Whole, Field(ge=1, le=10_000)] = 4,
    on_item_error: Annotated[Literal["stop", "collect"], Field(title="When an item fails")] = "stop",
    batch: Annotated[Whole, Field(ge=1, le=1_000_000)] = 1,
) -> Expand:
    """Run the body once per item.

    Args:
        items: A list, or a reference to a table; in the body, 'item' is the current one and 'index' its number from 0.
        concurrency: How many items run at a time.
        on_item_error: 'stop' fails this node at the first failed item; 'collect' goes on and gives null for it.
        batch: How many items the body gets at a time. With more than 1, 'item' is a list of so many items, the last one
            of the rest; of a table it is a reference to so many of its rows, which other actions take as their items.
    """
    source = await asyncio.to_thread(source_of, ctx, items)
    if isinstance(source, Reference):
        items = await _of_table(ctx, items, source, batch)
    elif batch > 1:
        items = [items[first : first + batch] for first in range(0, len(items), batch)]
    if len(items) > (limit := item_limit()):
        raise LimitExceeded(
            f"'items' has {len(items)} entries; at most {limit} are allowed.",
            f"Group the items into batches, or raise the limit with the setting {LIMIT_SETTING}.",
        )
    return Expand(items, concurrency, on_item_error)


async def _of_table(ctx: Context, given: Any, source: Reference, batch: int) -> list[Any]:
    """The items that a table gives: its rows, or references to parts of it. Raises ActionError, LimitExceeded."""
    async with streams(ctx, items=given) as (stream,):
        if batch > 1:
            rows = source.rows if source.rows is not None else await _count(stream)
            known: Mapping[str, Any] = given
            return [
                {**known, "path": source.path, "offset": source.offset + first, "rows": min(batch, rows - first)}
                for first in range(0, rows, batch)
            ]
        found: list[Any] = []
        async for _, some in stream.batches():
            found += some
            if len(found) > item_limit():
                break
        return found


async def _count(stream: Stream) -> int:
    return int(await stream.ask(lambda tables: tables.count(stream.view)))
