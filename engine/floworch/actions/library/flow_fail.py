"""``flow.fail``: end in failure on purpose."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NoReturn

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.util_log import as_text
from floworch.actions.widgets import widget
from floworch.errors import ActionError

Kind = Literal[
    "processing_error",
    "validation_error",
    "external_service_error",
    "connection_error",
    "timeout_error",
    "rate_limit_error",
    "circuit_open_error",
    "permission_error",
    "not_found_error",
    "cancelled",
    "internal_error",
]


@action(
    "flow.fail",
    title="Fail",
    category="flow",
    icon="circle-x",
    subtitle="message",
    effect="pure",
    output_schema={},
    example={"message": "The total {{ data.total }} is too high", "kind": "validation_error"},
)
async def flow_fail(
    ctx: Context,
    message: Annotated[Any, Field(title="Message"), widget("multiline")] = "Stopped by a Fail node.",
    kind: Annotated[Kind, Field(title="Kind of failure")] = "processing_error",
) -> NoReturn:
    """Fail with a message and a kind.

    Args:
        message: What people read as the reason.
        kind: The failure's kind; it decides what a retry policy or an error branch makes of it.
    """
    raise ActionError(as_text(message), kind)
