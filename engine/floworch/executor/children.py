"""The child runs of one run in this process: begun, let go on, paused, cancelled and watched (contract C10.3)."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from floworch.errors import FlowError, RunLocked, RunNotFound, StoreError
from floworch.executor.begun_runs import begin, has_begun
from floworch.executor.calls import ChildStart, child_start
from floworch.executor.endings import can_roll_back
from floworch.executor.failures import describe
from floworch.run.calls import ACTIVE, STOPPED, SUSPENDED
from floworch.run.events import Event, EventKind
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from floworch.executor.driver import RunDriver
    from floworch.executor.handle import RunHandle
    from floworch.run.commands import Command
    from floworch.run.state import RunState, Scope
    from floworch.store.protocol import RunStore

    Key = tuple[int, Scope]

#: Seconds between two looks at a child that another process, or nobody, works on.
LOOK = 0.25
_STANDS = {
    int(EventKind.RUN_SUSPENDED): SUSPENDED,
    int(EventKind.RUN_STARTED): ACTIVE,
    int(EventKind.RUN_RESUMED): ACTIVE,
    int(EventKind.RUN_RETRIED): ACTIVE,
}


class Runs(Protocol):
    """What children need of the engine."""

    store: RunStore

    async def start_child(self, start: ChildStart) -> RunHandle:
        """Begin a child run."""
        ...

    async def resume(self, run_id: str, *, in_doubt: str | None = None) -> RunHandle:
        """Let a stopped run go on; a handle to its result when it has ended."""
        ...

    async def retry(self, run_id: str) -> RunHandle:
        """Let what failed in an ended run go again."""
        ...

    async def roll_back(self, run_id: str, reason: str = ...) -> RunHandle:
        """Let the saga of a completed run undo it."""
        ...

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        """Cancel a run that is live here, or one that nobody works on."""
        ...


class Children:
    """Obeys what the scheduler asks of children and tells it how they stand.

    Args:
        driver: The run that calls.
        runs: The engine.
    """

    def __init__(self, driver: RunDriver, runs: Runs) -> None:
        self.driver = driver
        self.runs = runs
        self._children: dict[Key, _Child] = {}

    def obey(self, command: Command) -> None:
        """Carry out one CHILD command, in the order in which they come for one child."""
        key = (command.node, command.scope)
        child = self._children.get(key)
        if child is None:
            wait = self.driver.state.waits.get(key)
            if wait is None:
                return
            child = self._children[key] = _Child(self, key, wait)
        child.ask(*command.value)

    def tell(self, child: _Child, how: str, detail: dict[str, Any]) -> None:
        """Tell the scheduler how a child stands; what one says that was let go is not heard."""
        driver, key = self.driver, child.key
        if driver.closed or self._children.get(key) is not child:
            return
        if how not in (ACTIVE, SUSPENDED, STOPPED):
            del self._children[key]
            child.close()
        detail = driver.secrets.redact_value(detail)
        driver.tell(driver.scheduler.child, *key, how, detail, random.random())

    def stored(self, run_id: str) -> RunState | None:
        """A child's run as the store has it, or None when there is none."""
        try:
            state: RunState = self.runs.store.load(run_id)
        except RunNotFound:
            return None
        return state

    @property
    def next_due(self) -> float | None:
        """When the earliest timer of a child is due that is suspended here, or None."""
        dues = [child.next_due for child in self._children.values()]
        return min((due for due in dues if due is not None), default=None)

    def close(self) -> None:
        """Let go of every child; their runs are left as they are."""
        for child in self._children.values():
            child.close()
        self._children.clear()


