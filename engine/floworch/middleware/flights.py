"""One execution at a time per key: whoever comes second waits and then finds the first one's result."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from floworch.actions.context import Context
from floworch.middleware.backoff import between_attempts
from floworch.middleware.shared import Gate


class Flights:
    """Gates by key, forgotten when nobody uses them."""

    def __init__(self) -> None:
        self._gates: dict[str, tuple[Gate, list[None]]] = {}

    def __len__(self) -> int:
        """How many keys are in use."""
        return len(self._gates)

    @asynccontextmanager
    async def alone(self, key: str, ctx: Context) -> AsyncIterator[None]:
        """Be the only one of this process with that key; while an attempt inside waits for the next, others may go."""
        gate, users = self._gates.setdefault(key, (Gate(), []))
        users.append(None)
        try:
            with between_attempts(ctx, lambda _error: gate.leave(), gate.enter) as held:
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
