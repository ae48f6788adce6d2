"""How long a workflow takes and how much memory, measured in this process (interfaces.md section 2)."""

from __future__ import annotations

import asyncio
import statistics
import time
import tracemalloc
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
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

    def to_json(self) -> dict[str, Any]:
        """The figures as a plain object, to be kept as a baseline."""
        return asdict(self)

    @classmethod
    def from_json(cls, figures: Mapping[str, Any]) -> BenchmarkResult:
        """The result that ``to_json`` gave; names it does not know are left out.

        Raises:
            UsageError: A figure is missing.
        """
        names = [field.name for field in fields(cls)]
        missing = [name for name in names if name not in figures]
        if missing:
            raise UsageError(f"This is no benchmark result: {', '.join(missing)} is missing.", "Write it with to_json.")
        return cls(**{name: figures[name] for name in names})

    def compare(self, baseline: BenchmarkResult) -> Comparison:
        """How this result stands to an earlier one of the same machine."""
        noise = max(self.deviation, baseline.deviation)
        return Comparison(
            time=_ratio(self.median, baseline.median),
            memory=_ratio(self.peak_memory, baseline.peak_memory),
            allocations=_ratio(self.allocations, baseline.allocations),
            nodes=_ratio(self.nodes, baseline.nodes),
            clear=abs(self.median - baseline.median) > 2 * noise,
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """One result against a baseline; a ratio above 1 is more than the baseline's.

    Attributes:
        time: Ratio of the median times. memory: of the peaks. allocations: of the blocks left. nodes: of the numbers
            of nodes.
        clear: Whether the medians are further apart than twice the larger deviation; else the difference is noise.
    """

    time: float
    memory: float
    allocations: float
    nodes: float
    clear: bool

    def __str__(self) -> str:
        verdict = "" if self.clear else ", within the noise"
        return f"time {self.time:.2f} ×, memory {self.memory:.2f} ×, allocations {self.allocations:.2f} ×{verdict}"


def benchmark(
    workflow: Workflow,
    iterations: int = 10,
    warmup: int = 2,
    inputs: Mapping[str, Any] | None = None,
    store: RunStore | None = None,
    durability: str | None = None,
) -> BenchmarkResult:
    """Run a workflow several times and return what it cost; memory is measured in a run of its own.

    Args:
        workflow: The definition.
        iterations: Timed runs, at least 1.
        warmup: Runs before them that do not count.
        inputs: Inputs of every run.
        store: Where the runs are kept; a MemoryStore when left out.
        durability: ``power process none``; overrides the environment and the definition.

    Raises:
        UsageError: A run did not complete, ``iterations`` is below 1, ``warmup`` is negative, or an event loop is
            running in this thread.
    """
    for name, number in (("iterations", iterations), ("warmup", warmup)):
        if isinstance(number, bool) or not isinstance(number, int):
            raise UsageError(f"{name}= is a whole number, not {number!r}.", "Such as benchmark(flow, iterations=10).")
    if iterations < 1:
        raise UsageError(f"A benchmark needs at least 1 iteration, not {iterations}.")
    if warmup < 0:
        raise UsageError(f"A benchmark cannot have {warmup} warm-up runs.", "Use 0 for none.")
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        given = {"inputs": inputs, "durability": durability}
        return asyncio.run(_measure(workflow, iterations, warmup, given, store))
    raise UsageError("benchmark() was called inside an event loop.", "Call it from a script or a thread.")


async def _measure(
    workflow: Workflow, iterations: int, warmup: int, given: Mapping[str, Any], store: RunStore | None
) -> BenchmarkResult:
    times: list[float] = []
    async with Engine(store) as engine:
        for number in range(warmup + iterations):
            took = await _once(engine, workflow, given)
            if number >= warmup:
                times.append(took)
        peak, blocks = await _memory(engine, workflow, given)
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


async def _once(engine: Engine, workflow: Workflow, given: Mapping[str, Any]) -> float:
    began = time.perf_counter()
    result = await (await engine.start(workflow, **given)).result()
    took = time.perf_counter() - began
    if result.status is not RunStatus.COMPLETED:
        reason = (result.error or {}).get("message") or "it did not run to its end"
        raise UsageError(f"A run of {workflow.id!r} ended {result.status}: {reason}")
    return took


async def _memory(engine: Engine, workflow: Workflow, given: Mapping[str, Any]) -> tuple[int, int]:
    """Peak bytes and blocks left of one run."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        await _once(engine, workflow, given)
        peak = tracemalloc.get_traced_memory()[1] - before
        statistic = tracemalloc.take_snapshot().statistics("filename")
    finally:
        tracemalloc.stop()
    return max(0, peak), sum(row.count for row in statistic)


def _ratio(value: float, base: float) -> float:
    """One figure against another; 1 when both are zero."""
    if base:
        return value / base
    return 1.0 if not value else float("inf")
