"""The runs that an engine works on in this process: their handles, their locks and the threads they share."""

from __future__ import annotations

import asyncio
import contextlib
from abc import abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from floworch.actions.item_limit import item_limit
from floworch.errors import FlowError, StoreError, UsageError
from floworch.executor.begun_runs import is_waited_for, only_begun
from floworch.executor.clusters import close_clusters
from floworch.executor.control import RunControl
from floworch.executor.driver import RunDriver
from floworch.executor.partial import unwritten
from floworch.executor.settings import breakpoints_of
from floworch.executor.stored import check_actions, read_stored, state_of
from floworch.model.collector import resting_collector
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.executor.handle import RunHandle
    from floworch.run.part import Replay
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader, RunLog

#: Threads for plain functions; a run's own limit is its max_concurrency.
THREADS = 32
#: Runs that only come to their end: nothing new starts.
_ENDING = frozenset({RunStatus.CANCELLING, RunStatus.ROLLING_BACK})
#: Nodes from which on looking for garbage in what is made of a run costs more than it finds: all of it stays.
_LARGE = 1000


class OwnedRuns(RunControl):
    """The half of the engine that takes runs, keeps them and lets them go.

    Attributes:
        store, registry: Where runs are kept, and what their actions are looked up in.
        on_owned, on_released: Called with a handle when this process takes a run and when it lets it go.
    """

    registry: Registry

    def __init__(self) -> None:
        self.on_owned: list[Callable[[RunHandle], None]] = []
        self.on_released: list[Callable[[RunHandle], None]] = []
        self._threads: ThreadPoolExecutor | None = None
        self._handles: dict[str, RunHandle] = {}
        self._watchers: set[asyncio.Task[None]] = set()
        self._closed = False

    @abstractmethod
    def _handle(self, header: RunHeader, state: RunState, driver: RunDriver | None) -> RunHandle:
        """A handle that turns to this engine."""

    async def _settled(self, run_id: str) -> RunHandle | None:
        """The live handle of a run, or None; waits for one that is just stopping, so that its lock is free."""
        handle = self._handles.get(run_id)
        if handle is not None and handle.stopping:
            await handle.stopped()
        return self.live(run_id)

    def _take(self, run_id: str, breakpoints: bool | None = None) -> tuple[RunHandle, RunDriver]:
        """Take the lock of a stored run and make what drives it."""
        log = self.store.acquire(run_id)
        return self._drive(log, state_of(self.store, log), breakpoints)

    def _reopen(
        self, run_id: str, breakpoints: bool | None = None
    ) -> tuple[RunHandle, RunDriver | None, Sequence[Replay] | None]:
        """Take a stored run to go on with it; its journal is read once, under its lock.

        Returns:
            Its handle, what drives it, and what a run of a part still has to take over (``unwritten``). One that has
            ended is let go again: nothing drives it.

        Raises:
            RunNotFound, RunLocked, CorruptJournal, StoreError: As the store says.
            UsageError: As ``unwritten`` says.
        """
        try:
            log = self.store.acquire(run_id)
        except StoreError:
            state = self.store.load(run_id)
            if not state.status.final:
                raise
            return self._handle(self.store.header(run_id), state, None), None, None  # to show it no lock is needed
        try:
            state = state_of(self.store, log)
            replays = None if state.status.final else unwritten(self.store, run_id, state, self.registry)
        except BaseException:
            log.close()
            raise
        if state.status.final:
            log.close()
            return self._handle(log.header, state, None), None, None
        return *self._drive(log, state, breakpoints), replays

    def _drive(self, log: RunLog, state: RunState, breakpoints: bool | None) -> tuple[RunHandle, RunDriver]:
        """Make what drives a run whose lock was taken; gives that back when it cannot."""
        run_id = log.header.run_id
        try:
            with resting_collector(len(log.header.node_ids) > _LARGE):
                header, prepared, state = read_stored(self.store, run_id, self.registry, (log.header, state))
                # not of a child run: its refusal would be the failure of the call in the run of its caller
                if not is_waited_for(header) and state.status not in _ENDING:
                    known = self.registry if prepared.beside is None else prepared.beside.registry
                    check_actions(run_id, prepared, state, known)
                item_limit()
                limit = int(header.options.get("max_concurrency") or 16)
                honoured = breakpoints_of(breakpoints, header.options.get("breakpoints") is not False)
                driver = RunDriver(prepared, state, log, limit, self._resources, honoured)
        except BaseException:
            log.close()
            raise
        handle = self._handles.get(run_id)
        if handle is None:
            handle = self._handle(header, state, driver)
        else:
            handle.header = header
            handle.bind(driver)
        return handle, driver

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        """As ``RunControl.cancel``; a run at rest that this engine has worked on is rolled back at once (C7.3)."""
        await super().cancel(run_id, compensate)
        handle = self._handles.get(run_id)
        if handle is None or handle.live or self._closed:
            return
        if not self.store.load(run_id).status.final:
            await handle.resume()

    def live(self, run_id: str) -> RunHandle | None:
        """The handle of a run that this engine works on now, or None."""
        handle = self._handles.get(run_id)
        return handle if handle is not None and handle.live else None

    def handles(self) -> list[RunHandle]:
        """Handles of every run that this engine works on now."""
        return [handle for handle in self._handles.values() if handle.live]

    def begun(self) -> list[RunHandle]:
        """Handles of the runs that others began with ``wait: false`` and that this engine works on now."""
        return [handle for handle in self.handles() if only_begun(handle.header)]

    def _own(self, handle: RunHandle, driver: RunDriver) -> None:
        self._handles[handle.run_id] = handle
        for hook in self.on_owned:
            hook(handle)
        watcher = asyncio.get_running_loop().create_task(self._watch(handle, driver), name=f"watch-{handle.run_id}")
        self._watchers.add(watcher)
        watcher.add_done_callback(self._watchers.discard)

    async def _watch(self, handle: RunHandle, driver: RunDriver) -> None:
        await driver.stopped.wait()
        for hook in self.on_released:
            hook(handle)
        forgettable = not handle.live and handle.fold.status.final
        if forgettable and self._handles.get(handle.run_id) is handle:
            del self._handles[handle.run_id]

    def _thread_pool(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="floworch")
        return self._threads

    def _check_open(self) -> None:
        if self._closed:
            raise UsageError("This engine is closed.", "Make a new one.")

    async def close(self) -> None:
        """Pause every live run now, release its lock and let go of threads. Suspended runs stay suspended."""
        self._closed = True
        for handle in self.handles():
            if handle.fold.status is RunStatus.SUSPENDED:
                handle.working("close").close()
            else:  # a run that is being cancelled ends so; its rollback is left to a later resume
                with contextlib.suppress(FlowError):  # it stopped by itself, or its store failed: ``result`` says so
                    await handle.pause(now=True)
        for handle in list(self._handles.values()):
            await handle.stopped()
        if self._watchers:
            await asyncio.wait(set(self._watchers))
        await close_clusters()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
