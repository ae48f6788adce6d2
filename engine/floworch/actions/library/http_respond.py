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

    The trigger must be a trigger.webhook with 'respond' set to end. The first answer of a run counts. After a restart
    nobody waits any more: the answer is recorded, and given when the request is sent again with its key.

    Args:
        status: The status of the answer.
        body: A value, sent as JSON; text and bytes are sent as they are.
        headers: Header fields, such as Content-Type.
    """
    trigger = ctx.resolve("{{ run.trigger }}")
    event = trigger.get("event") if isinstance(trigger, Mapping) else None
    if not isinstance(event, Mapping) or event.get("respond") != "end":
        raise ActionError(
            "Nobody waits for an answer: this run was not started by a web request that waits for its end.",
            ErrorKind.VALIDATION,
            hint="Serve the workflow with 'floworch serve' and a trigger.webhook whose 'respond' is end; "
            "to go on without, set on_error to continue.",
        )
    for name, value in headers.items():
        if any(mark in f"{name}{value}" for mark in "\r\n\0"):
            raise ActionError("A header holds a line break.", ErrorKind.VALIDATION, hint=f"Correct '{name[:40]}'.")
    sent = {name: value if isinstance(value, str) else json_text(value) for name, value in headers.items()}
    return Answer(status=status, headers=sent, body=body)
