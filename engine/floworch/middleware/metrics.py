"""Counts executions and measures how long they take (C5.3)."""

from __future__ import annotations

import asyncio
import random as python_random
import time
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, Field

from floworch.actions.context import Context
from floworch.errors import classify
from floworch.middleware.factory import factory
from floworch.middleware.layer import CallNext, Layer
from floworch.middleware.measures import Metrics

#: Where layers count that are given no registry of their own.
default_metrics = Metrics()


class MetricsOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    prefix: str = Field("floworch.node", title="First part of names", description="First part of every name.")
    sample: float = Field(
        1.0,
        ge=0,
        le=1,
        title="Share that is measured (0 to 1)",
        description="Share of executions whose duration is measured; all are counted.",
    )


@factory
def metrics(
    prefix: str = "floworch.node",
    sample: float = 1.0,
    *,
    registry: Metrics | None = None,
    random: Callable[[], float] = python_random.random,
    timer: Callable[[], float] = time.perf_counter,
) -> Layer:
    """Count ``<prefix>.started``, ``.completed``, ``.failed`` (by kind) and ``.cancelled``, measure ``.duration``.

    Each is kept per workflow and node. Counts are exact; durations, in seconds, are those of a sample.

    Args:
        prefix: First part of every name.
        sample: Share of executions whose duration is measured, 0 to 1.
        registry: Where to count; the one of the process when left out.
        random: Draws the sample, a number in [0, 1).
        timer: Seconds, for durations.

    Raises:
        UsageError: ``sample`` is out of its range.
    """
    options = MetricsOptions(prefix=prefix, sample=sample)
    target = registry if registry is not None else default_metrics
    lead = f"{options.prefix}." if options.prefix else ""

    async def around(call_next: CallNext, ctx: Context) -> Any:
        labels = {"workflow": ctx.workflow_id, "node": ctx.node}
        began = timer() if random() < options.sample else None
        target.count(f"{lead}started", labels)
        try:
            output = await call_next(ctx)
        except asyncio.CancelledError:
            target.count(f"{lead}cancelled", labels)
            raise
        except Exception as error:
            target.count(f"{lead}failed", {**labels, "kind": str(classify(error))})
            raise
        else:
            target.count(f"{lead}completed", labels)
            return output
        finally:
            if began is not None:
                target.time(f"{lead}duration", timer() - began, labels)

    return Layer("metrics", around)


def chip(options: Mapping[str, Any]) -> str:
    """The sample, when it is not everything: ``10 %``."""
    sample = options.get("sample", 1)
    return "" if sample == 1 or not isinstance(sample, (int, float)) else f"{sample * 100:g} %"
