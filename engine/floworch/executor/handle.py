"""One run as its caller holds it: watch it, control it, wait for it (interfaces.md section 2)."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from floworch.artifact import loaded
from floworch.errors import StoreError, UsageError
from floworch.executor.answers import Item, approval_key, submission
from floworch.executor.arguments import check_flags, check_number
from floworch.executor.following import Follower
from floworch.model.own import own
from floworch.run.public import RunEvent
from floworch.run.seen import seen
from floworch.run.state import RunState
from floworch.run.status import RunStatus
from floworch.run.told import check_answer, check_signal
from floworch.run.view import Nodes, NodeView, compensation, public_error, span, work_time

if TYPE_CHECKING:
    from concurrent.futures import Future

    from floworch.executor.driver import RunDriver
    from floworch.executor.publisher import Subscriber
    from floworch.store.protocol import RunHeader, RunStore

#: ``result`` goes on waiting while a suspended run's next timer is due within this many seconds.
SOON = 60.0
#: Seconds between two looks at a suspended run whose timer is due soon.
LOOK = 0.05


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run stands: at its end, or when it is paused or suspended.

    Attributes:
        status: RunStatus. outputs: the run's outputs, ``{}`` unless completed.
        nodes: NodeView by id. error: ``{"kind", "message", "node"}`` of a failed run, else None.
        duration: Seconds in which it was worked on or waited, None before the end: pauses, and the time after a crash
            or before a retry, are left out.
        compensation: ``{"compensated", "failed", "not_needed"}`` lists of node ids, items as ``node[index]``.
        state: The whole fold, to read; every value is the caller's own.
    """

    run_id: str
    status: RunStatus
    outputs: dict[str, Any]
    nodes: Mapping[str, NodeView]
    error: dict[str, Any] | None
    duration: float | None
    compensation: dict[str, list[str]]
    state: RunState = field(repr=False)

    @property
    def elapsed(self) -> float | None:
        """Seconds from start to end, the times in which it rested included; None before the end."""
        return span(self.state.started_at, self.state.ended_at) if self.status.final else None

    @property
    def data(self) -> dict[str, Any]:
        """The run's shared data, the caller's own."""
        found: dict[str, Any] = own(loaded(self.state.data))
        return found


def result_of(state: RunState) -> RunResult:
    """The result that a state amounts to."""
    return RunResult(
        state.run_id,
        state.status,
        own(loaded(state.outputs)),
        Nodes(state),
        own(public_error(state.error)),
        work_time(state.started_at, state.ended_at, state.rested) if state.status.final else None,
        compensation(state),
        seen(state),
    )


class Owner(Protocol):
    """What a handle asks of its engine."""

    store: RunStore

    async def resume(self, run_id: str) -> RunHandle:
        """Take a stopped run up again; the same handle goes on."""
        ...

    async def step(self, run_id: str, node: str | None = None, *, item: int | None = None) -> RunHandle:
        """Run one node of a stopped run; the same handle goes on."""
        ...

    async def pause(self, run_id: str, now: bool = False) -> None:
        """Record that a run which nobody works on is to pause."""
        ...

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        """Cancel a run that nobody works on."""
        ...

    async def signal(self, run_id: str, name: str, payload: Any = None) -> None:
        """Keep a signal for a run that nobody works on."""
        ...

    async def approve(self, run_id: str, node: str, comment: str = "", by: str = "", item: Item | None = None) -> None:
        """Answer an approval of a run that nobody works on with yes."""
        ...

    async def reject(self, run_id: str, node: str, comment: str = "", by: str = "", item: Item | None = None) -> None:
        """Answer an approval of a run that nobody works on with no."""
        ...

    async def submit(self, run_id: str, node: str, values: Any, by: str = "", item: Item | None = None) -> None:
        """Answer a form or a choice of a run that nobody works on."""
        ...


