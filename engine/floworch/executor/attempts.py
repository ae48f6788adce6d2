"""Attempts in flight: running one, stopping one, parking one between its attempts."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

from floworch.actions.context import Context
from floworch.executor.bodies import OffLoop, attempt_key
from floworch.executor.failures import describe
from floworch.executor.invoke import run_step
from floworch.executor.results import classify_result
from floworch.executor.steps import make_step
from floworch.run.attempts import try_again

if TYPE_CHECKING:
    from floworch.executor.driver import RunDriver
    from floworch.run.commands import Command
    from floworch.run.state import Scope


class Attempts:
    """Runs attempts of one run and reports to its scheduler how each ended.

    Attributes:
        bodies: Threads and worker processes.
        parked: Attempts that wait for their retry inside a layer, by ``(node, scope)``.
    """

    def __init__(self, driver: RunDriver) -> None:
        self._driver = driver
        self.bodies = OffLoop(driver.resources.threads, driver.services.worker_message)
        self.parked: dict[tuple[int, Scope], asyncio.Future[int]] = {}
        self._steps = driver.steps
        self._active: dict[tuple[int, Scope], asyncio.Task[Any] | None] = {}
        self._stops: dict[tuple[int, Scope], tuple[str, str]] = {}

    async def run(self, command: Command) -> None:
        """Run one attempt and tell the scheduler how it ended."""
        key = (command.node, command.scope)
        if self.parked and (parked := self.parked.pop(key, None)) is not None:
            parked.set_result(command.attempt)
            return
        if self._stops and (stop := self._stops.pop(key, None)) is not None:
            self._stopped(key, stop)  # it was stopped before it began
            return
        driver = self._driver
        state = driver.state
        task = self._active[key] = asyncio.current_task()
        ctx = Context(
            driver.services, state.run_id, state.workflow_id, driver.plan.ids[key[0]], key[0], command.attempt, None,
            key[1], base=state.data,
        )  # fmt: skip
        try:
            step = self._steps[key[0]]
            if step is not None and step.direct:  # the shortest way: nothing to evaluate, nothing around it
                spec = step.spec
                ended = classify_result(await (spec.fn(ctx) if spec.takes_context else spec.fn()), ctx, step)
            else:
                ended = await self._body(ctx)
        except asyncio.CancelledError:
            del self._active[key]
            stop = self._stops.pop(key, None)
            if stop is None or driver.closed:
                raise
            if task is not None:
                task.uncancel()
            self.bodies.stopping.pop(attempt_key(ctx), None)
            self._stopped(key, stop)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - any exception fails the node only (C4.6)
            del self._active[key]
            self._failed(key, ctx, error)
        else:
            del self._active[key]
            if self._stops:
                self._came_through(key, ctx, task)
            self._ended(key, ctx.attempt, ended)

    async def _body(self, ctx: Context) -> dict[str, Any] | tuple[str, Any] | None:
        driver = self._driver
        step = self._steps[ctx.node_index]
        if step is None:
            step = make_step(driver.plan, ctx.node_index, driver.resources.registry)
            self._steps[ctx.node_index] = step
        if ctx.scope:
            ctx.item, ctx.index = driver.environment.item(ctx.node_index, ctx.scope), ctx.scope[-1]
        result = await run_step(step, ctx, driver.environment, self.bodies)
        return classify_result(result, ctx, step)

    def _ended(self, key: tuple[int, Scope], attempt: int, ended: dict[str, Any] | tuple[str, Any] | None) -> None:
        driver = self._driver
        driver.crew.inline = 1
        try:
            if ended is None or type(ended) is dict:
                driver.scheduler.completed(*key, attempt, ended, driver.now())
            else:
                how, detail = ended
                driver.scheduler.ended_otherwise(how, *key, detail, driver.now())
            driver.gate.flush_between(driver.crew.waiting)
        finally:
            driver.crew.inline = 0

    def _failed(self, key: tuple[int, Scope], ctx: Context, error: BaseException) -> None:
        stop = self._stops.pop(key, None)
        self.bodies.stopping.pop(attempt_key(ctx), None)
        if stop is not None and stop[0] == "interrupted":
            self._stopped(key, stop)
            return
        driver = self._driver
        if isinstance(error, SystemExit):
            error = RuntimeError(f"the action called exit({error.code})")
        described = driver.secrets.redact_value(describe(error))
        step = self._steps[key[0]]
        policy = None if step is None or step.layers else step.policy
        driver.crew.inline = 1
        try:
            driver.scheduler.failed(*key, described, policy, random.random(), driver.now())
            driver.gate.flush()
        finally:
            driver.crew.inline = 0

    def _came_through(self, key: tuple[int, Scope], ctx: Context, task: asyncio.Task[Any] | None) -> None:
        """An attempt that was asked to stop ended well all the same: its outcome counts (C7.1)."""
        self.bodies.stopping.pop(attempt_key(ctx), None)
        if self._stops.pop(key, None) is not None and task is not None and task.cancelling():
            task.uncancel()

    def _stopped(self, key: tuple[int, Scope], stop: tuple[str, str]) -> None:
        self._ended(key, 0, stop)

    def stop(self, key: tuple[int, Scope], how: str, reason: str) -> None:
        """Ask a running attempt to stop; ``how`` is ``interrupted`` or ``cancelled``."""
        self._stops[key] = (how, reason)
        task = self._active.get(key)
        if task is not None:  # else its start has not been performed yet, and ``run`` finds the stop
            attempt, _ = self._driver.state.attempt_of(*key)
            self.bodies.stopping[(*key, attempt)] = "pause" if how == "interrupted" else "cancel"
            task.cancel()

    def drop(self, key: tuple[int, Scope]) -> None:
        """Forget a parked attempt: its node was cancelled or the run is left."""
        parked = self.parked.pop(key, None)
        if parked is not None and not parked.done():
            parked.cancel()

    async def park(self, ctx: Context, error: dict[str, Any], policy: Any) -> int | None:
        """Journal a retry and wait for its start without holding a slot; its number, or None to give up (C5.4)."""
        driver = self._driver
        key = (ctx.node_index, ctx.scope)
        core = driver.scheduler.core
        core.now = driver.now()
        if not try_again(core, *key, error, policy, random.random()):
            return None
        task = self._active.pop(key, None)
        parked = self.parked[key] = asyncio.get_running_loop().create_future()
        driver.scheduler.parked(*key)
        driver.gate.flush()
        try:
            attempt: int = await parked
        finally:
            self.parked.pop(key, None)
        self._active[key] = task
        return attempt

    def close(self) -> None:
        """Forget every parked attempt."""
        for key in list(self.parked):
            self.drop(key)
