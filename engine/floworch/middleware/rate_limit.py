"""At most so many starts in a period for everything that shares a name (C5.3)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pydantic import BaseModel, Field

from floworch.actions.context import Context
from floworch.actions.widgets import Duration
from floworch.clock import Clock
from floworch.middleware.backoff import between_attempts
from floworch.middleware.factory import factory
from floworch.middleware.layer import CallNext, Layer
from floworch.middleware.plain import duration_text
from floworch.middleware.shared import Gate, RealTime, Shared, engine_clock


class RateLimitOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    name: str = Field(
        "", title="Shared name", description="Nodes with the same name share the rate. Empty: the node's own."
    )
    limit: int = Field(10, ge=1, le=1_000_000, title="Starts per period", description="Starts per period.")
    per: Duration = Field(1.0, gt=0, title="Period", description="The period: seconds, or 250ms, 1s, 5m.")


class _Rate:
    """The moments of the latest starts, and the turnstile before them."""

    def __init__(self) -> None:
        self.starts: deque[float] = deque()
        self.kept = 1
        self.turnstile = Gate()

    async def pass_through(self, limit: int, per: float, clock: Clock) -> None:
        """Return when a start is allowed. Whoever is first in the queue waits for time, the others for their turn."""
        async with self.turnstile.place():
            while (at := self._free_at(limit, per, clock.now())) > clock.now():
                with suppress(TimeoutError):  # no start is further away than a period: the clock was set back meanwhile
                    async with asyncio.timeout(per):
                        await clock.sleep_until(at)
            self.starts.append(clock.now())
            self.kept = max(self.kept, limit)  # the widest layer of this name looks furthest back
            while len(self.starts) > self.kept:
                self.starts.popleft()

    def _free_at(self, limit: int, per: float, now: float) -> float:
        if len(self.starts) < limit:
            return now
        if self.starts[-1] > now:  # the clock was set back: wait for a period, not until it has caught up
            self.starts = deque(min(at, now) for at in self.starts)
        return self.starts[-limit] + per


_rates: Shared[_Rate] = Shared(_Rate)


@factory
def rate_limit(name: str = "", limit: int = 10, per: float | str = 1.0, *, clock: Clock | None = None) -> Layer:
    """Start at most ``limit`` executions in any stretch of ``per``; the others wait in the order they came.

    The rate is shared by every node and run in this process that uses the name; further attempts inside the layer
    are starts too. Waiting is outside the node's ``timeout`` field and never counts towards it (C15).

    Args:
        name: What shares the rate; empty for the node's own.
        limit: Starts per period, 1 to 1 000 000.
        per: The period in seconds, or text such as ``"1s"``.
        clock: Time; real time when left out, or the engine's where that is not the computer's.

    Raises:
        UsageError: A value is out of its range.
    """
    options = RateLimitOptions.model_validate({"name": name, "limit": limit, "per": per})
    real = RealTime()

    async def around(call_next: CallNext, ctx: Context) -> Any:
        engines = None if clock is not None else engine_clock(ctx)
        rate = _rates.get(options.name, ctx, engines)
        time = clock or engines or real

        async def start() -> None:
            await rate.pass_through(options.limit, options.per, time)

        await start()
        with between_attempts(ctx, None, start):
            return await call_next(ctx)

    return Layer("rate_limit", around)


def chip(options: Mapping[str, Any]) -> str:
    """``10 / 1s``."""
    return f"{options.get('limit', 10)} / {duration_text(options.get('per', 1))}"
