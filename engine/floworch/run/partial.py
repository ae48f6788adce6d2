"""The beginning of a run of a part of a workflow (contract C7.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from floworch.run.control import created, wait_for_step
from floworch.run.core import Core
from floworch.run.events import EventKind
from floworch.run.recover import rebuild
from floworch.run.status import NodeStatus

if TYPE_CHECKING:
    from floworch.run.part import Replay

_PENDING = NodeStatus.PENDING.code


def start(core: Core, replays: Sequence[Replay], step: bool = False) -> None:
    """Write what is taken over and left out, then begin as a resumed run does: from what the state says.

    ``run_started`` comes after it, so that a run that has begun holds in its own journal all that it needs from others.
    """
    if not core.state.seq:
        created(core)
    for replay in replays:
        if core.state.node_status[replay.node] == _PENDING:  # else it was written before the process died
            core.emit(replay.kind, replay.node, payload=replay.payload)
    core.emit(EventKind.RUN_STARTED)
    core.mode = "running"
    rebuild(core)
    if step:
        wait_for_step(core)
