"""Compensations in flight: what undoes a completed node, run without layers, one at a time (contract C9)."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import random
from typing import TYPE_CHECKING, Any

from floworch.actions.context import Context
from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
from floworch.artifact import loaded
from floworch.errors import ActionError, ErrorKind, FlowError, StoreError
from floworch.executor.bodies import OffLoop, attempt_key
from floworch.executor.failures import describe
from floworch.executor.invoke import once
from floworch.executor.on_cluster import run_on_cluster
from floworch.executor.results import checked_output
from floworch.executor.steps import Step, make_undo
from floworch.model.own import own

if TYPE_CHECKING:
    from floworch.executor.driver import RunDriver
    from floworch.run.commands import Command
    from floworch.run.state import Scope

    Key = tuple[int, Scope]


class Compensations:
    """Runs the attempts of a rollback and reports to the scheduler how each ended.

    Attributes:
        bodies: Threads, worker processes and the cluster; apart from those of the nodes, whose attempts have the same
            numbers.
    """

    def __init__(self, driver: RunDriver) -> None:
        self._driver = driver
        self.bodies = OffLoop(
            driver.resources.threads, driver.services.worker_message, functools.partial(run_on_cluster, driver)
        )
        self._steps: dict[int, Step] = {}
        self._task: asyncio.Task[None] | None = None
        self._current: Context | None = None
        self._stop: str | None = None
        self._entered = False
        self._now = True

    def start(self, command: Command) -> None:
        """Start one attempt."""
        driver = self._driver
        node, scope = command.node, command.scope
        ctx = self._current = Context(
            driver.services, driver.state.run_id, driver.state.workflow_id, driver.plan.ids[node], node,
            command.attempt, None, scope, base=driver.state.data,
        )  # fmt: skip
        ctx.undone = None
        self._entered = False
        self._task = driver.loop.create_task(self._run(ctx), name=f"floworch-undo-{driver.state.run_id}")

    def stop(self, key: Key, reason: str, now: bool = True) -> bool:
        """Ask the attempt of ``key`` to stop; False when it is not a compensation of this run that runs now.

        ``now``: a child run that is undone is interrupted; else what it undoes at the moment is finished.
        """
        current = self._current
        if current is None or (current.node_index, current.scope) != key or self._task is None:
            return False
        self._stop, self._now = reason, now
        self.bodies.stopping[attempt_key(current)] = "pause"
        if self._entered:  # else it finds the stop when it begins
            self._task.cancel()
        return True

    async def close(self) -> None:
        """Stop what runs and return once it has ended."""
        task = self._task
        if task is not None and not task.done() and task is not asyncio.current_task():
            task.cancel()
            await asyncio.wait({task})

    async def _run(self, ctx: Context) -> None:
        driver = self._driver
        key = (ctx.node_index, ctx.scope)
        self._entered = True
        try:
            if self._stop is not None:
                raise asyncio.CancelledError(self._stop)
            payload = await self._body(ctx)
        except BaseException as error:
            self.bodies.ended(ctx)
            if driver.closed:
                raise
            self._raised(key, error)
        else:
            self.bodies.ended(ctx)
            self._current = self._stop = None  # also one that was asked to stop: its outcome counts (C7.1)
            self._tell(driver.scheduler.compensated, *key, driver.secrets.redact_value(payload))

    async def _body(self, ctx: Context) -> dict[str, Any] | None:
        driver = self._driver
        if ctx.node_index in driver.plan.undo_calls:
            try:
                await self._child(ctx)
            except StoreError as error:
                if type(error) is not StoreError:
                    raise
                driver.store_failed(error)  # the disk, no failure of the compensation: both go on where it can be kept
                raise asyncio.CancelledError from error
            return None
        step = self._steps.get(ctx.node_index)
        if step is None:
            step = self._steps[ctx.node_index] = make_undo(driver.plan, ctx.node_index, driver.resources.registry)
        ctx.undone = loaded(driver.scheduler.core.output_of(ctx.node_index, ctx.scope))
        if ctx.scope:
            driver.environment.place(ctx)
            ctx.item = step.taken(ctx.item)
        ctx.params = step.parameters(lambda: driver.environment.names_of(ctx))
        return payload_of(await once(step, self.bodies, ctx), ctx)

    async def _child(self, ctx: Context) -> None:
        """Let the saga of a completed child run undo it; a pause of this run pauses that one, too (C7.1, C15).

        Raises:
            ActionError: Something of it could not be undone.
        """
        driver = self._driver
        assert driver.resources.runs is not None
        child = driver.state.children[ctx.node_index, ctx.scope]
        handle = await driver.resources.runs.roll_back(child, f"run {driver.state.run_id}, which called it, is undone")
        try:
            result = await handle.result()
        except asyncio.CancelledError:
            with contextlib.suppress(FlowError):  # it has ended by itself
                await handle.pause(now=self._now)
            await handle.stopped()
            raise
        failed = result.compensation["failed"]
        if not result.status.final or failed:
            what = f"could not undo {', '.join(failed)}" if failed else f"is {result.status}"
            raise ActionError(f"the child run {child} {what}", ErrorKind.PROCESSING)

    def _raised(self, key: Key, error: BaseException) -> None:
        driver = self._driver
        stop, self._stop, self._current = self._stop, None, None
        if stop is not None and isinstance(error, asyncio.CancelledError):
            self._tell(driver.scheduler.compensation_interrupted, *key, stop)
            return
        if isinstance(error, SystemExit):
            error = RuntimeError(f"the action called exit({error.code})")
        described = describe(error, driver.secrets.redact)
        policy = driver.plan.undo_retry[key[0]]
        self._tell(driver.scheduler.compensation_failed, *key, described, policy, random.random())

    def _tell(self, stimulus: Any, *arguments: Any) -> None:
        """Report, and let nothing but the journal stand between an undone step and the next one."""
        if self._driver.closed:
            return
        try:
            self._driver.tell(stimulus, *arguments)
            self._driver.boundary()
        except Exception as error:  # noqa: BLE001 - a task that dies in silence would leave the run hanging
            self._driver.broke(error)


def payload_of(result: Any, ctx: Context) -> dict[str, Any] | None:
    """What a compensation returned, as the payload of ``node_compensated``; None when it would be empty.

    Raises:
        ActionError: It asked to wait, or to run a body: a rollback waits for nobody.
        TypeError: The output is not a JSON value (C6.2).
    """
    if isinstance(result, (Wait, Expand, Rounds)):
        raise ActionError("a compensation cannot wait or run a body", ErrorKind.VALIDATION)
    if isinstance(result, Outcome):
        result = result.output
    payload: dict[str, Any] = {}
    if result is not None:
        payload["output"] = own(checked_output(result, "the output"))
    changes = ctx.written.changes() if ctx.written is not None else None
    if changes is not None:
        payload["data"] = changes
    return payload or None
