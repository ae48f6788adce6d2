"""The engine bars, measured on this machine: ``python tests/benchmarks/engine_bench.py [--json]``.

Every comparison is against the floor of the same run: one asyncio task per node, ordered by graphlib.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from measure import Row, interleaved, machine, table

from floworch import Context, Engine, Expand, Workflow, action, middleware
from floworch.store.journal.store import FlatBuffersStore
from floworch.store.memory import MemoryStore

Shape = str


@action("bench.noop")
async def noop(ctx: Context) -> None:
    """Do nothing."""


@action("bench.each", container=True)
async def each(ctx: Context, count: int) -> Expand:
    """Loop over numbers."""
    return Expand(list(range(count)), 16)


@middleware("bench.nothing")
async def nothing(call_next: Any, ctx: Context) -> Any:
    """Only call on."""
    return await call_next(ctx)


def definition(n: int, shape: Shape, **fields: Any) -> Workflow:
    """``n`` nodes that do nothing, in a chain or as a fan-out."""
    pairs = [(i, i + 1) for i in range(n - 1)] if shape == "chain" else [(0, i) for i in range(1, n)]
    nodes = {f"n{i}": {"action": "bench.noop"} for i in range(n)}
    edges = [{"from": f"n{a}", "to": f"n{b}"} for a, b in pairs]
    return Workflow.model_validate({"id": "bench", "nodes": nodes, "edges": edges, **fields})


async def floor(n: int, shape: Shape) -> float:
    """Microseconds per node of one asyncio task per node."""

    async def body() -> None:
        pass

    graph = {i: ([i - 1] if shape == "chain" else [0]) if i else [] for i in range(n)}
    began = time.perf_counter()
    order = TopologicalSorter(graph)
    order.prepare()
    ended: asyncio.Queue[int] = asyncio.Queue()

    async def run(i: int) -> None:
        await body()
        ended.put_nowait(i)

    async with asyncio.TaskGroup() as tasks:
        while order.is_active():
            for i in order.get_ready():
                tasks.create_task(run(i))
            order.done(await ended.get())
    return (time.perf_counter() - began) / n * 1e6


#: One store on disk for every measurement, as a person has one; the first run in it made its folders and index.
_DISK: list[Any] = []


async def run_once(flow: Workflow, durability: str) -> float:
    """Microseconds per node of one run, start to result."""
    if durability == "none":
        store: Any = MemoryStore()
    else:
        if not _DISK:
            folder = tempfile.mkdtemp(prefix="floworch-bench-")
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            _DISK.append(FlatBuffersStore(folder))
        store = _DISK[0]
    async with Engine(store) as engine:
        began = time.perf_counter()
        handle = await engine.start(flow, durability=durability)
        result = await handle.result()
        took = time.perf_counter() - began
        assert result.status == "completed"
        return took / len(flow.nodes) * 1e6


def subject(flow: Workflow, durability: str) -> Callable[[], Awaitable[float]]:
    return lambda: run_once(flow, durability)


async def throughput() -> list[Row]:
    """Chain and fan-out against the floor; linearity; middleware."""
    rows: list[Row] = []
    for shape in ("chain", "fan-out"):
        flow = definition(1000, shape)
        medians = await interleaved({
            "floor": lambda shape=shape: floor(1000, shape),  # type: ignore[misc]
            "none": subject(flow, "none"),
            "process": subject(flow, "process"),
        })  # fmt: skip
        base = medians["floor"]
        rows.append(Row(f"asyncio floor, {shape} 1000", base, "µs/node"))
        for durability, share in (("none", 1.0), ("process", 1.3)):
            value = medians[durability]
            word = "memory" if durability == "none" else "journaled, process"
            rows.append(Row(f"{shape} 1000, {word}", value, "µs/node", share * base, f"{value / base:.2f} × floor"))
    layered = definition(1000, "chain", middleware=[{"use": "bench.nothing"}] * 9)
    plain = definition(1000, "chain", middleware=[{"use": "bench.nothing"}])
    medians = await interleaved({"nine": subject(layered, "none"), "one": subject(plain, "none")})
    rows.append(Row("eight more layers that do nothing", medians["nine"] - medians["one"], "µs/node", 10.0))
    return rows


async def power() -> list[Row]:
    """Durability ``power`` against the disk."""
    sync = disk()
    rows = [Row("append + fdatasync of this disk", sync, "µs")]
    flow = definition(1000, "fan-out")
    medians = await interleaved({"fan": subject(flow, "power")}, 3)
    rows.append(Row("fan-out 1000, power", medians["fan"], "µs/node", 60.0))
    medians = await interleaved({"chain": subject(definition(1000, "chain"), "power")}, 3)
    rows.append(Row("chain 1000, power", medians["chain"], "µs/node", sync + 150.0))
    return rows


def disk() -> float:
    """Microseconds of one append and fdatasync, median of many."""
    import statistics

    with tempfile.NamedTemporaryFile() as file:
        times = []
        for _ in range(200):
            began = time.perf_counter()
            os.write(file.fileno(), b"x" * 200)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e6


async def linearity() -> list[Row]:
    """Cost per node of 10 000 against 1 000, by durability."""
    rows = []
    short, long = definition(1000, "chain"), definition(10_000, "chain")
    for durability in ("none", "process", "power"):
        rounds = 3 if durability != "power" else 1
        medians = await interleaved({"1k": subject(short, durability), "10k": subject(long, durability)}, rounds)
        ratio = medians["10k"] / medians["1k"]
        rows.append(Row(f"cost per node, chain 10 000 against 1 000, {durability}", ratio, "×", 1.2))
    return rows


async def large() -> list[Row]:
    """A loop over many items; memory of a large run."""
    flow = Workflow.model_validate({
        "id": "loop",
        "nodes": {"loop": {"action": "bench.each", "params": {"count": 100_000}},
                  "body": {"action": "bench.noop", "parent": "loop"}},
    })  # fmt: skip
    async with Engine(MemoryStore()) as engine:
        began = time.perf_counter()
        await (await engine.start(flow, durability="none")).result()
        items = (time.perf_counter() - began) / 100_000 * 1e6
    rows = [Row("foreach over 100 000 items, memory", items, "µs/item", 30.0)]
    from floworch.run.state import RunState

    names = tuple(f"n{i}" for i in range(100_000))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    state = RunState("r", "w", names)
    state.started = [float(i) for i in range(100_000)]
    state.ended = [float(i) for i in range(100_000)]
    used = (tracemalloc.get_traced_memory()[0] - before) / 100_000
    tracemalloc.stop()
    rows.append(Row("100 000 nodes: run state per node", used / 1024, "KiB", 1.0))
    return rows


def commands() -> list[Row]:
    """Whole processes: help, a small run."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "three.flow.json"
        nodes = {name: {"action": "util.log", "params": {"message": name}} for name in "abc"}
        edges = [{"from": "a", "to": "b"}, {"from": "b", "to": "c"}]
        file.write_text(json.dumps({"format": 1, "id": "three", "nodes": nodes, "edges": edges}))
        run = ["run", str(file), "--store", f"{folder}/store"]
        for words, bar in ((["--help"], 0.4), (run, 0.8)):
            times = []
            for _ in range(5):
                began = time.perf_counter()
                subprocess.run([sys.executable, "-m", "floworch", *words], check=True, capture_output=True)
                times.append(time.perf_counter() - began)
            rows.append(Row(f"floworch {words[0]}", sorted(times)[2], "s", bar))
    return rows


