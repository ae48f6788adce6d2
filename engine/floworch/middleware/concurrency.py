"""A bulkhead: at most so many executions at a time of everything that shares its name (C5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from floworch.actions.context import Context
from floworch.middleware.backoff import between_attempts
from floworch.middleware.factory import factory
from floworch.middleware.layer import CallNext, Layer
from floworch.middleware.shared import Gate, Shared

_gates: Shared[Gate] = Shared(Gate)


class ConcurrencyOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    name: str = Field(
        "", title="Shared name", description="Nodes with the same name share the places. Empty: the node's own."
    )
    limit: int = Field(1, ge=1, title="At the same time", description="How many may be inside at a time.")


@factory
def concurrency(name: str = "", limit: int = 1) -> Layer:
    """Let at most ``limit`` executions in at a time; the others wait in the order they came.

    The places are shared by every node and run in this process that uses the name. Each layer looks at its own
    ``limit`` when it is its turn. Whoever waits to try again gives its place back meanwhile.

    Args:
        name: What shares the places; empty for the node's own.
        limit: At least 1.
    """
    options = ConcurrencyOptions(name=name, limit=limit)

    async def around(call_next: CallNext, ctx: Context) -> Any:
        gate = _gates.get(options.name, ctx)
        with between_attempts(ctx, lambda _error: gate.leave(), lambda: gate.enter(options.limit)) as held:
            await gate.enter(options.limit)
            try:
                return await call_next(ctx)
            finally:
                if held():
                    gate.leave()

    return Layer("concurrency", around)


def chip(options: Mapping[str, Any]) -> str:
    """``≤ 4``."""
    return f"≤ {options.get('limit', 1)}"
