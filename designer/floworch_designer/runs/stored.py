"""A run of the store as it is now, for what asks once and does not follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch.store.current import header_now

if TYPE_CHECKING:
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader
    from floworch_designer.runs.controller import RunController


async def stored(controller: RunController, run_id: str) -> tuple[RunHeader, RunState]:
    """A run's state, and its header with the definition that it has now (contract C7.5). Raises FlowError."""
    header = await controller.ask(lambda host: host.header(run_id))
    state = await controller.ask(lambda host: host.load(run_id))
    return header_now(header, state), state