class _Child:
    """One child: its requests are served one after the other, its run is watched meanwhile."""

    def __init__(self, children: Children, key: Key, wait: dict[str, Any]) -> None:
        self._children = children
        self._runs = children.runs
        self.key = key
        self._closed = False
        self._to_cancel = False  # a cancel was asked and is not carried to the child yet
        self._cancelled = False  # it was
        self._wait = wait
        self._run_id = str(wait["name"])
        driver = children.driver
        self._start = partial(child_start, driver, driver.plan.ids[key[0]], key[1], wait)
        self._handle: RunHandle | None = None
        self._asked: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._stands = ACTIVE
        self._turn = 0  # of the requests to go on, the last one that was carried out
        self._unsubscribe: Callable[[], None] | None = None
        self._server = self._spawn(self._serve(), "serve")
        self._watcher: asyncio.Task[None] | None = None

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(self._guarded(work), name=f"floworch-child-{name}-{self._run_id}")

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except FlowError as error:
            if type(error) is StoreError:  # the disk, not the child: both go on where their journals can be kept
                self._children.driver.store_failed(error)
            else:
                self._children.tell(self, "failed", {"error": describe(error)})
        except Exception as error:  # noqa: BLE001 - a child that dies in silence would leave its parent hanging
            self._children.driver.broke(error)

    def ask(self, what: str, detail: Any) -> None:
        """Queue one request: ``go``, ``pause``, ``cancel``, or ``undo`` of one that has completed."""
        self._to_cancel = self._to_cancel or what == "cancel"
        self._asked.put_nowait((what, detail))

    def close(self) -> None:
        """Stop serving and watching; the run is left as it is."""
        self._closed = True
        if self._unsubscribe is not None:
            self._unsubscribe()
        for task in (self._server, self._watcher):
            if task is not None and task is not asyncio.current_task():
                task.cancel()

    @property
    def next_due(self) -> float | None:
        """When the run's next timer is due, while it is suspended here."""
        handle = self._handle
        return handle.next_due if handle is not None and handle.live and self._stands == SUSPENDED else None

    async def _serve(self) -> None:
        while not self._closed:
            what, detail = await self._asked.get()
            if what == "go":
                await self._go(*detail)
            elif what == "pause":
                await self._pause(bool(detail))
            elif what == "undo":
                self._watch(await _rolled_back(self._runs, self._run_id, str(detail)))
            else:
                await self._cancel()

    # what is asked

    async def _go(self, in_doubt: str | None, turn: int) -> None:
        if self._wait["details"].get("begun"):
            self._children.tell(self, "completed", await begin(self._runs, self._run_id, self._start))
            return
        handle = self._handle
        self._cancelled = False
        if handle is not None and handle.live:
            await handle.resume()  # it was on its way to a pause
            self._stands, self._turn = ACTIVE, turn
            if not handle.live and not _over(handle):
                self._stopped(_why(handle))  # it came to the next one meanwhile
                return
        else:
            handle = await self._taken(in_doubt)
            if handle is None:
                return  # asked something else meanwhile
            self._stands, self._turn = ACTIVE, turn
            self._watch(handle)
        if handle.fold.status is RunStatus.SUSPENDED:
            self._stand(SUSPENDED)

    async def _taken(self, in_doubt: str | None) -> RunHandle | None:
        """The child, begun, resumed or retried; waits while another process works on it."""
        while True:
            try:
                state = self._children.stored(self._run_id)
                if state is None:
                    return await self._runs.start_child(self._start())
                if state.status.final and state.seq == self._wait["details"].get("again"):
                    return await self._runs.retry(self._run_id)  # the end of an earlier attempt
                return await self._runs.resume(self._run_id, in_doubt=in_doubt)
            except RunLocked:
                if not self._asked.empty():
                    return None
                await asyncio.sleep(LOOK)

    async def _pause(self, now: bool) -> None:
        handle = self._handle
        if handle is not None and handle.live:
            with contextlib.suppress(FlowError):  # it came to its stop by itself: the watcher tells
                await handle.pause(now)
        else:
            self._stopped("not worked on by this process")

    async def _cancel(self) -> None:
        handle = self._handle
        if handle is None or not handle.live:
            state = self._children.stored(self._run_id)
            if state is None:
                self._children.tell(self, "none", {})
                return
            if has_begun(self._runs.store, self._run_id) is not None:
                # it is a run of its own from there on
                self._children.tell(self, "completed", await begin(self._runs, self._run_id, self._start))
                return
            if state.status.final:
                self._ended(state)
                return
        while True:
            try:
                saga = self._children.driver.state.saga  # what its caller's cancel said of compensation holds for it
                await self._runs.cancel(self._run_id, saga is None or not saga.declined)
                break
            except RunLocked:
                await asyncio.sleep(LOOK)
            except FlowError:
                break  # it ended by itself
        if handle is None or not handle.live:
            self._watch(await self._runs.resume(self._run_id))  # what it undoes, and its own children, end here
        self._to_cancel = False
        self._cancelled = True

    # how the run stands

    def _watch(self, handle: RunHandle) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._handle = handle
        self._unsubscribe = handle.subscribe(self._seen, handle.fold.seq)
        if self._watcher is None or self._watcher.done():
            self._watcher = self._spawn(self._follow(), "watch")

    def _seen(self, batch: list[Event]) -> None:
        """Confirmed events of the run."""
        for event in batch:
            stands = _STANDS.get(event.kind)
            if stands is not None:
                self._stand(stands)

    def _stand(self, stands: str) -> None:
        if stands != self._stands:
            self._stands = stands
            self._children.tell(self, stands, {"turn": self._turn})

    async def _follow(self) -> None:
        """Watch the run until it has ended, through pauses and other processes."""
        while True:
            handle = self._handle
            assert handle is not None
            await handle.stopped()
            if handle.live:
                continue
            if _over(handle):
                self._ended(handle.fold)
                return
            self._stopped(_why(handle))
            while handle is self._handle and not handle.live:
                await asyncio.sleep(LOOK)
                if not handle.live:
                    state = self._children.stored(self._run_id)
                    if state is None or state.status.final:
                        self._ended(state)
                        return

    def _stopped(self, reason: str) -> None:
        self._stands = STOPPED
        if not self._to_cancel:  # else it stopped for a pause before that: this is no answer to the cancel
            detail = {"reason": reason, "turn": self._turn, "cancel": self._cancelled}
            self._children.tell(self, STOPPED, detail)

    def _ended(self, state: RunState | None) -> None:
        if state is None:
            error = {"kind": "not_found_error", "message": f"the child run {self._run_id} was deleted"}
            self._children.tell(self, "failed", {"error": error})
            return
        if state.status is RunStatus.COMPLETED:
            detail = {"outputs": dict(state.outputs), "undo": can_roll_back(state)}
            self._children.tell(self, "completed", detail)
            return
        self._children.tell(self, str(state.status), {"error": _error_of(state)})


