"""What a worker has: asked before an attempt is submitted, and by ``floworch cluster check``."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import Any

from floworch.executor.processes import shared_pool
from floworch.versions import VERSION


async def look(actions: Sequence[Sequence[Any]], dask_worker: Any = None) -> dict[str, Any]:
    """Facts about the worker that this runs on, for ``Client.run``; its user code is imported in a process of its own.

    Args:
        actions: ``(id, module:qualname)`` of the actions that are asked for.
        dask_worker: Given by Dask.

    Returns:
        ``{"floworch", "python", "distributed", "actions": {id: {"version"} or {"missing": why}}}``.
    """
    import distributed

    found = dict(here(), distributed=str(getattr(distributed, "__version__", "")))
    if actions:
        pool = await shared_pool(max(1, int(dask_worker.state.nthreads)) if dask_worker is not None else None)
        asked = {"actions": [list(each) for each in actions]}
        found["actions"] = await pool.call(f"{__name__}:find_actions", asked, lambda kind, payload: None)
    return found


def here() -> dict[str, Any]:
    """Versions of this process."""
    return {"floworch": VERSION, "python": platform.python_version(), "actions": {}}


def find_actions(actions: Sequence[Sequence[str]]) -> dict[str, dict[str, Any]]:
    """By id: the version of an action in this environment, or why it is missing."""
    return {action: _find(action, target) for action, target in actions}


def _find(action: str, target: str) -> dict[str, Any]:
    from floworch.actions.registry import registry
    from floworch.executor.worker_jobs import JobError, find_function

    try:
        find_function(target)
    except JobError as error:
        return {"missing": str(error)}
    except Exception as error:  # noqa: BLE001 - the module of a user may do anything when it is imported
        return {"missing": f"{type(error).__name__}: {error}"}
    if action.startswith("py:"):
        return {"version": 1}
    spec = registry.find_action(action)
    if spec is None:
        return {"missing": registry.broken.get(action, "it is not installed there")}
    return {"version": spec.version}
