"""The engine as a whole: throughput against the asyncio floor, linearity, loops, start-up of the command line."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from floworch.engine import Engine
from floworch.store.memory import MemoryStore
from floworch.testing.bench.measure import BUSY, Row, Scale, interleaved, paced, pair
from floworch.testing.bench.shapes import ACTIONS, Shape, definition, disk_store, floor, loop, runs

_SHAPES: tuple[Shape, ...] = ("chain", "fan-out")


def measure(scale: Scale) -> list[Row]:
    """Rows of the suite ``engine``."""
    rows = asyncio.run(throughput(scale))
    rows += asyncio.run(linearity(scale))
    rows += asyncio.run(items(scale))
    return rows + commands(scale)


async def throughput(scale: Scale) -> list[Row]:
    """Chain and fan-out against the floor of the same rounds."""
    rows: list[Row] = []
    n = scale.nodes
    with disk_store() as store:
        for shape in _SHAPES:
            flow = definition(n, shape)
            found = await paced(
                {
                    "floor": lambda shape=shape: floor(n, shape),  # type: ignore[misc]
                    "none": runs(flow, "none"),
                    "process": runs(flow, "process", store),
                },
                scale.rounds * scale.ratios,
            )
            base = found["floor"]
            rows.append(Row(f"asyncio floor, {shape} {n}", base.clock, "µs/node"))
            for durability, share in (("none", 1.0), ("process", 1.3)):
                value = found[durability]
                work = f"{shape} {n}, {'memory' if durability == 'none' else 'journaled, process'}"
                rows.append(_against(work, value.clock, base.clock, share))
                busy, least = (each.processor / n * 1e6 for each in (value, base))
                rows.append(_against(work + BUSY, busy, least, share))
    return rows


def _against(work: str, value: float, base: float, share: float) -> Row:
    """A figure that must not exceed a multiple of the floor's."""
    return Row(work, value, "µs/node", share * base, f"{value / base:.2f} × floor")


async def linearity(scale: Scale) -> list[Row]:
    """Cost per node of a long chain against a short one."""
    rows = []
    short, long = definition(scale.large // 10, "chain"), definition(scale.large, "chain")
    with disk_store() as store:
        for durability in ("none", "process") if scale.quick else ("none", "process", "power"):
            rounds = 1 if durability == "power" else min(3, scale.rounds)
            found = await interleaved(
                {"short": runs(short, durability, store), "long": runs(long, durability, store)}, rounds
            )
            work = f"cost per node, chain {scale.large} against {scale.large // 10}, {durability}"
            rows.append(Row(work, found["long"] / found["short"], "×", 1.2))
    return rows


async def items(scale: Scale) -> list[Row]:
    """A loop over many items."""
    async with Engine(MemoryStore(), actions=ACTIONS) as engine:
        began, busy = time.perf_counter(), time.process_time()
        await (await engine.start(loop(scale.items), durability="none")).result()
        spent, busy = ((now - then) / scale.items * 1e6 for now, then in
                       ((time.perf_counter(), began), (time.process_time(), busy)))  # fmt: skip
    return pair(f"foreach over {scale.items} items, memory", spent, busy, "µs/item", 30.0)


def commands(scale: Scale) -> list[Row]:
    """Whole processes: the help, and a run of three nodes."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "three.flow.json"
        nodes = {name: {"action": "util.log", "params": {"message": name}} for name in "abc"}
        edges = [{"from": "a", "to": "b"}, {"from": "b", "to": "c"}]
        file.write_text(json.dumps({"format": 1, "id": "three", "nodes": nodes, "edges": edges}), encoding="utf-8")
        run = ["run", str(file), "--store", f"{folder}/store"]
        # What is installed is compiled, which an environment may forbid; the first start of each compiles it here.
        env = {**os.environ, "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        times: dict[str, list[tuple[float, float]]] = {"--help": [], "run": []}
        for number in range(scale.rounds + 1):
            for words in (["--help"], run):
                began, busy = time.perf_counter(), _children()
                subprocess.run([sys.executable, "-m", "floworch", *words], check=True, capture_output=True, env=env)
                if number:
                    times[words[0]].append((time.perf_counter() - began, _children() - busy))
        for word, bar in (("--help", 0.4), ("run", 0.8)):
            spent, busy = (statistics.median(each) for each in zip(*times[word], strict=True))
            rows += pair(f"floworch {word}, whole process", spent, busy, "s", bar)
    return rows


def _children() -> float:
    """Seconds that ended processes of this one kept the processor busy; 0 where the system does not tell."""
    spent = os.times()
    return spent.children_user + spent.children_system
