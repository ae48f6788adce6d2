"""``data.filter``: the rows that fulfil a condition, and the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_rows import braced, evaluated
from floworch.actions.library.data_source import Rows
from floworch.actions.library.data_sql import PART_SCHEMA, check_target, target_of
from floworch.actions.library.data_stream import MOST, MaxRows, Parts, Result, SaveAs, streams
from floworch.actions.outcome import Outcome
from floworch.actions.widgets import widget
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    where = params.get("where")
    if isinstance(where, str) and not where.strip():
        return [ParamIssue("where", "'where' is empty.", "Write a condition such as item.size > 1000.")]
    return check_target(params)


@action(
    "data.filter",
    title="Filter",
    category="data",
    icon="filter",
    subtitle="where",
    effect="idempotent",
    capabilities=("files",),
    ports=("out", "kept", "dropped"),
    raw_params=("where",),
    check=_check,
    output_schema={
        "type": "object",
        "properties": {
            "kept": {**PART_SCHEMA, "description": "The items that fulfil the condition, in their order."},
            "dropped": {**PART_SCHEMA, "description": "The others, in their order."},
        },
        "required": ["kept", "dropped"],
    },
    example={"items": "{{ nodes.files.output.files }}", "where": "item.size > 1000 and item.extension == '.py'"},
)
async def data_filter(
    ctx: Context,
    items: Annotated[Rows, Field(title="Items")],
    where: Annotated[str, Field(title="Condition", min_length=1), widget("expression")],
    result: Annotated[Result, Field(title="Result as")] = "rows",
    save_as: Annotated[SaveAs, Field(title="Save as (Parquet file)")] = None,
    max_rows: Annotated[MaxRows, Field(title="Row limit")] = MOST,
    keep_dropped: Annotated[bool, Field(title="Give the dropped items, too")] = True,
) -> Outcome:
    """Keep the items that fulfil a condition.

    Fires 'out', and besides it 'kept' when an item was kept and 'dropped' when one was dropped: a branch for dropped
    items runs only if there are some.

    Args:
        items: A list, or a reference to a table, which is read in batches.
        where: A condition that sees item, such as item.amount > 100; braces may be left out. Inside a foreach, the
            item of that is outer.item.
        result: rows gives lists, table references to Parquet files, for more rows than a list should have.
        save_as: The Parquet file that result: table writes; the dropped rows go beside it, to NAME-dropped.parquet.
        max_rows: Of a table, more rows in one list are an error with result: rows.
        keep_dropped: Whether 'dropped' holds the others; false leaves it empty where nobody needs them.
    """
    condition = braced(where)
    target = target_of(ctx, result, save_as)
    async with streams(ctx, result, items=items) as (stream,):
        names = ("kept", "dropped") if keep_dropped else ("kept",)
        async with Parts(stream, names, result, target, max_rows) as parts:
            dropped = 0
            async for first, batch in stream.batches():
                for index, item in enumerate(batch, first):
                    kept = holds(ctx, condition, item, index)
                    parts.add(0 if kept else 1 if keep_dropped else -1, item)
                    dropped += not kept
            found = await parts.results()
    ctx.log(f"Kept {parts.counts[0]} of {parts.counts[0] + dropped} items.")
    fired = [port for port, count in (("kept", parts.counts[0]), ("dropped", dropped)) if count]
    output = {"kept": found[0], "dropped": found[1] if keep_dropped else []}
    return Outcome(output, "out", also=tuple(fired))


def holds(ctx: Context, condition: str, item: Any, index: int) -> bool:
    """Whether a condition holds for one item. Raises ActionError when it gives neither true nor false."""
    found = evaluated(ctx, condition, item, index, "where")
    if found is True or found is False:
        return found
    raise ActionError(
        f"'where' must give true or false, but for items[{index}] it gives {show(found)}.",
        ErrorKind.VALIDATION,
        hint="Write a comparison, such as item.amount > 100, or item.name is defined.",
    )
