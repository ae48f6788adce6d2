"""``flow.repeat``: the container that runs its body again and again (contract C10.2)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.outcome import Rounds
from floworch.actions.widgets import Duration, Expression, Whole


@action(
    "flow.repeat",
    title="Repeat",
    category="flow",
    icon="loop",
    subtitle="until",
    effect="pure",
    container=True,
    round_params=("until",),
    output_schema={
        "type": "object",
        "properties": {
            "last": {"description": "What the last round gave."},
            "count": {"type": "integer", "description": "How many rounds ran."},
            "met": {"type": "boolean", "description": "Whether 'until' held; true when there is none."},
        },
        "required": ["last", "count", "met"],
    },
    example={"until": "nodes.poll.output.body.state == 'done'", "max": 60, "delay": "10s"},
)
async def flow_repeat(
    ctx: Context,
    until: Annotated[str | bool, Field(title="Repeat until", json_schema_extra={"widget": "expression"})] = "",
    max: Annotated[Whole, Field(title="Most rounds", ge=1, le=1_000_000)] = 100,  # noqa: A002 - the name in the file
    delay: Annotated[Duration, Field(title="Pause between rounds")] = "0s",  # type: ignore[assignment]  # read as a duration, shown as written
    start: Annotated[Expression, Field(title="Item of the first round")] = None,
    on_max: Annotated[Literal["complete", "fail"], Field(title="After the last round")] = "complete",
) -> Rounds:
    """Run the body again and again, until a condition holds.

    Each round sees as 'item' what the round before gave, and its number from 0 as 'index'.

    Args:
        until: Condition evaluated after each round. It sees the body's nodes, the round's result as 'item' and its
            number as 'index'. Without it, 'max' rounds run.
        max: The most rounds.
        delay: Time between the end of a round and the next; it outlives this process.
        start: 'item' of the first round.
        on_max: What happens when 'until' did not hold after the last round: 'complete' goes on with what there is
            ('met' is false then), 'fail' fails with timeout_error.
    """
    if isinstance(until, bool):
        until = "true" if until else ""
    return Rounds("repeat", start, max, until.strip() or None, on_max, delay)