class RunHandle:
    """A run that this process works on, or has worked on.

    Attributes:
        run_id, header: The run.
        fold: The live fold, the engine's own: nothing of it may be changed.
    """

    def __init__(self, owner: Owner, header: RunHeader, state: RunState, driver: RunDriver | None) -> None:
        self._owner = owner
        self._driver: RunDriver | None = None
        self.header = header
        self.run_id = header.run_id
        self.fold = state
        if driver is not None:
            self.bind(driver)

    def bind(self, driver: RunDriver) -> None:
        """Let a driver work on this run; watchers of an earlier one go on with it."""
        if self._driver is not None:
            earlier = self._driver.publisher
            earlier.publish(list(self._owner.store.events(self.run_id, earlier.next_seq)))
            earlier.reopen()
            driver.publisher = earlier
        self._driver = driver
        self.fold = driver.state

    @property
    def state(self) -> RunState:
        """The live fold, which also shows events that are not confirmed yet; every value is the caller's own."""
        return seen(self.fold)

    @property
    def status(self) -> RunStatus:
        """The run's status now."""
        return self.fold.status

    def __repr__(self) -> str:
        return f"<RunHandle {self.run_id} {self.status}>"

    @property
    def live(self) -> bool:
        """Whether this process works on the run now."""
        return self._driver is not None and not self._driver.closed

    @property
    def failure(self) -> StoreError | None:
        """Why the journal could not be written any more, so that ``fold`` is ahead of it for good; else None."""
        return self._driver.failure if self._driver is not None else None

    @property
    def stopping(self) -> bool:
        """Whether the run has come to its stop in this process, though its lock may not be free yet."""
        return self._driver is not None and self._driver.stopping

    @property
    def running(self) -> int:
        """Attempts that run now: the n of "pausing, n left"."""
        return self._driver.scheduler.busy if self._driver is not None and not self._driver.closed else 0

    @property
    def next_due(self) -> float | None:
        """When the earliest timer of the run or its children is due (epoch seconds), None without one."""
        return self._driver.next_due if self._driver is not None and not self._driver.closed else None

    def subscribe(self, callback: Subscriber, from_seq: int = 0) -> Callable[[], None]:
        """Call ``callback`` with batches of confirmed events from ``from_seq`` on: what is stored first, then live.

        Returns the way to stop. A callback that raises is not called again.
        """
        if self._driver is None:
            stored = list(self._owner.store.events(self.run_id, from_seq))
            if stored:
                callback(stored)
            return lambda: None
        past = self._owner.store.events
        return self._driver.publisher.subscribe(callback, lambda seq: past(self.run_id, seq), from_seq)

    async def events(self, from_seq: int = 0) -> AsyncIterator[RunEvent]:
        """Confirmed events from ``from_seq`` on; ends when the run is over, or stops in this process.

        ``event.kind`` is a word such as ``node_completed``, ``event.node`` the id of the node or None. A reader that is
        slower than the run does not hold it up; what it has not read yet stays in the store.

        Raises:
            UsageError: ``from_seq`` is no whole number, when the first event is asked for.
        """
        check_number(from_seq=from_seq)
        stored = self._owner.store.events
        if self._driver is None:
            for event in list(stored(self.run_id, from_seq)):
                yield RunEvent.of(event, self.run_id, self.fold.node_ids)
            return
        follower = Follower(self._driver.publisher, lambda seq: stored(self.run_id, seq), from_seq)
        waiter = asyncio.ensure_future(self._end_of(follower))
        try:
            while batch := await follower.batch():
                for event in batch:
                    yield RunEvent.of(event, self.run_id, self.fold.node_ids)
        finally:
            follower.close()
            waiter.cancel()

    async def _end_of(self, follower: Follower) -> None:
        await self.stopped()
        follower.end()

    async def stopped(self) -> None:
        """Return when this process no longer works on the run."""
        if self._driver is not None:
            await self._driver.stopped.wait()

    async def result(self) -> RunResult:
        """Wait until the run has ended, is paused, or is suspended with nothing due within a minute.

        Never raises for a failed run.

        Raises:
            StoreError: The journal could not be written; the run is paused as far as it was confirmed.
        """
        return await self._at_rest(patient=False)

    async def outcome(self) -> RunResult:
        """As ``result``, but wait for every ``flow.wait``, however long: for who gives up the run with this call."""
        return await self._at_rest(patient=True)

    async def _at_rest(self, patient: bool) -> RunResult:
        driver = self._driver
        while driver is not None and not driver.stopped.is_set() and not _waits_long(driver, patient):
            # A suspended run whose timer is due soon goes on by itself; look again when something may have changed.
            news = [driver.stopped] if driver.suspended.is_set() else [driver.stopped, driver.suspended]
            waits = [asyncio.ensure_future(event.wait()) for event in news]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=LOOK if len(news) == 1 else None)
            finally:
                for wait in waits:
                    wait.cancel()
        if driver is not None and driver.failure is not None:
            raise driver.failure
        return result_of(self.fold)

    async def pause(self, now: bool = False) -> None:
        """Pause; returns once the intent is durable. ``now`` interrupts running attempts (C7.1)."""
        check_flags(now=now)
        if await self._rests():
            await self._told(self._owner.pause(self.run_id, now))
            return
        driver = self.working("pause")
        driver.tell(driver.scheduler.pause, now, None)
        await self.confirmed(driver)

    async def resume(self) -> None:
        """Continue a paused or suspended run in this process."""
        if self._driver is not None and self._driver.stopping:
            await self._driver.stopped.wait()
        if self.live and self.fold.status is RunStatus.PAUSING:
            driver = self.working("resume")
            driver.tell(driver.scheduler.resume)
            await self.confirmed(driver)
        elif not self.live:
            await self._owner.resume(self.run_id)

    async def step(self, node: str | None = None, item: int | None = None) -> None:
        """Run exactly one node of a paused run, then pause it again; ``result`` waits for that pause (C7.7).

        Args:
            node: Which of the nodes that are ready; the next one when left out.
            item: Index of its item, for a node inside a container.

        Raises:
            UsageError: The run is at work or has ended, the node is not ready, or nothing is.
        """
        if self.fold.status.final and not self.live:
            raise UsageError(f"Run {self.run_id!r} is {self.fold.status}; there is nothing to step.")
        await self._owner.step(self.run_id, node, item=item)

    async def cancel(self, compensate: bool = True) -> None:
        """Cancel for good; returns once the intent is durable (C7.3).

        Args:
            compensate: Whether completed nodes that declare a compensation are compensated then (C9). Nothing changes
                for a run that is cancelled or rolled back already.
        """
        check_flags(compensate=compensate)
        if await self._rests():
            await self._told(self._owner.cancel(self.run_id, compensate))
            return
        driver = self.working("cancel")
        driver.tell(functools.partial(driver.scheduler.cancel, compensate=compensate), "the run was cancelled")
        await self.confirmed(driver)

    async def signal(self, name: str, payload: Any = None) -> None:
        """Send a named signal; it is kept until a node takes it (C8.2).

        Raises:
            UsageError: The name or the payload is nothing a run can keep (C6.2); the run is not harmed.
        """
        check_signal(name, payload)
        if await self._rests():
            await self._told(self._owner.signal(self.run_id, name, payload))
            return
        driver = self.working("signal")
        driver.tell(driver.scheduler.signal, name, own(payload))
        await self.confirmed(driver)

    async def approve(self, node: str, comment: str = "", by: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with yes; ``item`` as for ``submit``.

        Raises:
            UsageError: The node does not wait for one, or several items of it do and none is named.
        """
        await self._answer(node, True, comment, by, item)

    async def reject(self, node: str, comment: str = "", by: str = "", item: Item | None = None) -> None:
        """Answer a waiting approval with no; ``item`` as for ``submit``. Raises as ``approve``."""
        await self._answer(node, False, comment, by, item)

    async def submit(self, node: str, values: Any, by: str = "", item: Item | None = None) -> None:
        """Answer a waiting ``human.form`` with its values by field name, or a ``human.choose`` with what is chosen.

        Args:
            node: Id of the node.
            values: ``{field: value}``, or for a choice an item or its label (a list of such with ``multiple``).
            by: Who answers.
            item: Index of the item, for a node inside a container; in nested ones also the indexes, outermost first. It
                can be left out when one waits.

        Raises:
            UsageError: The node does not wait for a form, or several items of it do and none is named; or names
                everything that does not fit its fields.
        """
        check_answer("", by)
        if await self._rests():
            await self._told(self._owner.submit(self.run_id, node, values, by, item))
            return
        driver = self.working("answer")
        driver.tell(driver.scheduler.submit, *submission(self.fold, node, values, by, item))
        await self.confirmed(driver)

    async def _answer(self, node: str, approved: bool, comment: str, by: str, item: Item | None) -> None:
        check_answer(comment, by)
        if await self._rests():
            answer = self._owner.approve if approved else self._owner.reject
            await self._told(answer(self.run_id, node, comment, by, item))
            return
        driver = self.working("answer")
        key = approval_key(self.fold, node, item)
        driver.tell(driver.scheduler.answer, *key, approved, by, comment)
        await self.confirmed(driver)

    async def _rests(self) -> bool:
        """Whether this process has let go of a run that has not ended: what is asked then is left in its journal."""
        if self._driver is None or not self._driver.closed:
            return False
        await self._driver.stopped.wait()  # its lock is free then
        return not self.fold.status.final

    async def _told(self, appended: Awaitable[None]) -> None:
        """Show what was appended to the journal of a run at rest, to watchers as well."""
        await appended
        assert self._driver is not None
        if self.live:  # it goes on with its rollback: the new driver has published what was appended
            return
        publisher = self._driver.publisher
        publisher.publish(list(self._owner.store.events(self.run_id, publisher.next_seq)))
        self.fold = self._owner.store.load(self.run_id)

    def working(self, verb: str) -> RunDriver:
        """The driver that works on the run now. Raises UsageError, naming ``verb``, when there is none."""
        if self._driver is None or self._driver.closed:
            if self.fold.status.final:
                raise UsageError(f"Run {self.run_id!r} is {self.fold.status}: it cannot {verb} any more.")
            raise UsageError(
                f"Run {self.run_id!r} is {self.fold.status} and not worked on by this handle, so it cannot {verb}.",
                "Use the engine's method of the same name, or resume the run first.",
            )
        return self._driver

    async def confirmed(self, driver: RunDriver) -> None:
        """Return once everything appended so far is durable, and the run's beginning is on the disk.

        With durability ``process`` the first nodes run meanwhile; what fails then is no failure of this beginning.

        Raises:
            StoreError: It could not be written.
        """
        asked = self.fold.seq
        begun: Future[None] | None = getattr(driver.log, "begun", None)
        if begun is not None and not begun.done():
            await asyncio.wrap_future(begun)
        await driver.publisher.reached(asked)
        if driver.failure is not None and driver.publisher.next_seq < asked:
            raise driver.failure


def _waits_long(driver: RunDriver, patient: bool) -> bool:
    """Whether the run is suspended and no timer will wake it soon, or ever for who is ``patient``."""
    if not driver.suspended.is_set():
        return False
    due = driver.next_due
    if due is not None and due - driver.now() <= SOON:
        return False
    return not (patient and any(wait.get("kind") == "timer" for wait in driver.state.waits.values()))
