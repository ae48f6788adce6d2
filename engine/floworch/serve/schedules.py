"""The shell around ``due``: one schedule, the clock, and the runs it starts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from floworch.actions.library.trigger_event import moment
from floworch.errors import FlowError
from floworch.serve.due import decide
from floworch.serve.ids import id_at

if TYPE_CHECKING:
    from floworch.clock import Clock
    from floworch.serve.ledger import Ledger
    from floworch.serve.runs import Runs, Say
    from floworch.serve.served import Schedule, Served

#: Seconds after which a run that could not begin is tried again.
AGAIN = 30.0


async def keep_schedule(served: Served, schedule: Schedule, runs: Runs, ledger: Ledger, clock: Clock, say: Say) -> None:
    """Start the runs of one schedule, for ever."""
    workflow, node = served.workflow.id, schedule.node
    memory = ledger.memory(workflow, node)
    while True:
        news, now = runs.changed(), clock.now()
        decision = decide(schedule.rule, memory, now, runs.busy(workflow, node))
        wake = decision.wake
        try:
            if decision.start is not None:
                due, run_id = moment(decision.start), id_at(workflow, node, decision.start)
                event = {"kind": "schedule", "due": due, "fired": moment(now)}
                await runs.begin(served, node, run_id, event, due=due)
            ledger.remember(workflow, node, decision.memory)  # before this, the same run id stands for the due time
        except FlowError as error:
            say("error", workflow=workflow, trigger=node, message=error.message)
            wake = clock.now() + AGAIN
        else:
            memory = decision.memory
            for at, why in decision.skipped:
                say("skipped", workflow=workflow, trigger=node, due=moment(at), why=why)
            if decision.start is not None and memory.waiting and not runs.busy(workflow, node):
                continue  # it had run before: the next one waits already
        await _until(clock, wake, news if memory is not None and memory.waiting else None)


async def _until(clock: Clock, wake: float | None, news: asyncio.Event | None) -> None:
    """Return at a moment, or when a run has ended that others wait for."""
    waits = [clock.sleep_until(wake)] if wake is not None else []
    waits += [news.wait()] if news is not None or not waits else []  # type: ignore[list-item, union-attr]
    tasks = [asyncio.ensure_future(each) for each in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
