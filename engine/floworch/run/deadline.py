"""The time that a whole run may take (``settings.timeout``): when it is over, what runs is stopped and the run fails.

The moment is journaled with the start of the run, and anew with every retry of it. It is wall-clock time, as all timers
are (C7.1): time in which the run is paused, suspended or without a process counts. It passes unnoticed while nobody
works on the run; then the run fails as soon as somebody goes on with it.
"""

from __future__ import annotations

from typing import Any

from floworch.run.control import stop_all
from floworch.run.core import Core
from floworch.run.events import EventKind
from floworch.run.progress import wake


def expire(core: Core) -> None:
    """Stop everything when the run's time is over; a pause and a run that is ending go on."""
    due = core.state.deadline
    if core.mode != "running" or due is None or due > core.now or not core.root.left:
        return
    wake(core)
    error = {"kind": "timeout_error", "message": _message(core, due)}
    core.emit(EventKind.RUN_TIMED_OUT, payload={"error": error})
    blame(core, error)
    stop_all(core, "the run's time is over")


def blame(core: Core, error: dict[str, Any]) -> None:
    """Let the run fail with this error; a failure that came before it stays the reason (C4.5)."""
    if core.root.error is None:
        core.root.error = {**error, "node": None}


def _message(core: Core, due: float) -> str:
    timeout = core.plan.timeout if core.plan.timeout is not None else due - (core.state.started_at or due)
    return f"the run took longer than its timeout of {timeout:g} s"
