"""``flow.end``: the good end of a path."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.util_log import as_text
from floworch.actions.widgets import widget


@action(
    "flow.end",
    title="End",
    category="flow",
    icon="stop-flow",
    subtitle="message",
    effect="pure",
    ports=(),
    output_schema={"type": "string", "description": "The message."},
    example={"message": "Nothing to do for {{ inputs.day }}"},
)
async def flow_end(
    ctx: Context,
    message: Annotated[Any, Field(title="Message"), widget("multiline")] = "Done.",
) -> str:
    """End a path well, with a message that says why.

    Nothing can follow; other paths of the run go on, and the run completes when they have ended, too. To end the
    whole run, let the other paths begin behind the same choice; to end it as failed, use flow.fail.

    Args:
        message: What people read as the reason; it is the node's output.
    """
    text = as_text(message)
    ctx.log(text)
    return text
