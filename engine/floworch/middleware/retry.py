"""Durable retry (contract C4.4, C5.4): attempts and due times are in the journal, a crash in back-off resumes it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from pydantic import field_validator

from floworch.actions.context import Context
from floworch.actions.suggest import closest
from floworch.errors import UsageError
from floworch.middleware.factory import factory
from floworch.middleware.layer import CallNext, Layer
from floworch.model.durations import seconds
from floworch.model.policies import KINDS, MOST_ATTEMPTS
from floworch.model.workflow import Duration, RetryPolicy

Predicate = Callable[[Exception], bool | Awaitable[bool]]


class RetryOptions(RetryPolicy, extra="forbid"):
    """Options of the retry layer: those of the node field."""

    @field_validator("delay", "max_delay")
    @classmethod
    def _duration(cls, value: Duration) -> Duration:
        seconds(value)
        return value

    @field_validator("max_attempts")
    @classmethod
    def _number(cls, value: int) -> int:
        if value > MOST_ATTEMPTS:
            raise ValueError(f"it must be at most {MOST_ATTEMPTS}")
        return value

    @field_validator("on", "give_up_on", mode="before")
    @classmethod
    def _no_function(cls, value: Any) -> Any:
        if callable(value):
            raise ValueError("a function that decides is given as predicate=")
        return value

    @field_validator("on", "give_up_on")
    @classmethod
    def _kinds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for kind in value:
            if kind not in KINDS:
                close = closest(kind, sorted(KINDS))
                known = f"did you mean {close!r}?" if close else f"use some of {', '.join(sorted(KINDS))}"
                raise ValueError(f"{kind!r} is not an error kind: {known}")
        return value


def layer_of(policy: RetryPolicy, predicate: Predicate | None = None) -> Layer:
    """The layer that tries again as ``policy`` and ``predicate`` say; back-off holds no slot."""

    async def around(call_next: CallNext, ctx: Context) -> Any:
        while True:
            try:
                return await call_next(ctx)
            except Exception as error:
                if predicate is not None and not await _holds(predicate, error):
                    raise
                if not await ctx.retry(error, policy):
                    raise

    return Layer("retry", around)


async def _holds(predicate: Predicate, error: Exception) -> bool:
    held = predicate(error)
    return bool(await held if inspect.isawaitable(held) else held)


@factory
def retry(
    max_attempts: int = 3,
    delay: Duration = 1.0,
    backoff: float = 2.0,
    max_delay: Duration = 60.0,
    jitter: float = 0.1,
    on: Iterable[str] = ("all",),
    give_up_on: Iterable[str] = (),
    *,
    predicate: Predicate | None = None,
) -> Layer:
    """Try again after a failure.

    Args:
        max_attempts: Attempts altogether, at least 1.
        delay: Seconds (or ``"250ms"``) before the first retry.
        backoff: Factor from one delay to the next, at least 1.
        max_delay: Longest delay.
        jitter: Share of the delay by which it is spread both ways, 0 to 1.
        on: Error kinds to retry; ``transient`` stands for connection, timeout, rate limit and external service
            errors, ``all`` for every kind.
        give_up_on: Kinds never to retry.
        predicate: Is asked with the error that was raised, of the kinds that may be retried and before each wait; only
            what it is true for is retried. A definition cannot hold it: the layer stays with the function it is around.

    Raises:
        UsageError: A value is out of its range.
    """
    if predicate is not None and not callable(predicate):
        raise UsageError(f"retry(...): 'predicate' is a function of the error, not {predicate!r}.")
    return layer_of(
        RetryPolicy(
            max_attempts=max_attempts, delay=delay, backoff=backoff, max_delay=max_delay, jitter=jitter, on=tuple(on),
            give_up_on=tuple(give_up_on),
        ),
        predicate,
    )  # fmt: skip


def chip(options: Mapping[str, Any]) -> str:
    """``×3``."""
    return f"×{options.get('max_attempts', 3)}"
