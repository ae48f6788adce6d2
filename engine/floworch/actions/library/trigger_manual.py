"""``trigger.manual``: a person starts the run."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.forms import FormField, complete_form
from floworch.actions.widgets import widget
from floworch.errors import ActionError, ErrorKind, UsageError


@action(
    "trigger.manual",
    title="Started by hand",
    category="trigger",
    icon="play",
    effect="pure",
    output_schema={"type": "object", "description": "The inputs of the run, or the fields that 'inputs' lists."},
    example={"inputs": {"folder": {"type": "string", "required": True}}},
)
async def trigger_manual(
    ctx: Context,
    inputs: Annotated[dict[str, FormField], Field(default_factory=dict, title="Fields"), widget("keyvalue")] = {},  # noqa: B006 - pydantic copies it
) -> dict[str, Any]:
    """Start here when a person runs the workflow.

    A workflow without a trigger needs none of this: it is a start card for workflows that have other triggers, too.

    Args:
        inputs: Which inputs of the run must be there, by name, as human.form describes its fields; the output then
            holds these, defaults included. Empty gives all inputs.
    """
    given = ctx.resolve("{{ inputs }}")
    if not inputs:
        return dict(given)
    fields = {name: field.model_dump() for name, field in inputs.items()}
    try:
        return complete_form(fields, {name: given[name] for name in fields if name in given})
    except UsageError as error:
        raise ActionError(
            f"The inputs of the run do not fit: {error.message}", ErrorKind.VALIDATION, hint=error.hint
        ) from None
