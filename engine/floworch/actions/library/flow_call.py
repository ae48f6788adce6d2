"""``flow.call``: run another workflow as a child run (contract C10.3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.outcome import Wait
from floworch.actions.widgets import FilePath, KeyValue


@action(
    "flow.call",
    title="Call workflow",
    category="flow",
    icon="subflow",
    subtitle="workflow",
    effect="idempotent",
    output_schema={
        "type": "object",
        "description": "The outputs of the called workflow; without 'wait', run_id and workflow of the run that began.",
    },
    example={"workflow": "ship.flow.json", "inputs": {"order": "{{ inputs.order }}"}},
)
async def flow_call(
    ctx: Context,
    workflow: Annotated[FilePath, Field(title="Workflow")],
    inputs: Annotated[KeyValue, Field(title="Inputs")] = {},  # noqa: B006 - every call gets its own copy
    wait: Annotated[bool, Field(title="Wait for its end")] = True,
) -> Wait:
    """Run another workflow and wait for it; its outputs are the output.

    It is a run of its own, with its own history, and is paused, resumed and cancelled with this one. The node holds
    no slot while it waits, and its timeout bounds the whole child run.

    Args:
        workflow: Its file, relative to the folder of this one.
        inputs: Its inputs by name.
        wait: Whether to wait for its end. If not, the node completes once the run has begun, and gives its run_id and
            workflow; that run is neither cancelled nor undone with this one.
    """
    return await ctx.call(workflow, inputs, wait=wait)
