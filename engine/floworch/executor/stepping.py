"""Which node a step runs (contract C7.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch.errors import UsageError
from floworch.run import recover
from floworch.run.core import Core
from floworch.run.loops import close_frame

if TYPE_CHECKING:
    from floworch.run.plan import Plan
    from floworch.run.state import RunState, Scope

#: Ready nodes that a message lists.
_LISTED = 20

Key = tuple[int, "Scope"]


def step_key(plan: Plan, state: RunState, node: str | None, item: int | None, at: float) -> tuple[int, Scope] | None:
    """Return the node instance that a step of a stopped run starts; None for the first that will be able to.

    The one whose breakpoint the run is paused at comes first, then ready ones in the order of their ids, and at last
    calls whose child run has not ended.

    Args:
        plan: The run's definition.
        state: Its fold so far, which is used up.
        node: Id of the node that was asked for, or None.
        item: Index of its item, for a node inside a container.
        at: Now, epoch seconds.

    Raises:
        UsageError: The node is not ready, or nothing can be stepped because people or signals are awaited.
    """
    core = Core(plan, state, 1)
    core.now = at
    recover.go_on(core, "a look at what is ready", step=True)
    while core.closing:
        close_frame(core, core.closing.popleft())
    hits = [key for key, passed in state.breaks.items() if not passed and key in core.ready]
    retries = sorted(state.retry_due, key=state.retry_due.__getitem__)
    calls = [key for key, wait in state.waits.items() if wait.get("kind") == "call"]
    ready = list(dict.fromkeys([*hits, *core.ready, *retries, *calls]))
    if node is not None:
        return _chosen(plan, state, ready, node, item)
    if ready:
        return ready[0]
    if core.root.left and not core.asked and all(wait.get("due") is None for wait in state.waits.values()):
        raise UsageError(
            f"No node of run {state.run_id!r} can start now.",
            f"It is waited for: floworch show {state.run_id} says for what.",
        )
    return None


def _chosen(plan: Plan, state: RunState, ready: list[tuple[int, Scope]], node: str, item: int | None) -> Key:
    if node not in plan.index:
        raise UsageError(f"Run {state.run_id!r} has no node {node!r}.", f"Its nodes: {', '.join(plan.ids[:_LISTED])}.")
    for i, scope in ready:
        if i == plan.index[node] and (item is None or scope[-1:] == (item,)):
            return i, scope
    place = f"item {item} of {node!r}" if item is not None else f"the node {node!r}"
    names = ", ".join(dict.fromkeys(_name(plan, key) for key in ready[:_LISTED]))
    raise UsageError(
        f"In run {state.run_id!r} {place} is not ready to run.", f"Ready: {names}." if names else "Nothing is ready."
    )


def _name(plan: Plan, key: tuple[int, Scope]) -> str:
    return plan.ids[key[0]] + "".join(f"[{index}]" for index in key[1])
