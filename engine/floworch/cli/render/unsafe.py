"""What a pause that interrupts means for steps that are not safe to run twice (contract C7.1, C7.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch.run.status import NodeStatus

if TYPE_CHECKING:
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader


def interrupted_text(state: RunState, header: RunHeader | None) -> str:
    """One line that names the unsafe steps that run now, which a pause now interrupts; empty when there are none."""
    names = unsafe_running(state, header)
    if not names:
        return ""
    listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return (
        f"Unsafe and interrupted half-way, to run again at resume: {listed}."
        " A pause without --now lets running steps finish.\n"
    )


def unsafe_running(state: RunState, header: RunHeader | None) -> list[str]:
    """Ids of the steps with the effect ``unsafe`` that run now, in the order of the definition."""
    from floworch.actions.registry import registry
    from floworch.errors import FlowError
    from floworch.model.codec import loads
    from floworch.run.plan import effect_of

    running = NodeStatus.RUNNING.code
    found = {i for i, code in enumerate(state.node_status) if code == running and (i, ()) not in state.items}
    for scope, nodes in state.bodies.items():
        found |= {i for i, body in nodes.items() if body.status == running and (i, scope) not in state.items}
    if header is None or not found:
        return []
    try:
        workflow = loads(header.definition)
    except FlowError:  # written by a newer version
        return []
    return [
        state.node_ids[i] for i in sorted(found) if effect_of(workflow.nodes[state.node_ids[i]], registry) == "unsafe"
    ]
