"""A real Dask scheduler with workers in this process, and bodies that need no process of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from floworch.distributed import body, facts

Body = Callable[[Mapping[str, Any], Callable[[str, Any], Any], Mapping[str, Any]], Awaitable[Any]]


class Bodies:
    """Stands for the worker processes of every Dask worker: runs coroutine functions of the test, by node.

    Attributes:
        functions: By node id: ``async (params, on_message, context) -> result``.
        began: ``(node, scope, attempt)`` of every body that began. stopped: the same of those that were cancelled.
        facts: By action id what a worker says of it; else it has version 1.
    """

    def __init__(self) -> None:
        self.functions: dict[str, Body] = {}
        self.began: list[tuple[str, tuple[int, ...], int]] = []
        self.stopped: list[tuple[str, tuple[int, ...], int]] = []
        self.facts: dict[str, dict[str, Any]] = {}

    async def call(
        self, target: str, kwargs: Mapping[str, Any], on_message: Any, interpreter: Any = None, context: Any = None
    ) -> Any:
        if context is None:
            return {action: self.facts.get(action, {"version": 1}) for action, _ in kwargs["actions"]}
        key = (context["node"], tuple(context["scope"]), context["attempt"])
        self.began.append(key)
        try:
            return await self.functions[context["node"]](kwargs, on_message, context)
        except asyncio.CancelledError:
            self.stopped.append(key)
            raise

    async def shared(self, size: int | None = None) -> Bodies:
        """In place of ``shared_pool``."""
        return self

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let every Dask worker of this process use these bodies."""
        monkeypatch.setattr(body, "shared_pool", self.shared)
        monkeypatch.setattr(facts, "shared_pool", self.shared)


@asynccontextmanager
async def cluster(*tags: Mapping[str, float], threads: int = 8) -> AsyncIterator[Any]:
    """A scheduler on a free port and one worker for each of ``tags``, its resources; ``workers`` lists them."""
    import distributed

    async with distributed.Scheduler(
        host="127.0.0.1", port=0, dashboard=False, dashboard_address="127.0.0.1:0"
    ) as scheduler:
        scheduler.workers_here = []
        try:
            for resources in tags or ({},):
                await add_worker(scheduler, resources, threads)
            yield scheduler
        finally:
            for worker in scheduler.workers_here:
                await worker.close(timeout=1)


async def add_worker(scheduler: Any, resources: Mapping[str, float], threads: int = 8) -> Any:
    """One more worker."""
    import distributed

    worker = await distributed.Worker(
        scheduler.address, nthreads=threads, resources=dict(resources), memory_limit=0, dashboard=False,
        dashboard_address="127.0.0.1:0", host="127.0.0.1", name=f"w{len(scheduler.workers_here) + 1}",
    )  # fmt: skip
    scheduler.workers_here.append(worker)
    return worker


def left(scheduler: Any) -> list[str]:
    """Everything of ours that the scheduler still knows."""
    known = [
        *scheduler.tasks, *scheduler.extensions["publish"].datasets, *scheduler.extensions["queues"].queues,
        *scheduler.extensions["events"]._events,
    ]  # fmt: skip
    return sorted(str(name) for name in known if "floworch/" in str(name))


async def soon(condition: Callable[[], Any], patience: float = 30.0) -> None:
    """Return once something holds."""
    async with asyncio.timeout(patience):
        while not condition():  # noqa: ASYNC110 - what it waits for is Dask's
            await asyncio.sleep(0.005)
