from __future__ import annotations

import asyncio
from typing import Any

import pytest
from layer_kit import Inner, foreach_with, kit_of, through, use

from floworch import UsageError, metrics
from floworch.actions.context import Context
from floworch.middleware.measures import Metrics
from floworch.middleware.metrics import chip, default_metrics


async def test_every_end_is_counted_by_node_and_kind() -> None:
    """(C5.3)"""
    registry = Metrics()
    layer = metrics("m", registry=registry)
    await through(layer, Inner(1), node="a")
    with pytest.raises(ConnectionError):
        await through(layer, Inner(ConnectionError("gone")), node="a")
    with pytest.raises(asyncio.CancelledError):
        await through(layer, Inner(asyncio.CancelledError()), node="a")
    assert registry.value("m.started", node="a", workflow="test") == 3
    assert registry.value("m.completed", node="a") == 1
    assert registry.value("m.failed", node="a", kind="connection_error") == 1
    assert registry.value("m.cancelled", node="a") == 1
    assert registry.timing("m.duration", node="a").count == 3


async def test_durations_are_those_of_a_sample_counts_are_exact() -> None:
    registry, draws, moments = Metrics(), iter([0.05, 0.5, 0.09]), iter([10.0, 12.0, 20.0, 24.0])
    layer = metrics("", 0.1, registry=registry, random=lambda: next(draws), timer=lambda: next(moments))
    for _ in range(3):
        await through(layer, Inner(1))
    assert registry.value("completed") == 3
    found = registry.timing("duration")
    assert (found.count, found.total, found.shortest, found.longest) == (2, 6.0, 2.0, 4.0)


async def test_items_of_a_real_run_count_in_the_registry_of_the_process(request: Any) -> None:
    async def act(ctx: Context) -> None:
        if ctx.index == 0:
            raise ValueError("first")

    prefix = request.node.name
    result = await kit_of(act).run(foreach_with([use("metrics", prefix=prefix)], [1, 2, 3]))
    assert result.status == "completed"
    assert default_metrics.value(f"{prefix}.completed", node="a", workflow="t") == 2
    assert default_metrics.value(f"{prefix}.failed", kind="validation_error") == 1


def test_options_and_chip() -> None:
    with pytest.raises(UsageError):
        metrics(sample=1.1)
    assert [chip({}), chip({"sample": 0.1})] == ["", "10 %"]
