"""``util.log``: write one line to the node's log."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.params import UNSET
from floworch.actions.widgets import Expression, widget
from floworch.model.values import encode

MAX_MESSAGE = 16_384  # characters; the log is for people, the output carries the data


def as_text(value: Any) -> str:
    """Return text as it is and anything else as compact JSON."""
    return value if isinstance(value, str) else encode(value).decode()


@action(
    "util.log",
    title="Log",
    category="utility",
    icon="scroll",
    subtitle="message",
    effect="idempotent",
    example={"message": "Order {{ inputs.order.id }} is paid", "level": "info"},
)
async def util_log(
    ctx: Context,
    message: Annotated[Any, Field(title="Message"), widget("multiline")],
    level: Literal["debug", "info", "warning", "error"] = "info",
    value: Annotated[Expression, Field(title="Output")] = UNSET,
) -> Any:
    """Write a line to the log and hand a value on.

    Args:
        message: What to write; anything that is not text is written as JSON.
        level: How important it is.
        value: The node's output; without it, the message.
    """
    text = as_text(message)
    if len(text) > MAX_MESSAGE:
        text = f"{text[:MAX_MESSAGE]}... ({len(text)} characters)"
    ctx.log(text, level)
    return message if value is UNSET else value
