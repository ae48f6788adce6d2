"""Attempts in flight: running one, stopping one, parking one between its attempts."""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from floworch.actions.asking import ask_again
from floworch.actions.context import Context
from floworch.executor.bodies import OffLoop
from floworch.executor.clusters import NotAttached
from floworch.executor.failures import describe
from floworch.executor.given_up import GivenUp
from floworch.executor.invoke import run_step
from floworch.executor.on_cluster import run_on_cluster
from floworch.executor.results import classify_result
from floworch.executor.steps import make_step
from floworch.model.own import own
from floworch.run.attempts import try_again
from floworch.run.status import NodeStatus

if TYPE_CHECKING:
    from floworch.executor.driver import RunDriver
    from floworch.executor.steps import Step
    from floworch.run.commands import Command
    from floworch.run.state import Scope

    Key = tuple[int, Scope]


class Attempts:
    """Runs attempts of one run and reports to its scheduler how each ended.

    Attributes:
        bodies: Threads, worker processes and the cluster.
        parked: Attempts that wait for their retry inside a layer, by ``(node, scope)``.
        untold: Nodes of which log lines were dropped since the last one that was kept.
    """

    def __init__(self, driver: RunDriver) -> None:
        self._driver = driver
        self.bodies = OffLoop(
            driver.resources.threads, driver.services.worker_message, functools.partial(run_on_cluster, driver)
        )
        self.parked: dict[Key, asyncio.Future[int]] = {}
        self.untold: set[int] = set()
        self._steps = driver.steps
        self._active: dict[Key, asyncio.Task[Any] | None] = {}
        self._stops: dict[Key, tuple[str, str]] = {}
        self._given_up = GivenUp(driver, self._active, self._stops)
        self.bodies.give_up = self._given_up.overdue
        self._dropped: set[Key] = set()  # parked ones that nobody waits for; their coroutines are about to end
        self._crossed: set[Key] = set()  # parked ones that gave up while their start was on its way

    async def run(self, command: Command) -> None:
        """Run one attempt and tell the scheduler how it ended."""
        key = (command.node, command.scope)
        if (self.parked or self._crossed) and self._wake(key, command.attempt):
            return
        if self._stops and (stop := self._stops.pop(key, None)) is not None:
            self._stopped(key, stop)  # it was stopped before it began
            return
        driver = self._driver
        state = driver.state
        task = self._active[key] = driver.crew.current
        ctx = Context(  # by place: an argument by name costs every node a dictionary
            driver.services, state.run_id, state.workflow_id, driver.plan.ids[key[0]], key[0], command.attempt, None,
            key[1], None, None, None, state.data,
        )  # fmt: skip
        try:
            step = self._steps[key[0]]
            step = self._placed(step, ctx) if step is None or key[1] else step
            if step.direct:  # nothing to evaluate, nothing around it
                spec = step.spec
                result = await (spec.fn(ctx) if spec.takes_context else spec.fn())
            else:
                result = await run_step(step, ctx, driver.environment, self.bodies)
                if step.layers:  # a retry inside a layer that changed the input has counted on another context
                    ctx.attempt, _ = state.attempt_of(*key)
            ended = None if result is None and ctx.written is None else classify_result(result, ctx, step)
        except BaseException as error:
            if await self._raised(key, ctx, task, error):
                raise
        else:
            if self._given_up.tasks and self._given_up.ended(task):
                return
            self._active.pop(key, None)
            if self._stops or self._dropped or self.untold:
                await self._came_through(key, ctx, task)
            self._ended(key, ctx.attempt, ended)

    def _ends_worker(self, key: Key, task: asyncio.Task[Any] | None, error: BaseException) -> bool:
        """Whether an exception is meant for the worker and not the action's own: the run is left, the loop ends."""
        if isinstance(error, GeneratorExit):
            return not _runs_in(task)
        if not isinstance(error, asyncio.CancelledError):
            return False
        ours = self._driver.closed or (task is not None and task.cancelling() > 0)
        return ours and (self._driver.closed or (key not in self._stops and key not in self._dropped))

    async def _raised(self, key: Key, ctx: Context, task: asyncio.Task[Any] | None, error: BaseException) -> bool:
        """An attempt raised something of its own, or was stopped; True when the exception is meant for the worker."""
        if self._given_up.tasks and self._given_up.ended(task, error):
            return False
        self._active.pop(key, None)
        if self._ends_worker(key, task, error):
            return True
        self._tell_dropped(ctx)
        stop = self._stops.pop(key, None)
        self.bodies.ended(ctx)
        if stop is not None:
            await _calm(task)
        if key in self._dropped or self._driver.closed:
            self._dropped.discard(key)
        elif stop is not None and (stop[0] == "interrupted" or isinstance(error, asyncio.CancelledError)):
            self._stopped(key, stop)
        elif isinstance(error, NotAttached):
            self._stopped(key, ("in_doubt", str(error)))
        else:
            self._failed(key, error, ctx)
        return False

    def _placed(self, step: Step | None, ctx: Context) -> Step:
        """The step of a node, made when its first attempt begins; inside a container the context gets its item."""
        driver = self._driver
        if step is None:
            step = make_step(driver.plan, ctx.node_index, driver.resources.registry)
            self._steps[ctx.node_index] = step
        if ctx.scope:
            driver.environment.place(ctx)
            if not step.shares:
                ctx.item = own(ctx.item)  # ``Step.taken``, for every item
        return step

    def _ended(self, key: Key, attempt: int, ended: dict[str, Any] | tuple[str, Any] | None) -> None:
        driver = self._driver
        if driver.closed or (self._dropped and key in self._dropped):
            self._dropped.discard(key)
            return
        if ended is not None:
            ended = driver.secrets.redact_value(ended)
        crew = driver.crew
        crew.inline = 1
        try:
            if ended is None or type(ended) is dict:
                driver.scheduler.completed(key[0], key[1], attempt, ended, driver.now())
            else:
                how, detail = ended
                driver.scheduler.ended_otherwise(how, *key, detail, driver.now())
            driver.gate.flush_between(len(crew.todo))
        finally:
            crew.inline = 0

    def _failed(self, key: Key, error: BaseException, ctx: Context) -> None:
        driver = self._driver
        if isinstance(error, SystemExit):
            error = RuntimeError(f"the action called exit({error.code})")
        described = describe(error, driver.secrets.redact)
        step = self._steps[key[0]]
        policy = None if step is None or step.layers else step.policy
        if policy and step and step.never_fits(ctx.params, described["kind"], _settled(driver, key[1])):
            policy = None
        driver.crew.inline = 1
        try:
            driver.scheduler.failed(*key, described, policy, random.random(), driver.now())
            driver.gate.flush()
        finally:
            driver.crew.inline = 0

    async def _came_through(self, key: Key, ctx: Context, task: asyncio.Task[Any] | None) -> None:
        """An attempt that was asked to stop ended well all the same: its outcome counts (C7.1)."""
        self._tell_dropped(ctx)
        if self._stops.pop(key, None) is not None:
            self.bodies.ended(ctx)
            await _calm(task)

    def _tell_dropped(self, ctx: Context) -> None:
        if ctx.node_index in self.untold:
            self.untold.discard(ctx.node_index)
            if not self._driver.closed and not self._driver.state.status.final:
                self._driver.services.tell_dropped(ctx)

    def _stopped(self, key: Key, stop: tuple[str, str]) -> None:
        self._ended(key, 0, stop)

    def stop(self, key: Key, how: str, reason: str) -> None:
        """Ask a running attempt to stop; ``how`` is ``interrupted`` or ``cancelled``."""
        if self._driver.state.status_of(*key) is not NodeStatus.RUNNING:
            return  # it ended while the request became durable
        self._stops[key] = (how, reason)
        task = self._active.get(key)
        if task is not None:  # else its start has not been performed yet, and ``run`` or ``park`` finds the stop
            attempt, _ = self._driver.state.attempt_of(*key)
            self.bodies.stopping[(*key, attempt)] = "pause" if how == "interrupted" else "cancel"
            task.cancel()
            still = functools.partial(self._given_up.goes_on, key, task, (how, reason))
            ask_again(task, still, functools.partial(self._given_up.stopped, key, task))

    def drop(self, key: Key) -> None:
        """Forget a parked attempt: its node was cancelled or the run is left."""
        parked = self.parked.pop(key, None)
        if parked is not None and not parked.done():
            parked.cancel()

    async def park(self, ctx: Context, error: dict[str, Any], policy: Any) -> int | None:
        """Journal a retry and wait for its start without holding a slot; its number, or None to give up (C5.4)."""
        driver = self._driver
        if self._given_up.tasks and asyncio.current_task() in self._given_up.tasks:
            return None
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
        except asyncio.CancelledError:
            self._unpark(key, ctx, parked, task)
            raise
        self._active[key] = task
        if key in self._stops:
            self.stop(key, *self._stops[key])  # it was stopped between its start and here
        return attempt

    def _wake(self, key: Key, attempt: int) -> bool:
        """Hand a start to the attempt that is parked for it; False when there is none."""
        parked = self.parked.get(key)
        if parked is None:
            if key not in self._crossed:
                return False
            self._crossed.discard(key)
        elif parked.cancelled():
            self._crossed.add(key)
        else:
            del self.parked[key]
            parked.set_result(attempt)
        return True

    def _unpark(self, key: Key, ctx: Context, parked: asyncio.Future[int], task: asyncio.Task[Any] | None) -> None:
        """A parked attempt was cancelled: from outside it is forgotten; a layer around it that gives up waiting, such
        as a timeout, gets its slot back, so that it can end as running attempts do."""
        driver = self._driver
        mine = self.parked.get(key) is parked
        if mine:
            del self.parked[key]
        if driver.closed:
            return
        if not mine and parked.cancelled():
            self._dropped.add(key)
            return
        self._active[key] = task
        if mine and driver.state.status_of(*key) is NodeStatus.RETRYING:
            driver.scheduler.unparked(*key, driver.now())
            driver.gate.flush()
        elif mine and key in self._crossed:  # its start is there already, and was passed over
            self._crossed.discard(key)
        elif mine:  # its start is on its way: ``run`` will pass it over
            self._crossed.add(key)
        ctx.attempt, _ = driver.state.attempt_of(*key)

    def close(self) -> None:
        """Forget every parked attempt."""
        for key in list(self.parked):
            self.drop(key)


def _settled(driver: RunDriver, scope: Scope) -> Callable[[str], bool]:
    """What tells whether a node has ended, so that whoever reads it in this place reads the same later on."""

    def settled(node: str) -> bool:
        index = driver.state.index.get(node)
        return index is None or driver.state.status_of(index, scope[: driver.plan.depth[index]]).final

    return settled


def _runs_in(task: asyncio.Task[Any] | None) -> bool:
    """Whether this code runs as ``task``, and not because its coroutine is being closed."""
    try:
        return asyncio.current_task() is task
    except RuntimeError:
        return False


async def _calm(task: asyncio.Task[Any] | None) -> None:
    """Take back a request to stop that was dealt with, also one that has not been delivered yet."""
    if task is None:
        return
    while task.cancelling():
        task.uncancel()
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        if task.cancelling():
            raise  # a new one
