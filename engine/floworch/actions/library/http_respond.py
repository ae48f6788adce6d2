"""``http.respond``: the answer to the web request that started the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.widgets import Expression, KeyValue
from floworch.errors import ActionError, ErrorKind
from floworch.model.values import json_text


class Answer(TypedDict):
    """What is answered."""

    status: int
    headers: dict[str, str]
    body: Any


@action(
    "http.respond",
    title="Answer web request",
    category="http",
    icon="webhook",
    subtitle="status",
    effect="idempotent",
    capabilities=("network",),
    example={"status": 201, "body": "{{ nodes.order.output }}"},
)
async def http_respond(
    ctx: Context,
    status: Annotated[int, Field(ge=200, le=599)] = 200,
    body: Expression = None,
    headers: Annotated[KeyValue, Field(default_factory=dict)] = {},  # noqa: B006 - pydantic copies it
) -> Answer:
    """Answer the web request that started this run; the run goes on.

    The trigger must be a trigger.webhook with 'respond' (When to answer) set to end. If a run was started by hand, no
    request waits: what would be answered is the output all the same. The first answer of a run counts. After a restart
    nobody waits any more: the answer is recorded, and given when the request is sent again with its key.

    Args:
        status: The status of the answer.
        body: A value, sent as JSON; text and bytes are sent as they are.
        headers: Header fields, such as Content-Type.
    """
    trigger = ctx.resolve("{{ run.trigger }}")
    event = trigger.get("event") if isinstance(trigger, Mapping) else None
    if not isinstance(event, Mapping):
        ctx.log("No web request waits for an answer of this run: the output is what would be answered.")
    elif event.get("respond") != "end":
        raise _nobody_waits(event)
    for name, value in headers.items():
        if any(mark in f"{name}{value}" for mark in "\r\n\0"):
            raise ActionError("A header holds a line break.", ErrorKind.VALIDATION, hint=f"Correct '{name[:40]}'.")
    sent = {name: value if isinstance(value, str) else json_text(value) for name, value in headers.items()}
    return Answer(status=status, headers=sent, body=body)


def _nobody_waits(event: Mapping[str, Any]) -> ActionError:
    if event.get("respond") == "now":
        return ActionError(
            "Nobody waits for an answer: the web request was answered when the run began.",
            ErrorKind.VALIDATION,
            hint="Set 'respond' (When to answer) of the trigger to end; to go on without, set on_error to continue.",
        )
    return ActionError(
        "Nobody waits for an answer: this run was not started by a web request.",
        ErrorKind.VALIDATION,
        hint="Serve the workflow with 'floworch serve' and a trigger.webhook whose 'respond' (When to answer) is end; "
        "to go on without, set on_error to continue.",
    )
