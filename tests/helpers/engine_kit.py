"""Runs real engines in tests: actions made on the spot, time that skips, stores that fail when they are told to."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from run_dialogue import workflow

from floworch import Engine, action
from floworch.actions.context import Context
from floworch.actions.registry import Registry, registry
from floworch.errors import StoreError
from floworch.executor.handle import RunHandle, RunResult
from floworch.model.workflow import Workflow
from floworch.run.events import Event, EventKind
from floworch.store.memory import MemoryLog, MemoryStore
from floworch.testing import FakeClock


class Kit:
    """A registry of its own, and the engines that use it.

    Attributes:
        ran: ``(node, attempt, scope)`` of every attempt of an action added with ``add``.
    """

    def __init__(self, **actions: Callable[..., Any]) -> None:
        self.registry: Registry = registry.copy()
        self.store = MemoryStore()
        self.clock = FakeClock()
        self.ran: list[tuple[str, int, tuple[int, ...]]] = []
        self.add("any", _nothing)
        for name, function in actions.items():
            self.add(name, function)

    def add(self, name: str, function: Callable[..., Any], **options: Any) -> None:
        """Register an action ``t.<name>``."""
        action(f"t.{name}", into=self.registry, title=name, **{"effect": "idempotent", **options})(function)

    def engine(self, **options: Any) -> Engine:
        return Engine(**{"store": self.store, "clock": self.clock, "actions": self.registry, **options})

    @asynccontextmanager
    async def running(self, definition: Workflow, **options: Any) -> AsyncIterator[tuple[Engine, RunHandle]]:
        """An engine and a run that was just started in it."""
        async with self.engine() as engine:
            yield engine, await engine.start(definition, run_id="r", **options)

    async def run(self, definition: Workflow, inputs: dict[str, Any] | None = None, **options: Any) -> RunResult:
        """Run to the end."""
        async with self.engine() as engine:
            return await (await engine.start(definition, inputs, run_id="r", **options)).result()

    def story(self, run_id: str = "r") -> list[str]:
        """The journal as short words."""
        return story(self.store, run_id)


async def _nothing() -> None:
    return None


def story(store: Any, run_id: str = "r") -> list[str]:
    """A journal as short words: ``node_started a``, ``item_completed loop[0]``."""
    ids = store.load(run_id).node_ids  # longer than the header's after a migration
    return [
        EventKind(event.kind).public
        + (f" {ids[event.node]}" if event.node >= 0 else "")
        + "".join(f"[{index}]" for index in event.scope)
        for event in store.events(run_id)
    ]


def chain(*actions: str, **fields: Any) -> Workflow:
    """Nodes a, b, c ... of these actions, one after the other."""
    names = [chr(ord("a") + i) for i in range(len(actions))]
    nodes = {name: {"action": f"t.{act}"} for name, act in zip(names, actions, strict=True)}
    return workflow(nodes, *(f"{one}>{two}" for one, two in itertools.pairwise(names)), **fields)


class Door:
    """An action that waits until the test opens it.

    Attributes:
        entered: How many attempts have come in. stopped: how many were cancelled while they waited.
    """

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._arrived = asyncio.Condition()
        self.entered = 0
        self.stopped = 0

    async def __call__(self, ctx: Context) -> str:
        async with self._arrived:
            self.entered += 1
            self._arrived.notify_all()
        try:
            await self._open.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        return "through"

    async def wait_for(self, count: int = 1) -> None:
        """Return once ``count`` attempts have come in."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: self.entered >= count)

    def open(self) -> None:
        self._open.set()


def door() -> tuple[Door, Callable[..., Any]]:
    """A Door and its action function."""
    it = Door()

    async def through(ctx: Context) -> str:
        return await it(ctx)

    return it, through


async def until(condition: Callable[[], Any], turns: int = 100_000) -> None:
    """Give the loop turns until something holds."""
    for _ in range(turns):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to be")


class FailingLog(MemoryLog):
    """A log whose ``append`` fails after some batches."""

    left = 10**9

    def append(self, events: Sequence[Event], sync: bool = True) -> int:
        if self.left <= 0:
            raise StoreError("the disk is full", "Free some space.")
        self.left -= 1
        return super().append(events, sync)


class FailingStore(MemoryStore):
    """A MemoryStore whose logs take ``batches`` batches each, then fail."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.batches = batches

    def _failing(self, log: MemoryLog) -> MemoryLog:
        log.__class__ = FailingLog
        log.left = self.batches  # type: ignore[attr-defined]
        return log

    def create(self, header: Any) -> MemoryLog:
        return self._failing(super().create(header))

    def acquire(self, run_id: str) -> MemoryLog:
        return self._failing(super().acquire(run_id))


class LateLog(MemoryLog):
    """A log that is durable only when the test says so, like one with durability ``power``."""

    def __init__(self, store: Any, run: Any) -> None:
        super().__init__(store, run)
        self.reached = 0
        self.at_once = False
        self.callbacks: list[Any] = []

    @property
    def durable(self) -> int:
        return self._ticket if self.at_once else self.reached

    def on_durable(self, callback: Any) -> None:
        self.callbacks.append(callback)

    def sync(self, upto: int | None = None, error: StoreError | None = None) -> None:
        """Make everything, or everything up to a ticket, durable."""
        self.reached = self._ticket if upto is None else upto
        for callback in self.callbacks:
            callback(self.reached, error)

    def boundary(self) -> None:
        self.sync()


class LateStore(MemoryStore):
    """A MemoryStore with LateLogs; ``log`` is the last one."""

    log: LateLog

    @asynccontextmanager
    async def at_once_in_the_end(self) -> AsyncIterator[None]:
        """Whatever happens inside, afterwards everything is durable at once, so that an engine can close."""
        try:
            yield
        finally:
            self.log.at_once = True
            self.log.sync()

    def _late(self, log: MemoryLog) -> MemoryLog:
        late = LateLog(self, log._run)
        log._run.log = late
        self.log = late
        return late

    def create(self, header: Any) -> MemoryLog:
        return self._late(super().create(header))

    def acquire(self, run_id: str) -> MemoryLog:
        return self._late(super().acquire(run_id))
