"""Runs that a call began without waiting for them (``wait: false``, contract C10.3): runs of their own from there on.

Their header names the run that began them; a pause, cancel, failure or rollback of that does not reach them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from floworch.errors import RunLocked, RunNotFound, StoreError

if TYPE_CHECKING:
    from floworch.executor.calls import ChildStart
    from floworch.executor.children import Runs
    from floworch.run.plan import Plan
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader, RunStore


async def begin(runs: Runs, run_id: str, start: Callable[[], ChildStart]) -> dict[str, Any]:
    """Begin such a run, or let it go on where a crash cut it off; what is told of the call (``has_begun``).

    Args:
        runs: The engine.
        run_id: Its id.
        start: Gives what it is about to run; called when there is no run of that id yet.
    """
    if has_begun(runs.store, run_id) is None:
        await runs.start_child(start())
    elif not runs.store.load(run_id).status.final:
        with contextlib.suppress(RunLocked):  # another process works on it
            await runs.resume(run_id)
    begun = has_begun(runs.store, run_id)
    assert begun is not None
    return begun


def only_begun(header: RunHeader) -> bool:
    """Whether a run was begun by a call that did not wait for it (``wait: false``): it is a run of its own."""
    parent = header.options.get("parent")
    return isinstance(parent, dict) and parent.get("wait") is False


def has_begun(store: RunStore, run_id: str) -> dict[str, Any] | None:
    """What is told of a call that only begins that run (``{"outputs"}``), once it has; else None."""
    try:
        header = store.header(run_id)
    except RunNotFound:
        return None
    return {"outputs": {"run_id": run_id, "workflow": header.workflow_id}} if only_begun(header) else None


def unended(store: RunStore, plan: Plan, state: RunState) -> list[str]:
    """The runs that a run began with ``wait: false`` and that have not ended, by id."""
    found = []
    for (node, scope), run_id in state.children.items():
        waits = plan.workflow.nodes[plan.ids[node]].params.get("wait", True)
        if waits is True or (node, scope) in state.waits:
            continue
        try:
            if only_begun(store.header(run_id)) and not store.load(run_id).status.final:
                found.append(run_id)
        except StoreError:
            continue  # it was deleted, or cannot be read
    return found


def is_waited_for(header: RunHeader) -> bool:
    """Whether a run is the child of a call that waits for its end."""
    return "parent" in header.options and not only_begun(header)
