"""Bodies that do not run on the loop: in threads, in worker processes, on a cluster (contract C4.5, C14)."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from floworch.actions.context import Context, base_of
from floworch.artifact import loaded
from floworch.errors import text_of
from floworch.executor.invoke import GRACE
from floworch.executor.places import context_for_thread, stand_still

if TYPE_CHECKING:
    from floworch.executor.steps import Step

#: ``(node, scope, attempt)``: one attempt of one node instance.
AttemptKey = tuple[int, tuple[int, ...], int]


def attempt_key(ctx: Context) -> AttemptKey:
    """The key of the attempt a context belongs to."""
    return ctx.node_index, ctx.scope, ctx.attempt


class OffLoop:
    """Runs bodies elsewhere and keeps why each attempt was asked to stop.

    Args:
        threads: Makes the thread pool when the first plain function runs.
        message: Receives what a worker process prints and asks: ``(ctx, kind, payload) -> answer``.
        remote: Runs an attempt on the cluster of its run: ``(ctx, step, params) -> result``.
    """

    def __init__(
        self,
        threads: Callable[[], ThreadPoolExecutor],
        message: Callable[[Context, str, Any], Any],
        remote: Callable[[Context, Step, dict[str, Any]], Awaitable[Any]],
    ) -> None:
        self._threads = threads
        self._message = message
        self._remote = remote
        self.stopping: dict[AttemptKey, str] = {}
        self._late: set[AttemptKey] = set()
        #: Takes attempts on the loop that go on after their timeout; None holds them until they end.
        self.give_up: Callable[[Context, Exception], None] | None = None
        self._starts: dict[AttemptKey, Callable[[], None]] = {}

    def cancelled(self, ctx: Context) -> str | None:
        """Why this attempt is asked to stop, or None."""
        return self.stopping.get(attempt_key(ctx)) if self.stopping else None

    def expired(self, ctx: Context, reason: str) -> None:
        """Ask an attempt to stop."""
        self.stopping[attempt_key(ctx)] = reason

    def overdue(self, ctx: Context, error: Exception) -> None:
        """An attempt goes on after its timeout, however often it is asked to stop; ``error`` is how it ends."""
        if self.give_up is not None:
            self.give_up(ctx, error)

    def begins(self, ctx: Context, start: Callable[[], None]) -> None:
        """Take what starts the timeout of an attempt on the cluster: it counts from when the body begins."""
        self._starts[attempt_key(ctx)] = start

    def start_of(self, ctx: Context) -> Callable[[], None] | None:
        """What ``begins`` was given for an attempt, once."""
        return self._starts.pop(attempt_key(ctx), None)

    def ended(self, ctx: Context) -> None:
        """An attempt is over: forget why it was to stop, unless its thread still runs and may ask."""
        if self.stopping and attempt_key(ctx) not in self._late:
            self.stopping.pop(attempt_key(ctx), None)

    async def thread(self, ctx: Context, call: Callable[[], Any]) -> Any:
        """Run a plain function in a thread.

        A thread cannot be interrupted (C4.5). When the attempt is stopped by a cancel or a pause, the body is told
        through ``ctx.cancelled`` and given a few seconds; what it returns in that time is its outcome. After a
        timeout nothing is waited for and a late result is dropped. Waiting for a free thread counts toward no timeout,
        and what still waits for one when it is stopped never begins.
        """
        loop = asyncio.get_running_loop()
        begun = functools.partial(loop.call_soon_threadsafe, stand_still())
        job = self._threads().submit(context_for_thread().run, _kept_in, call, begun)
        future = asyncio.wrap_future(job, loop=loop)
        try:
            result = await asyncio.shield(future)
        except asyncio.CancelledError:
            if job.cancel():
                raise
            if self.stopping.get(attempt_key(ctx)) not in ("cancel", "pause"):
                if future.done() and not future.cancelled() and (own := future.exception()) is not None:
                    raise own from None  # it failed in the very moment: a timeout never hides that (C4.5)
                self.stopping.setdefault(attempt_key(ctx), "timeout")
                self._late.add(attempt_key(ctx))
                future.add_done_callback(functools.partial(self._forget, attempt_key(ctx)))
                raise
            await asyncio.wait({future}, timeout=GRACE)
            if future.done() and not future.cancelled() and future.exception() is None:
                return future.result()
            future.add_done_callback(_retrieve)
            raise
        return await result if type(result) is CoroutineType else result  # of a decorator around a coroutine function

    def _forget(self, key: AttemptKey, future: asyncio.Future[Any]) -> None:
        self.stopping.pop(key, None)
        self._late.discard(key)
        _retrieve(future)

    def cluster(self, ctx: Context, step: Step, params: dict[str, Any]) -> Awaitable[Any]:
        """Run an action on the cluster of its run; cancelling stops it there."""
        return self._remote(ctx, step, params)

    async def process(self, ctx: Context, step: Step, params: dict[str, Any]) -> Any:
        """Run an action in a worker process; cancelling kills the worker's process tree."""
        from floworch.executor.processes import shared_pool

        fn = step.spec.fn
        target = f"{fn.__module__}:{fn.__qualname__}"
        pool = await shared_pool()
        values = step.spec.portable(params)
        return await pool.call(target, values, functools.partial(self._message, ctx), context=body_fields(ctx))


def body_fields(ctx: Context) -> dict[str, Any]:
    """The fields of a Context that a body in another process is made one from (``worker_context.make_context``)."""
    fields = {
        "run_id": ctx.run_id, "workflow_id": ctx.workflow_id, "node": ctx.node, "attempt": ctx.attempt,
        "scope": list(ctx.identity_scope), "item": ctx.item, "index": ctx.index,
        "data": dict(loaded(base_of(ctx) or {})), "folder": ctx.path(),
    }  # fmt: skip
    if ctx.compensating:
        fields["undone"] = ctx.undone
    return fields


def _kept_in(call: Callable[[], Any], begun: Callable[[], object]) -> Any:
    """Call a function in a thread after ``begun``; what a future cannot carry to the loop becomes a RuntimeError.

    A StopIteration would leave the future waiting for ever, an exit or an interrupt would end the loop (C4.6).
    """
    try:
        begun()
        return call()
    except (StopIteration, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError) as error:
        raise RuntimeError(f"the action raised {type(error).__name__}: {text_of(error)}") from error
    except SystemExit as error:
        raise RuntimeError(f"the action called exit({error.code})") from error


def _retrieve(future: asyncio.Future[Any]) -> None:
    """Take a dropped future's exception, so that nothing complains that nobody did."""
    if not future.cancelled() and future.exception() is None and type(future.result()) is CoroutineType:
        future.result().close()
