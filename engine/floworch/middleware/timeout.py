"""A bound on how long everything inside may take (contract C4.5, C15)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, Field

from floworch.actions.asking import Reminder
from floworch.actions.context import Context
from floworch.actions.widgets import Duration
from floworch.errors import struck_during, timed_out
from floworch.middleware.backoff import between_attempts
from floworch.middleware.factory import factory
from floworch.middleware.layer import CallNext, Layer
from floworch.middleware.shared import engine_clock


class TimeoutOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    after: Duration = Field(30.0, gt=0, title="Stop after", description="Seconds, or 250ms, 30s, 5m, 2h, 7d.")


@factory
def timeout(after: float | str) -> Layer:
    """Stop what is inside after a time. Outside a retry it bounds all attempts together (C15).

    Args:
        after: Seconds, or text such as ``"30s"``.

    Raises:
        UsageError: It is missing, or not a duration above zero.
    """
    bound = TimeoutOptions.model_validate({"after": after}).after
    message = f"it took longer than {bound:g} s"

    async def around(call_next: CallNext, ctx: Context) -> Any:
        try:
            async with asyncio.timeout(bound) as limit:
                reminder = Reminder(limit, bound, _give_up(ctx, message))
                try:
                    with _skipped_waits(ctx, bound, limit):
                        output = await call_next(ctx)
                finally:
                    reminder.end()
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise timed_out(message, error) from struck_during(error)
        if limit.expired():  # something inside swallowed the stop: a late result is never a success (C4.5)
            raise timed_out(message)
        return output

    return Layer("timeout", around)


def _give_up(ctx: Context, message: str) -> Callable[[], None] | None:
    """What lets the attempt fail when what is inside swallows every request to stop; None where nobody can."""
    overdue = getattr(ctx._host, "overdue", None)  # hosts in tests of single actions have none
    return None if overdue is None else lambda: overdue(ctx, timed_out(message))


@contextmanager
def _skipped_waits(ctx: Context, bound: float, limit: asyncio.Timeout) -> Iterator[None]:
    """Let the bound run on the engine's clock while a next attempt is waited for: a clock of tests skips such waits."""
    clock = engine_clock(ctx)
    if clock is None:
        yield
        return
    loop, over = asyncio.get_running_loop(), clock.now() + bound
    watches: list[asyncio.Task[None]] = []

    async def expire() -> None:
        await clock.sleep_until(over)
        limit.reschedule(loop.time())

    def leave(_: BaseException) -> None:
        watches.append(loop.create_task(expire(), name="timeout-in-back-off"))

    async def back() -> None:
        watches.pop().cancel()

    try:
        with between_attempts(ctx, leave, back):
            yield
    finally:
        for watch in watches:
            watch.cancel()


def chip(options: Mapping[str, Any]) -> str:
    """``30s``."""
    after = options.get("after", 30)
    return after if isinstance(after, str) else f"{after:g}s"
