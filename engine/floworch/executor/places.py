"""Waiting for a place, such as a thread or a worker process, never counts toward a node's ``timeout`` (C15)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import Context, ContextVar, copy_context

_bound: ContextVar[asyncio.Timeout | None] = ContextVar("floworch_attempt_bound", default=None)


@contextmanager
def bounded_by(limit: asyncio.Timeout) -> Iterator[None]:
    """Within the block, ``limit`` is what bounds the attempt; ``stand_still`` stops it."""
    token = _bound.set(limit)
    try:
        yield
    finally:
        _bound.reset(token)


def stand_still() -> Callable[[], None]:
    """Stop the time of the attempt that runs here; what is returned lets it go on, and does so only once.

    Without a bound, or when it has stopped already, neither does anything.
    """
    limit = _bound.get()
    until = None if limit is None or limit.expired() else limit.when()
    if limit is None or until is None:
        return _nothing
    loop = asyncio.get_running_loop()
    left = until - loop.time()
    limit.reschedule(None)
    stopped = True

    def go_on() -> None:
        nonlocal stopped
        if stopped:
            stopped = False
            with suppress(RuntimeError):  # the attempt was stopped in the meantime
                limit.reschedule(loop.time() + left)

    return go_on


def context_for_thread() -> Context:
    """A copy of the context variables for a body in a thread, such as the span that a layer has begun.

    What bounds the attempt stays behind: it belongs to this loop, and a run that the body begins has another one.
    """
    context = copy_context()
    if _bound.get() is not None:
        context.run(_bound.set, None)
    return context


@contextmanager
def waiting_for_place() -> Iterator[None]:
    """Within the block the time of the attempt stands still."""
    go_on = stand_still()
    try:
        yield
    finally:
        go_on()


def _nothing() -> None:
    """What lets a time go on that was not stopped."""
