"""``floworch.benchmark``: figures of real runs (interfaces.md section 2)."""

from __future__ import annotations

import asyncio

import pytest

from floworch import FlowError, UsageError, WorkflowBuilder, benchmark
from floworch.store.memory import MemoryStore


async def nothing() -> None:
    """Do nothing."""


async def fails() -> None:
    """Fail."""
    raise RuntimeError("no")


def test_it_runs_warm_up_iterations_and_one_more_for_memory() -> None:
    store = MemoryStore()
    found = benchmark(WorkflowBuilder("b").node("a", nothing).build(), iterations=3, warmup=2, store=store)
    assert len(store.list(status="completed")) == 6
    assert (found.workflow, found.nodes, found.iterations) == ("b", 1, 3)


def test_figures_fit_together() -> None:
    found = benchmark(WorkflowBuilder("b").node("a", nothing).node("c", nothing, after="a").build(), 5, 0)
    assert 0 < found.minimum <= found.median <= found.maximum
    assert found.minimum <= found.mean <= found.maximum
    assert found.per_node == pytest.approx(found.median / 2 * 1e6)
    assert found.peak_memory > 0
    assert found.allocations > 0
    assert "µs per node" in str(found)


def test_one_iteration_has_no_deviation() -> None:
    assert benchmark(WorkflowBuilder("b").node("a", nothing).build(), 1, 0).deviation == 0.0


def test_a_run_that_fails_is_no_figure() -> None:
    with pytest.raises(UsageError, match=r"ended failed: .*no"):
        benchmark(WorkflowBuilder("b").node("a", fails).build(), 1, 0)


def test_it_needs_an_iteration_and_no_running_loop() -> None:
    flow = WorkflowBuilder("b").node("a", nothing).build()
    with pytest.raises(UsageError, match="at least 1"):
        benchmark(flow, 0)

    async def inside() -> None:
        benchmark(flow)

    with pytest.raises(FlowError, match="inside an event loop"):
        asyncio.run(inside())
