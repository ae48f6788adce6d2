"""Bodies that do not run on the loop: plain functions in threads, actions in worker processes (contract C4.5, C14)."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from floworch.actions.context import Context
from floworch.executor.invoke import GRACE

if TYPE_CHECKING:
    from floworch.executor.steps import Step

#: ``(node, scope, attempt)``: one attempt of one node instance.
AttemptKey = tuple[int, tuple[int, ...], int]


def attempt_key(ctx: Context) -> AttemptKey:
    """The key of the attempt a context belongs to."""
    return ctx.node_index, ctx.scope, ctx.attempt


class OffLoop:
    """Runs bodies in threads and worker processes and keeps why each attempt was asked to stop.

    Args:
        threads: Makes the thread pool when the first plain function runs.
        message: Receives what a worker process prints and asks: ``(ctx, kind, payload) -> answer``.
    """

    def __init__(self, threads: Callable[[], ThreadPoolExecutor], message: Callable[[Context, str, Any], Any]) -> None:
        self._threads = threads
        self._message = message
        self.stopping: dict[AttemptKey, str] = {}

    def cancelled(self, ctx: Context) -> str | None:
        """Why this attempt is asked to stop, or None."""
        return self.stopping.get(attempt_key(ctx)) if self.stopping else None

    def expired(self, ctx: Context, reason: str) -> None:
        """Ask an attempt to stop."""
        self.stopping[attempt_key(ctx)] = reason

    async def thread(self, ctx: Context, call: Callable[[], Any]) -> Any:
        """Run a plain function in a thread.

        A thread cannot be interrupted (C4.5). When the attempt is stopped by a cancel or a pause, the body is told
        through ``ctx.cancelled`` and given a few seconds; what it returns in that time is its outcome. After a
        timeout nothing is waited for and a late result is dropped.
        """
        future = asyncio.get_running_loop().run_in_executor(self._threads(), call)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if self.stopping.get(attempt_key(ctx)) not in ("cancel", "pause"):
                self.stopping.setdefault(attempt_key(ctx), "timeout")
                future.add_done_callback(functools.partial(self._forget, attempt_key(ctx)))
                raise
            await asyncio.wait({future}, timeout=GRACE)
            if future.done() and not future.cancelled() and future.exception() is None:
                return future.result()
            future.add_done_callback(_retrieve)
            raise

    def _forget(self, key: AttemptKey, future: asyncio.Future[Any]) -> None:
        self.stopping.pop(key, None)
        _retrieve(future)

    async def process(self, ctx: Context, step: Step, params: dict[str, Any]) -> Any:
        """Run an action in a worker process; cancelling kills the worker's process tree."""
        from floworch.executor.processes import shared_pool

        fn = step.spec.fn
        context = {
            "run_id": ctx.run_id, "workflow_id": ctx.workflow_id, "node": ctx.node, "attempt": ctx.attempt,
            "scope": list(ctx.scope), "item": ctx.item, "index": ctx.index, "data": dict(ctx.base or {}),
        }  # fmt: skip
        target = f"{fn.__module__}:{fn.__qualname__}"
        pool = await shared_pool()
        values = step.spec.portable(params)
        return await pool.call(target, values, functools.partial(self._message, ctx), context=context)


def _retrieve(future: asyncio.Future[Any]) -> None:
    """Take a dropped future's exception, so that nothing complains that nobody did."""
    if not future.cancelled():
        future.exception()
