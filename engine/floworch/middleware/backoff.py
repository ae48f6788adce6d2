"""What a layer does while something inside it waits for its next attempt (contract C5.4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from floworch.actions.context import Context

Leave = Callable[[BaseException], None]
Back = Callable[[], Awaitable[None]]


class _Between:
    """A Host around another: everything is the other's, ``retry`` leaves first and comes back afterwards."""

    def __init__(self, owner: Context, leave: Leave | None, back: Back | None) -> None:
        self._owner = owner
        self._host: Any = owner._host
        self._leave = leave
        self._back = back
        self.away = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    async def retry(self, ctx: Context, error: BaseException, policy: Any) -> bool:
        """Ask for another attempt; between the two, the layer is away."""
        self.away = True
        if self._leave is not None:
            self._leave(error)
        again: bool = await self._host.retry(ctx, error, policy)
        self._owner.attempt = ctx.attempt  # a layer in between may have called on with a copy of the context
        if again and self._back is not None:
            await self._back()
        self.away = not again
        return again


@contextmanager
def between_attempts(ctx: Context, leave: Leave | None, back: Back | None) -> Iterator[Callable[[], bool]]:
    """Within the block, call ``leave(error)`` when an attempt has failed and ``await back()`` before the next begins.

    What waits for its next attempt holds no slot: if it kept something that others wait for in their slots, it
    could never get one again. ``back`` is not called when there is no further attempt.

    Yields:
        ``held()``: whether the layer is not away, so that it has something to give back at the end.
    """
    before = ctx._host
    between: Any = _Between(ctx, leave, back)
    ctx._host = between
    try:
        yield lambda: not between.away
    finally:
        ctx._host = before
