"""``data.dedupe``: every row once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_aggregates import hashable
from floworch.actions.library.data_rows import SLICE, breathe, reader
from floworch.actions.widgets import Table, widget


@action(
    "data.dedupe",
    title="Remove duplicates",
    category="data",
    icon="filter",
    subtitle="keys",
    effect="pure",
    raw_params=("keys",),
    output_schema={
        "type": "object",
        "properties": {
            "items": {"type": "array", "description": "One item of each kind, in their order."},
            "duplicates": {"type": "array", "description": "Those left out, in their order."},
        },
        "required": ["items", "duplicates"],
    },
    example={"items": "{{ nodes.files.output.files }}", "keys": ["name"]},
)
async def data_dedupe(
    ctx: Context,
    items: Annotated[Table, Field(title="Items")],
    keys: Annotated[list[str] | str, widget("list")] = [],  # noqa: B006 - every call gets its own copy
    keep: Literal["first", "last"] = "first",
) -> dict[str, list[Any]]:
    """Remove items that were there before.

    Values are equal as JSON values: 1 is 1.0 but neither true nor "1"; objects and lists are compared by content.

    Args:
        items: The list.
        keys: What makes an item the same as another: fields ("id", "owner.name") or expressions that see item.
            Without any, the whole item.
        keep: Which of several equal items stays.
    """
    readers = [reader(ctx, key, items) for key in ([keys] if isinstance(keys, str) else keys)]
    seen: dict[Any, int] = {}
    for index, item in enumerate(items):
        if not index % SLICE:
            await breathe(ctx, index, len(items))
        identity = tuple(hashable(read(item, index)) for read in readers) if readers else hashable(item)
        if keep == "last" or identity not in seen:
            seen[identity] = index
    kept = set(seen.values())
    ctx.log(f"Removed {len(items) - len(kept)} of {len(items)} items.")
    return {
        "items": [item for index, item in enumerate(items) if index in kept],
        "duplicates": [item for index, item in enumerate(items) if index not in kept],
    }
