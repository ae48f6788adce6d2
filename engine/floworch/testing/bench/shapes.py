"""The workflows that are measured, and the floor they are measured against."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import Any, Literal

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.outcome import Expand
from floworch.actions.registry import Registry
from floworch.engine import Engine
from floworch.errors import UsageError
from floworch.middleware.custom import middleware
from floworch.model.workflow import Workflow
from floworch.run.status import RunStatus
from floworch.store.journal.store import FlatBuffersStore
from floworch.store.memory import MemoryStore
from floworch.store.protocol import RunStore
from floworch.testing.bench.measure import BUSY, Row, paced

Shape = Literal["chain", "fan-out"]
#: Nodes of the chain that the floor is measured with, which absolute bars scale with.
_CHAIN = 1000

#: Knows the actions of the benchmarks; they are in no palette.
ACTIONS = Registry()


@action("bench.noop", into=ACTIONS)
async def noop(ctx: Context) -> None:
    """Do nothing."""


@action("bench.each", container=True, into=ACTIONS)
async def each(ctx: Context, count: int) -> Expand:
    """Loop over numbers."""
    return Expand(list(range(count)), 16)


@middleware("bench.nothing", target=ACTIONS)
async def nothing(call_next: Any, ctx: Context) -> Any:
    """Only call on."""
    return await call_next(ctx)


def definition(n: int, shape: Shape, **fields: Any) -> Workflow:
    """``n`` nodes that do nothing, in a chain or as a fan-out from the first; ``fields`` are those of a definition."""
    pairs = [(i, i + 1) for i in range(n - 1)] if shape == "chain" else [(0, i) for i in range(1, n)]
    nodes = {f"n{i}": {"action": "bench.noop"} for i in range(n)}
    edges = [{"from": f"n{a}", "to": f"n{b}"} for a, b in pairs]
    return Workflow.model_validate({"id": "bench", "nodes": nodes, "edges": edges, **fields})


def loop(count: int) -> Workflow:
    """A container of ``count`` items with a body of one node that does nothing."""
    return Workflow.model_validate({
        "id": "loop",
        "nodes": {"loop": {"action": "bench.each", "params": {"count": count}},
                  "body": {"action": "bench.noop", "parent": "loop"}},
    })  # fmt: skip


async def floor(n: int, shape: Shape) -> float:
    """Microseconds per node of one asyncio task per node, ordered by graphlib: what everybody can write in an hour."""

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


async def beside(rows: Iterable[Row], rounds: int = 9) -> list[Row]:
    """Rows that were just measured, each whose bar scales with the floor that this machine has now."""
    found = list(rows)
    if not any(row.scales for row in found):
        return found
    pace = (await paced({"floor": lambda: floor(_CHAIN, "chain")}, rounds))["floor"]
    busy = pace.processor / _CHAIN * 1e6
    return [replace(row, floor=busy if row.work.endswith(BUSY) else pace.clock) if row.scales else row for row in found]


@contextmanager
def disk_store() -> Iterator[FlatBuffersStore]:
    """A store on disk, as a person has one, removed at the end."""
    folder = tempfile.mkdtemp(prefix="floworch-bench-")
    try:
        yield FlatBuffersStore(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def run_once(flow: Workflow, durability: str, store: RunStore | None = None) -> float:
    """Microseconds per node of one run, from start to result; in memory when ``durability`` is ``none``.

    Raises:
        UsageError: The run did not complete.
    """
    place = MemoryStore() if durability == "none" or store is None else store
    async with Engine(place, actions=ACTIONS) as engine:
        began = time.perf_counter()
        handle = await engine.start(flow, durability=durability)
        result = await handle.result()
        took = time.perf_counter() - began
    if result.status is not RunStatus.COMPLETED:
        raise UsageError(f"A run of the benchmark ended {result.status}: {(result.error or {}).get('message')}")
    return took / len(flow.nodes) * 1e6


def runs(flow: Workflow, durability: str, store: RunStore | None = None) -> Callable[[], Awaitable[float]]:
    """A subject for ``interleaved``: one run of ``flow``."""
    return lambda: run_once(flow, durability, store)
