"""Attempts whose coroutine goes on although it was asked to stop again and again (contract C4.5, C7.3).

A coroutine that swallows every cancellation cannot be ended. For as long as it ran, it held its timeout, a cancel and
a pause, and with them the run: nothing may stay running for ever. It is left to itself as a function in a thread is:
the attempt ends as it should have ended, what comes of it later is dropped and told in the log.
"""

from __future__ import annotations

import asyncio
import logging
import random
import weakref
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from floworch.errors import text_of
from floworch.executor.failures import describe
from floworch.run.events import EventKind

if TYPE_CHECKING:
    from floworch.actions.context import Context
    from floworch.executor.driver import RunDriver
    from floworch.run.state import Scope

    Key = tuple[int, Scope]

Result = TypeVar("Result")
_LOG = logging.getLogger("floworch")
#: Every task of this process that was left to itself.
_TASKS: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()


def stuck() -> bool:
    """Whether a coroutine that was left to itself still runs: the loop would wait for it for ever."""
    return any(not task.done() for task in _TASKS)


def run_to_end(main: Coroutine[Any, Any, Result]) -> Result:
    """As ``asyncio.run``, which waits for every coroutine: but for those that were left to themselves.

    Where there is one, the loop stays as it is: a command ends by ``os._exit`` then, a program goes on without it.
    """
    runner = asyncio.Runner()
    try:
        return runner.run(main)
    finally:
        if not stuck():
            runner.close()


class GivenUp:
    """The attempts of one run that were left to themselves.

    Attributes:
        tasks: The run and the node of each task, by id.
    """

    def __init__(
        self,
        driver: RunDriver,
        active: dict[Key, asyncio.Task[Any] | None],
        stops: dict[Key, tuple[str, str]],
    ) -> None:
        self._driver = driver
        self._active = active
        self._stops = stops
        self.tasks: dict[asyncio.Task[Any], tuple[str, str]] = {}

    def goes_on(self, key: Key, task: asyncio.Task[Any], stop: tuple[str, str]) -> bool:
        """Whether a task still runs the attempt that was asked to stop in this way."""
        return self._active.get(key) is task and self._stops.get(key) == stop and not self._driver.closed

    def overdue(self, ctx: Context, error: Exception) -> None:
        """Let an attempt fail with ``error`` that goes on after its timeout; where it was stopped too, that counts.

        The next attempt of an unsafe node would run beside this one: it is not begun, whatever its retry says.
        """
        driver, key = self._driver, (ctx.node_index, ctx.scope)
        task = self._active.get(key)
        if task is None or driver.closed:
            return
        if key in self._stops:
            self.stopped(key, task)
            return
        self._leave(key, task)
        step = driver.steps[key[0]]
        again = step is not None and not step.layers and key[0] not in driver.plan.unsafe
        policy = step.policy if step is not None and again else None
        described = describe(error, driver.secrets.redact)
        driver.tell(driver.scheduler.failed, *key, described, policy, random.random())

    def stopped(self, key: Key, task: asyncio.Task[Any]) -> None:
        """End an attempt that goes on after a cancel or a pause (C7.1, C7.3).

        Of an unsafe node that would run again at resume, beside this one, a person decides (C7.8).
        """
        driver = self._driver
        how, reason = self._stops.pop(key)
        self._leave(key, task)
        if how == "interrupted" and key[0] in driver.plan.unsafe:
            how, reason = "in_doubt", "it went on although it was asked to stop, so that what it did is not known"
        driver.tell(driver.scheduler.ended_otherwise, how, *key, reason)

    def _leave(self, key: Key, task: asyncio.Task[Any]) -> None:
        driver = self._driver
        del self._active[key]
        self.tasks[task] = (driver.state.run_id, driver.plan.ids[key[0]])
        _TASKS.add(task)
        driver.crew.leave(task)
        message = (
            "it goes on although it was asked to stop again and again; it is left to itself, and its result is dropped"
        )
        payload = {"level": "warning", "message": message}
        driver.scheduler.note(EventKind.NODE_LOGGED, *key, payload, driver.now())

    def ended(self, task: asyncio.Task[Any] | None, error: BaseException | None = None) -> bool:
        """Whether a task that has just ended was left to itself: what came of it is told in the log, and dropped."""
        where = self.tasks.pop(task, None) if task is not None else None
        if where is None:
            return False
        told = "" if error is None else self._driver.secrets.redact(f": {text_of(error)}")
        _LOG.warning(
            "run %s: node %s has ended long after it was asked to stop; what came of it is dropped%s", *where, told
        )
        return True
