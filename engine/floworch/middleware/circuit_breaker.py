"""Stops calling a service that keeps failing, and tries it again carefully after a while (C5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from floworch.actions.context import Context
from floworch.actions.widgets import Duration
from floworch.errors import ActionError, ErrorKind, classify
from floworch.middleware.circuit import Circuit
from floworch.middleware.factory import factory
from floworch.middleware.layer import CallNext, Layer
from floworch.middleware.plain import duration_text
from floworch.middleware.shared import Shared

#: Failures that say nothing about the service: it answered, or it was not asked.
NOT_COUNTED = frozenset({
    ErrorKind.VALIDATION, ErrorKind.NOT_FOUND, ErrorKind.PERMISSION, ErrorKind.CANCELLED, ErrorKind.CIRCUIT_OPEN,
})  # fmt: skip

_circuits: Shared[Circuit] = Shared(Circuit)


class CircuitBreakerOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    name: str = Field(
        "", title="Shared name", description="Nodes with the same name share the circuit. Empty: the node's own."
    )
    threshold: int = Field(
        5, ge=1, title="Failures until it opens", description="Failures in a row that open the circuit."
    )
    reset: Duration = Field(
        30.0, gt=0, title="Open for", description="How long it stays open before it is tried again: 250ms, 30s, 5m."
    )
    probes: int = Field(
        1, ge=1, title="Trial calls", description="Trial calls let through then; all must succeed to close the circuit."
    )


@factory
def circuit_breaker(name: str = "", threshold: int = 5, reset: float | str = 30.0, probes: int = 1) -> Layer:
    """Refuse to call on after ``threshold`` failures in a row, for ``reset``; then let ``probes`` trial calls through.

    When all trial calls succeed the circuit closes; one failure opens it again. Errors about the input, missing
    things and permissions do not count as failures: the service answered. The circuit is shared by every node and
    run in this process that uses the name; its time is the engine's.

    Args:
        name: What shares the circuit; empty for the node's own.
        threshold: Failures in a row, at least 1.
        reset: Seconds, or text such as ``"30s"``.
        probes: Trial calls, at least 1.

    Raises:
        UsageError: A value is out of its range.
    """
    options = CircuitBreakerOptions.model_validate(
        {"name": name, "threshold": threshold, "reset": reset, "probes": probes}
    )

    async def around(call_next: CallNext, ctx: Context) -> Any:
        circuit = _circuits.get(options.name, ctx)
        wait = circuit.enter(ctx.now(), options.reset, options.probes)
        if wait is not None:
            label = f"'{options.name}'" if options.name else f"of node '{ctx.node}'"
            raise ActionError(
                f"the circuit {label} is open after {circuit.failures} failures in a row; try again in {wait:g} s",
                ErrorKind.CIRCUIT_OPEN,
                retry_after=wait,
                hint="Look at the errors before this one: they say what is wrong with the service.",
            )
        ticket = circuit.generation
        try:
            output = await call_next(ctx)
        except Exception as error:
            if classify(error) in NOT_COUNTED:
                circuit.succeeded(ticket, options.probes)
            else:
                circuit.failed(ticket, ctx.now(), options.threshold)
            raise
        except BaseException:
            circuit.abandoned(ticket)
            raise
        circuit.succeeded(ticket, options.probes)
        return output

    return Layer("circuit_breaker", around)


def chip(options: Mapping[str, Any]) -> str:
    """``5 → 30s``."""
    return f"{options.get('threshold', 5)} → {duration_text(options.get('reset', 30))}"
