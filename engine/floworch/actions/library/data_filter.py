"""``data.filter``: the rows that fulfil a condition, and the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_rows import SLICE, braced, breathe, evaluated
from floworch.actions.outcome import Outcome
from floworch.actions.widgets import Table, widget
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    where = params.get("where")
    if isinstance(where, str) and not where.strip():
        return [ParamIssue("where", "'where' is empty.", "Write a condition such as item.size > 1000.")]
    return []


@action(
    "data.filter",
    title="Filter",
    category="data",
    icon="filter",
    subtitle="where",
    effect="pure",
    ports=("out", "kept", "dropped"),
    raw_params=("where",),
    check=_check,
    output_schema={
        "type": "object",
        "properties": {
            "kept": {"type": "array", "description": "The items that fulfil the condition, in their order."},
            "dropped": {"type": "array", "description": "The others, in their order."},
        },
        "required": ["kept", "dropped"],
    },
    example={"items": "{{ nodes.files.output.files }}", "where": "item.size > 1000 and item.extension == '.py'"},
)
async def data_filter(
    ctx: Context,
    items: Annotated[Table, Field(title="Items")],
    where: Annotated[str, Field(min_length=1), widget("expression")],
) -> Outcome:
    """Keep the items that fulfil a condition.

    Fires 'out', and besides it 'kept' when an item was kept and 'dropped' when one was dropped: a branch for dropped
    items runs only if there are some.

    Args:
        items: The list.
        where: A condition that sees item, such as item.amount > 100; braces may be left out. Inside a foreach, the
            item of that is outer.item.
    """
    condition = braced(where)
    kept: list[Any] = []
    dropped: list[Any] = []
    for index, item in enumerate(items):
        if not index % SLICE:
            await breathe(ctx, index, len(items))
        (kept if holds(ctx, condition, item, index) else dropped).append(item)
    ctx.log(f"Kept {len(kept)} of {len(items)} items.")
    fired = [port for port, found in (("kept", kept), ("dropped", dropped)) if found]
    return Outcome({"kept": kept, "dropped": dropped}, "out", also=tuple(fired))


def holds(ctx: Context, condition: str, item: Any, index: int) -> bool:
    """Whether a condition holds for one item. Raises ActionError when it gives neither true nor false."""
    found = evaluated(ctx, condition, item, index)
    if found is True or found is False:
        return found
    raise ActionError(
        f"'where' must give true or false, but for items[{index}] it gives {show(found)}.",
        ErrorKind.VALIDATION,
        hint="Write a comparison, such as item.amount > 100, or item.name is defined.",
    )
