"""``flow.foreach``: the container that runs its body once per item (contract C10.1)."""

from __future__ import annotations

import os
from typing import Annotated, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.outcome import Expand
from floworch.actions.widgets import Items, Whole
from floworch.errors import LimitExceeded, UsageError

LIMIT_SETTING = "FLOWORCH_MAX_ITEMS"
DEFAULT_LIMIT = 1_000_000


def item_limit() -> int:
    """The most items one container may have (contract C13): the environment's ``FLOWORCH_MAX_ITEMS`` or 1 000 000.

    Raises:
        UsageError: It is not a whole number of at least 1.
    """
    text = os.environ.get(LIMIT_SETTING)
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and int(text[:20])):
        raise UsageError(f"{LIMIT_SETTING} must be a whole number of at least 1, not {text!r}.")
    return int(text[:20])


@action(
    "flow.foreach",
    title="For each",
    category="flow",
    icon="repeat",
    subtitle="items",
    effect="pure",
    container=True,
    output_schema={"type": "array", "description": "One result per item, in item order; null for a failed one."},
    example={"items": "{{ nodes.list.output }}", "concurrency": 4, "on_item_error": "collect"},
)
async def flow_foreach(
    ctx: Context,
    items: Annotated[Items, Field(title="Items")],
    concurrency: Annotated[Whole, Field(ge=1, le=10_000)] = 4,
    on_item_error: Annotated[Literal["stop", "collect"], Field(title="When an item fails")] = "stop",
) -> Expand:
    """Run the body once per item.

    Args:
        items: The list; in the body, 'item' is the current one and 'index' its number from 0.
        concurrency: How many items run at a time.
        on_item_error: 'stop' fails this node at the first failed item; 'collect' goes on and gives null for it.
    """
    if len(items) > (limit := item_limit()):
        raise LimitExceeded(
            f"'items' has {len(items)} entries; at most {limit} are allowed.",
            f"Group the items into batches, or raise the limit with the setting {LIMIT_SETTING}.",
        )
    return Expand(items, concurrency, on_item_error)
