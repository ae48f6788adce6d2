"""How long a workflow takes and how much memory, measured in this process (interfaces.md section 2)."""

from __future__ import annotations

import asyncio
import statistics
import time
import tracemalloc
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch.engine import Engine
from floworch.errors import UsageError
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch.store.protocol import RunStore


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """Figures of some runs of one workflow.

    Attributes:
        workflow: Its id. nodes: how many it has. iterations: runs that were timed.
        mean, deviation, median, minimum, maximum: Seconds of one run, from start to result.
        per_node: Median microseconds per node.
        peak_memory: Bytes in use at the highest point of one further run beyond what was in use before it.
        allocations: Blocks of memory that this run had allocated and not freed at its end.
    """

    workflow: str
    nodes: int
    iterations: int
    mean: float
    deviation: float
    median: float
    minimum: float
    maximum: float
    per_node: float
    peak_memory: int
    allocations: int

    def __str__(self) -> str:
        return (
            f"{self.workflow}: {self.median * 1e3:.2f} ms ± {self.deviation * 1e3:.2f} "
            f"({self.per_node:.1f} µs per node, peak {self.peak_memory / 1024:.0f} KiB, {self.iterations} runs)"
        )


def benchmark(
    workflow: Workflow,
    iterations: int = 10,
    warmup: int = 2,
    inputs: Mapping[str, Any] | None = None,
    store: RunStore | None = None,
) -> BenchmarkResult:
    """Run a workflow several times and return what it cost; memory is measured in a run of its own.

    Args:
        workflow: The definition.
        iterations: Timed runs, at least 1.
        warmup: Runs before them that do not count.
        inputs: Inputs of every run.
        store: Where the runs are kept; a MemoryStore when left out.

    Raises:
        UsageError: A run did not complete, ``iterations`` is below 1, or an event loop is running in this thread.
    """
    if iterations < 1:
        raise UsageError(f"A benchmark needs at least 1 iteration, not {iterations}.")
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_measure(workflow, iterations, warmup, inputs, store))
    raise UsageError("benchmark() was called inside an event loop.", "Call it from a script or a thread.")


async def _measure(
    workflow: Workflow, iterations: int, warmup: int, inputs: Mapping[str, Any] | None, store: RunStore | None
) -> BenchmarkResult:
    times: list[float] = []
    async with Engine(store) as engine:
        for number in range(warmup + iterations):
            took = await _once(engine, workflow, inputs)
            if number >= warmup:
                times.append(took)
        peak, blocks = await _memory(engine, workflow, inputs)
    median = statistics.median(times)
    return BenchmarkResult(
        workflow=workflow.id,
        nodes=len(workflow.nodes),
        iterations=iterations,
        mean=statistics.fmean(times),
        deviation=statistics.stdev(times) if len(times) > 1 else 0.0,
        median=median,
        minimum=min(times),
        maximum=max(times),
        per_node=median / len(workflow.nodes) * 1e6,
        peak_memory=peak,
        allocations=blocks,
    )


async def _once(engine: Engine, workflow: Workflow, inputs: Mapping[str, Any] | None) -> float:
    began = time.perf_counter()
    result = await (await engine.start(workflow, inputs)).result()
    took = time.perf_counter() - began
    if result.status is not RunStatus.COMPLETED:
        reason = (result.error or {}).get("message") or "it did not run to its end"
        raise UsageError(f"A run of {workflow.id!r} ended {result.status}: {reason}")
    return took


async def _memory(engine: Engine, workflow: Workflow, inputs: Mapping[str, Any] | None) -> tuple[int, int]:
    """Peak bytes and blocks left of one run."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        await _once(engine, workflow, inputs)
        peak = tracemalloc.get_traced_memory()[1] - before
        statistic = tracemalloc.take_snapshot().statistics("filename")
    finally:
        tracemalloc.stop()
    return max(0, peak), sum(row.count for row in statistic)
