"""A warm pool of worker processes, and the pool of each event loop (contract C4.5, C14)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import weakref
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Self

from floworch.actions.proctree import to_the_end
from floworch.actions.workers import CodeJob, OnMessage, RemoteError, provide_workers
from floworch.errors import UsageError
from floworch.executor.places import waiting_for_place
from floworch.executor.worker_process import WorkerProcess

#: A pool never has more processes than this unless told so.
MAX_SIZE = 8


class WorkerPool:
    """Runs jobs in worker processes; belongs to the event loop it is first used on.

    Workers are started when they are needed, reused while they are healthy and replaced when they are not.

    Args:
        size: Most processes at a time; by default the number of processors, at most ``MAX_SIZE``.
    """

    def __init__(self, size: int | None = None) -> None:
        self.size = max(1, size if size is not None else min(os.cpu_count() or 1, MAX_SIZE))
        self._slots = asyncio.Semaphore(self.size)
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        self._closed = False

    @property
    def pids(self) -> frozenset[int]:
        """Process ids of the workers that are up, idle or busy."""
        return frozenset(worker.pid for worker in (*self._idle, *self._busy))

    async def call(
        self,
        target: str | CodeJob,
        kwargs: Mapping[str, Any],
        on_message: OnMessage,
        interpreter: str | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run one job in a worker and return its result.

        Cancelling the call kills the worker with everything it has started, and returns when all of it is gone.

        Args:
            target: ``module:qualname`` of a function, or a CodeJob.
            kwargs: Arguments of the function, JSON values; not used by a CodeJob.
            on_message: Receives what the job prints, logs and asks (see ``OnMessage``), on the event loop.
            interpreter: Python executable to run in instead of the engine's own (CodeJob only).
            context: Fields for the Context of an action (``run_id``, ``workflow_id``, ``node``, ``attempt``,
                ``scope``, ``item``, ``index``, ``data``, ``folder``); the arguments are then validated as its
                parameters.

        Returns:
            The result: a JSON value, or an Outcome, Wait or Expand.

        Raises:
            RemoteError: The job failed (its kind, message and traceback), or its process died.
            UsageError: The pool is closed.
            TypeError: An argument is not a JSON value.
        """
        job = _job(target, kwargs, context)
        with waiting_for_place():
            await self._slots.acquire()
        try:
            with waiting_for_place():
                worker = await self._take(interpreter)
            self._busy.add(worker)
            try:
                result = await worker.run(job, on_message)
            except BaseException as error:
                if not isinstance(error, RemoteError) or not worker.healthy:
                    await to_the_end(worker.kill())
                raise
            finally:
                self._busy.discard(worker)
                if worker.healthy and not self._closed:
                    self._idle.append(worker)
            if not worker.healthy or self._closed:
                await to_the_end(worker.kill())
            return result
        finally:
            self._slots.release()

    async def _take(self, interpreter: str | None) -> WorkerProcess:
        if self._closed:
            raise UsageError("The worker pool is closed.", "Start a new engine.")
        for place in range(len(self._idle) - 1, -1, -1):
            if self._idle[place].interpreter == interpreter:
                worker = self._idle.pop(place)
                if worker.alive:
                    return worker
                await to_the_end(worker.kill())
        while self._idle and len(self._idle) + len(self._busy) >= self.size:
            await to_the_end(self._idle.pop(0).kill())  # it runs another interpreter
        return await WorkerProcess.start(interpreter)

    async def warm(self, count: int = 1) -> None:
        """Start workers before they are needed, up to ``count`` and the pool's size."""
        while not self._closed and len(self._idle) + len(self._busy) < min(count, self.size):
            self._idle.append(await WorkerProcess.start(None))

    async def close(self) -> None:
        """Kill every worker and refuse further calls; jobs still running fail. Safe to call twice."""
        self._closed = True
        workers = [*self._idle, *self._busy]
        self._idle.clear()
        await asyncio.gather(*(to_the_end(worker.kill()) for worker in workers))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _job(target: str | CodeJob, kwargs: Mapping[str, Any], context: Mapping[str, Any] | None) -> dict[str, Any]:
    if isinstance(target, CodeJob):
        return {"code": target.code, "inputs": dict(target.inputs), "folder": target.folder}
    found = dict(context) if context is not None else None
    return {"target": target, "kwargs": dict(kwargs), "context": found, "folder": (found or {}).get("folder", "")}


_shared: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, WorkerPool] = weakref.WeakKeyDictionary()
_closers: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncGenerator[None, None]] = weakref.WeakKeyDictionary()


class _SharedWorkers:
    """The running loop's pool, as actions reach it."""

    async def call(
        self,
        target: str | CodeJob,
        kwargs: Mapping[str, Any],
        on_message: OnMessage,
        interpreter: str | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Any:
        """As ``WorkerPool.call``."""
        pool = await shared_pool()
        return await pool.call(target, kwargs, on_message, interpreter, context)


async def shared_pool(size: int | None = None) -> WorkerPool:
    """The pool of the running event loop, made at first use; it closes itself when the loop shuts down.

    ``close_shared_pool`` closes it earlier; the next use makes a new one. ``size`` is for the one that is made.
    """
    loop = asyncio.get_running_loop()
    pool = _shared.get(loop)
    if pool is None:
        pool = _shared[loop] = WorkerPool(size)
        # A loop closes the asynchronous generators that were begun on it (shutdown_asyncgens), after its last task.
        closer = _closers[loop] = _close_at_shutdown(pool)
        await anext(closer)
    return pool


async def _close_at_shutdown(pool: WorkerPool) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        await pool.close()


async def close_shared_pool() -> None:
    """Close the pool of the running event loop, when there is one."""
    loop = asyncio.get_running_loop()
    _shared.pop(loop, None)
    closer = _closers.pop(loop, None)
    if closer is not None:
        with contextlib.suppress(StopAsyncIteration):
            await closer.aclose()


provide_workers(_SharedWorkers)
