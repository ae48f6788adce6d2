"""``floworch.benchmark``: figures of real runs (interfaces.md section 2)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from floworch import FlatBuffersStore, FlowError, UsageError, WorkflowBuilder, benchmark
from floworch.store.memory import MemoryStore
from floworch.testing import BenchmarkResult


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


def figures(**changes: Any) -> BenchmarkResult:
    """A result with a median of 10 ms ± 1."""
    plain: dict[str, Any] = {
        "workflow": "b", "nodes": 10, "iterations": 5, "mean": 0.01, "deviation": 0.001, "median": 0.01,
        "minimum": 0.009, "maximum": 0.012, "per_node": 1000.0, "peak_memory": 2048, "allocations": 100,
    }  # fmt: skip
    return BenchmarkResult(**{**plain, **changes})


def test_a_result_is_kept_as_json_and_read_again() -> None:
    text = json.dumps({**figures().to_json(), "machine": "mine"})
    assert BenchmarkResult.from_json(json.loads(text)) == figures()
    with pytest.raises(UsageError, match="median, peak_memory is missing"):
        BenchmarkResult.from_json({k: v for k, v in figures().to_json().items() if k not in {"median", "peak_memory"}})


def test_results_are_compared_by_ratios() -> None:
    found = figures(median=0.02, peak_memory=1024, allocations=300).compare(figures())
    assert (found.time, found.memory, found.allocations, found.nodes) == (2.0, 0.5, 3.0, 1.0)
    assert found.clear
    assert str(found) == "time 2.00 ×, memory 0.50 ×, allocations 3.00 ×"


def test_a_difference_within_the_deviations_is_noise() -> None:
    assert not figures(median=0.0115).compare(figures()).clear
    assert not figures(median=0.02, deviation=0.006).compare(figures()).clear
    assert figures(median=0.0125).compare(figures()).clear
    assert str(figures().compare(figures())).endswith("within the noise")


def test_nothing_against_nothing_is_the_same_and_something_against_nothing_is_more() -> None:
    assert figures(allocations=0).compare(figures(allocations=0)).allocations == 1.0
    assert figures().compare(figures(allocations=0)).allocations == float("inf")


def test_runs_have_the_durability_asked_for(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    benchmark(WorkflowBuilder("b").node("a", nothing).build(), 1, 0, store=store, durability="process")
    assert {store.header(run.run_id).options["durability"] for run in store.list()} == {"process"}


def test_it_needs_no_negative_warm_up() -> None:
    with pytest.raises(UsageError, match="-1 warm-up"):
        benchmark(WorkflowBuilder("b").node("a", nothing).build(), 1, -1)


def test_it_needs_an_iteration_and_no_running_loop() -> None:
    flow = WorkflowBuilder("b").node("a", nothing).build()
    with pytest.raises(UsageError, match="at least 1"):
        benchmark(flow, 0)

    async def inside() -> None:
        benchmark(flow)

    with pytest.raises(FlowError, match="inside an event loop"):
        asyncio.run(inside())
