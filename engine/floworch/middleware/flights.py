"""One execution at a time per key: whoever comes second waits and then finds the first one's result."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from floworch.actions.context import Context
from floworch.middleware.backoff import between_attempts
from floworch.middleware.shared import Gate

Again = Callable[[], Awaitable[Any]]
Look = Callable[[], Awaitable[Any]]


class _Known(BaseException):
    """Ends an attempt that is no longer needed, past every layer inside that looks for failures."""

    def __init__(self, flight: object, found: Any) -> None:
        super().__init__()
        self.flight = flight
        self.found = found


class Flights:
    """Gates by key, forgotten when nobody uses them."""

    def __init__(self) -> None:
        self._gates: dict[str, tuple[Gate, list[None]]] = {}

    def __len__(self) -> int:
        """How many keys are in use."""
        return len(self._gates)

    async def one(self, key: str, ctx: Context, look: Look, work: Again) -> tuple[bool, Any]:
        """Do a piece of work unless its result is found, alone with that key.

        Args:
            key: What is the same work.
            ctx: The execution.
            look: Gives the result that is known, or None; asked again after every wait for a further attempt, in
                which another execution may have done the work.
            work: Does it.

        Returns:
            ``(True, found)`` or ``(False, what work returned)``.
        """
        flight = object()

        async def again() -> None:
            found = await look()
            if found is not None:
                raise _Known(flight, found)

        async with self.alone(key, ctx, again):
            found = await look()
            if found is not None:
                return True, found
            try:
                return False, await work()
            except _Known as known:
                if known.flight is not flight:
                    raise
                return True, known.found

    @asynccontextmanager
    async def alone(self, key: str, ctx: Context, again: Again | None = None) -> AsyncIterator[None]:
        """Be the only one of this process with that key; while an attempt inside waits for the next, others may go.

        ``again`` is called when it is this one's turn again.
        """

        async def back() -> None:
            await gate.enter()
            try:
                if again is not None:
                    await again()
            except BaseException:
                gate.leave()
                raise

        gate, users = self._gates.setdefault(key, (Gate(), []))
        users.append(None)
        try:
            with between_attempts(ctx, lambda _error: gate.leave(), back) as held:
                await gate.enter()
                try:
                    yield
                finally:
                    if held():
                        gate.leave()
        finally:
            users.pop()
            if not users:
                del self._gates[key]
