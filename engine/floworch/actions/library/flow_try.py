"""``flow.try``: the container whose failures can be caught (contract C15)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.flow_fail import Kind
from floworch.actions.outcome import Rounds
from floworch.actions.widgets import Duration

#: What ``catch`` lists: kinds, or the word for those that may pass.
Caught = Literal["transient", Kind]


@action(
    "flow.try",
    title="Try",
    category="flow",
    icon="shield",
    subtitle="catch",
    effect="pure",
    ports=("ok", "out"),
    container=True,
    own_item=False,
    output_schema={"description": "What the body gave: the output of its last node, or {node: output} of several."},
    example={"retry_block": 2, "delay": "5s", "catch": ["connection_error", "timeout_error"]},
)
async def flow_try(
    ctx: Context,
    retry_block: Annotated[int, Field(ge=0, le=1000, title="Tries after the first")] = 0,
    delay: Annotated[Duration, Field(title="Pause before the next try")] = "0s",  # type: ignore[assignment]  # read as a duration, shown as written
    catch: Annotated[list[Caught], Field(title="Kinds of failure to catch")] = [],  # noqa: B006 - every call gets its own copy
) -> Rounds:
    """Run the body; when it fails, go on at the port 'error'.

    Fires 'ok' and 'out' when the body succeeds. Connect 'error' to catch a failure: the node's error has its kind and
    message and, as 'node', what failed. A failure that nobody catches fails the run.

    Args:
        retry_block: How many times the whole body runs again after a failure that is caught.
        delay: Time before the body runs again; it outlives this process.
        catch: Kinds of failure to catch, 'transient' for those that may pass; all when empty. Another kind does not
            fire 'error' and fails the run.
    """
    return Rounds("try", most=retry_block + 1, delay=delay, catch=tuple(catch))