async def _rolled_back(runs: Runs, run_id: str, reason: str) -> RunHandle:
    """A completed child on its way back; waits while another process works on it."""
    while True:
        try:
            return await runs.roll_back(run_id, reason)
        except RunLocked:
            await asyncio.sleep(LOOK)


def _over(handle: RunHandle) -> bool:
    """Whether a run that stopped has ended for good: an end that its journal could not keep is none."""
    return handle.fold.status.final and handle.failure is None


def _why(handle: RunHandle) -> str:
    """Why a run stopped without an end, in words."""
    if handle.failure is not None:
        return f"paused: {handle.failure.message}"
    return f"{handle.fold.status}: {handle.fold.pause_reason or 'it was paused'}"


def _error_of(state: RunState) -> dict[str, Any]:
    """The error of a call whose child did not complete: its kind, and which node of which run (C10.3)."""
    if state.status is RunStatus.CANCELLED:
        return {"kind": "cancelled", "message": f"the child run {state.run_id} was cancelled", "child": state.run_id}
    error = state.error or {"kind": "processing_error", "message": "it failed", "node": None}
    node = error.get("node")
    place = f" at {node!r}" if node else ""
    message = f"the child run {state.run_id} failed{place}: {error.get('message')}"
    kind = error.get("kind") or "processing_error"
    return {"kind": kind, "message": message, "child": state.run_id, "child_node": node}
