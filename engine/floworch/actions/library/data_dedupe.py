"""``data.dedupe``: every row once, in this run or in all runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_aggregates import digest
from floworch.actions.library.data_rows import reader
from floworch.actions.library.data_source import Rows, TableRef
from floworch.actions.library.data_sql import PART_SCHEMA, check_target, target_of
from floworch.actions.library.data_stream import MOST, MaxRows, Parts, Result, SaveAs, Stream, streams
from floworch.actions.library.state_shelf import shelf_of
from floworch.actions.proctree import to_the_end
from floworch.actions.widgets import Duration, show_if, widget
from floworch.errors import ActionError, ErrorKind

_YEAR = 365 * 86400.0


@action(
    "data.dedupe",
    title="Remove duplicates",
    category="data",
    icon="filter",
    subtitle="keys",
    effect="idempotent",
    capabilities=("files",),
    raw_params=("keys",),
    check=check_target,
    output_schema={
        "type": "object",
        "properties": {
            "items": {**PART_SCHEMA, "description": "One item of each kind, in their order."},
            "duplicates": {**PART_SCHEMA, "description": "Those left out, in their order."},
        },
        "required": ["items", "duplicates"],
    },
    example={"items": "{{ nodes.files.output.files }}", "keys": ["name"]},
)
async def data_dedupe(
    ctx: Context,
    items: Annotated[Rows, Field(title="Items")],
    keys: Annotated[list[str] | str, Field(title="Compare by"), widget("list")] = [],  # noqa: B006 - every call gets its own copy
    keep: Annotated[Literal["first", "last"], Field(title="Which one stays")] = "first",
    across_runs: Annotated[bool, Field(title="Also across runs")] = False,
    remember: Annotated[Duration, Field(title="Remember for"), show_if(across_runs=True)] = _YEAR,
    memory: Annotated[str, Field(title="Name of the memory", max_length=200), show_if(across_runs=True)] = "",
    result: Annotated[Result, Field(title="Result as")] = "rows",
    save_as: Annotated[SaveAs, Field(title="Save as (Parquet file)")] = None,
    max_rows: Annotated[MaxRows, Field(title="Row limit")] = MOST,
) -> dict[str, list[Any] | TableRef]:
    """Remove items that were there before, in this run or in earlier ones.

    Values are equal as JSON values: 1 is 1.0 but neither true nor "1"; objects and lists are compared by content. Of
    each different item a short digest is kept in memory, and across runs beside the store.

    Args:
        items: A list, or a reference to a table, which is read in batches.
        keys: What makes an item the same as another: fields ("id", "owner.name") or expressions that see item.
            Without any, the whole item.
        keep: Which of several equal items stays.
        across_runs: Whether items that an earlier run of this step has let through are duplicates, too. They are
            remembered once this step completes; when it is repeated after a crash, or retried, it gives the same items.
        remember: How long an item that no longer comes is remembered.
        memory: Name of the memory; steps of the workflow that name the same one share it. By default the step's own.
        result: rows gives lists, table references to Parquet files, for more rows than a list should have.
        save_as: The Parquet file that result: table writes; the duplicates go beside it, to
            NAME-duplicates.parquet.
        max_rows: Of a table, more rows in one list are an error with result: rows.
    """
    target = target_of(ctx, result, save_as)
    async with streams(ctx, result, items=items) as (stream,):
        chosen = await _chosen(ctx, stream, [keys] if isinstance(keys, str) else keys, keep)
        if across_runs:
            scope = f"workflow:{ctx.workflow_id}/{f'memory:{memory}' if memory else f'node:{ctx.node}'}"
            chosen = await _unseen(ctx, scope, chosen, remember)
        kept = set(chosen.values())
        async with Parts(stream, ("items", "duplicates"), result, target, max_rows) as parts:
            async for first, batch in stream.batches():
                for index, item in enumerate(batch, first):
                    parts.add(0 if index in kept else 1, item)
            found = await parts.results()
    ctx.log(f"Removed {parts.counts[1]} of {sum(parts.counts)} items.")
    return {"items": found[0], "duplicates": found[1]}


async def _chosen(ctx: Context, stream: Stream, keys: Sequence[str], keep: str) -> dict[bytes, int]:
    """By the digest of what makes it different, the index of each item that stays."""
    readers = [reader(ctx, key, stream.sample, "keys") for key in keys]
    chosen: dict[bytes, int] = {}
    async for first, batch in stream.batches():
        for index, item in enumerate(batch, first):
            identity = digest([read(item, index) for read in readers] if readers else [item])
            if keep == "last" or identity not in chosen:
                chosen[identity] = index
    return chosen


async def _unseen(ctx: Context, scope: str, chosen: dict[bytes, int], remember: float) -> dict[bytes, int]:
    """Those whose digests no earlier run has remembered; from now on they are."""
    shelf, stopped, now = shelf_of(ctx.home("store")), threading.Event(), ctx.now()
    identity = f"{ctx.idempotency_key}:{ctx.node}"
    known = list(chosen)
    work = asyncio.ensure_future(asyncio.to_thread(shelf.see, scope, known, identity, now, now - remember, stopped))
    try:
        new = await asyncio.shield(work)
    except OSError as error:
        raise ActionError(
            f"What earlier runs have seen cannot be used: {error}.",
            ErrorKind.PROCESSING,
            hint="Check that the store's folder can be written and has free space.",
        ) from None
    finally:
        stopped.set()
        if not work.done():
            await to_the_end(asyncio.wait({work}))
            work.exception()  # it was stopped, or done in the last moment
    return {key: chosen[key] for key, fresh in zip(known, new, strict=True) if fresh}
