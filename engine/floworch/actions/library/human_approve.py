"""``human.approve``: ask a person for yes or no."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.outcome import Outcome, Wait
from floworch.actions.widgets import Duration, Multiline


@action(
    "human.approve",
    title="Approve",
    category="human",
    icon="user-check",
    subtitle="message",
    effect="pure",
    ports=("approved", "rejected", "out"),
    output_schema={
        "type": "object",
        "properties": {
            "approved": {"type": "boolean"},
            "by": {"type": "string", "description": "Who answered."},
            "comment": {"type": "string"},
        },
        "required": ["approved", "by", "comment"],
    },
    example={"message": "Pay {{ inputs.order.amount }} to {{ inputs.order.supplier }}?", "timeout": "2d"},
)
async def human_approve(
    ctx: Context,
    message: Annotated[Multiline, Field(title="Question", min_length=1)],
    assignees: Annotated[list[str], Field(title="Who is asked")] = [],  # noqa: B006 - every call gets its own copy
    timeout: Annotated[Duration | None, Field(title="Wait at most")] = "7d",  # type: ignore[assignment]  # read as a duration, shown as written
    on_timeout: Annotated[Literal["reject", "approve", "fail"], Field(title="When the time is over")] = "reject",
    auto: Annotated[bool, Field(title="Approve without asking")] = False,
) -> Wait | Outcome:
    """Ask a person to approve; the run waits, also across restarts.

    Fires 'approved' and 'out' on yes, 'rejected' on no.

    Args:
        message: The question, in Markdown, with what one must know to answer it.
        assignees: Who is asked; everybody when empty.
        timeout: How long to wait for an answer; null waits for ever.
        on_timeout: What counts as the answer when the time is over; 'fail' fails with timeout_error.
        auto: Approve at once without asking, for runs that nobody watches.
    """
    if auto:
        ctx.log("Approved automatically: 'auto' is set.")
        return Outcome({"approved": True, "by": "auto", "comment": ""}, "approved", also=("out",))
    due = None if timeout is None else ctx.now() + timeout
    return Wait("approval", due=due, on_timeout=on_timeout, details={"message": message, "assignees": assignees})