def definitions() -> list[Row]:
    """Loading and validating a large definition."""
    from floworch import dumps, loads, validate

    count = 10_000
    nodes = {f"n{i:05d}": {"action": "util.log", "params": {"message": "x"}} for i in range(count)}
    edges = [{"from": f"n{i:05d}", "to": f"n{j:05d}"} for i in range(count) for j in (i + 1, i + 7) if j < count]
    text = dumps(Workflow.model_validate({"id": "large", "nodes": nodes, "edges": edges}))
    times = []
    for _ in range(3):
        began = time.perf_counter()
        problems = validate(loads(text))
        times.append(time.perf_counter() - began)
        assert not [problem for problem in problems if problem.severity == "error"]
    return [Row("load + validate 10 000 nodes, 20 000 edges", sorted(times)[1], "s", 1.0)]


async def reopening() -> list[Row]:
    """Opening a finished run, resuming one at half, listing many."""
    flow = definition(10_000, "chain")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with Engine(FlatBuffersStore(folder)) as engine:
            await (await engine.start(flow, run_id="whole", durability="process")).result()
            half = await engine.start(flow, run_id="half", durability="process")
            async for event in half.events():
                if event.seq >= 10_000:
                    await half.pause()
                    break
            await half.stopped()
        store = FlatBuffersStore(folder)
        times = []
        for _ in range(5):
            began = time.perf_counter()
            store.load("whole")
            times.append(time.perf_counter() - began)
        rows = [Row("open a finished run of 10 000 nodes", sorted(times)[2] * 1e3, "ms", 100.0)]
        async with Engine(store) as engine:
            began = time.perf_counter()
            handle = await engine.resume("half")
            rows.append(Row("resume one at half", (time.perf_counter() - began) * 1e3, "ms", 200.0))
            await handle.result()
    return rows


async def main() -> list[Row]:
    """Everything, in order."""
    rows = await throughput()
    rows += await power()
    rows += await linearity()
    rows += await large()
    rows += await reopening()
    return rows + definitions() + commands()


if __name__ == "__main__":
    found = asyncio.run(main())
    if "--json" in sys.argv:
        print(json.dumps({"machine": machine(), "rows": [row.to_json() for row in found]}, indent=2))
    else:
        print(machine())
        print(table(found))
