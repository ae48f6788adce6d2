"""Measures one engine. It runs in that engine's own environment and uses nothing of this product.

    python program.py NAME CHAIN|FAN-OUT NODES ROUNDS

Prints one JSON object: ``{"name", "version", "shape", "nodes", "median", "best", "start_up"}``; ``median`` and ``best``
are microseconds per node, ``start_up`` seconds of importing the engine and of whatever it needs once before it runs.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.metadata
import json
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: A graph: for every node, in order, the nodes before it.
Graph = list[list[int]]
#: One run of a graph.
Run = Callable[[], object]


def graph_of(shape: str, nodes: int) -> Graph:
    """A chain, or a fan-out from the first node."""
    if shape == "chain":
        return [[i - 1] if i else [] for i in range(nodes)]
    return [[0] if i else [] for i in range(nodes)]


def asyncio_tasks(graph: Graph) -> Run:
    """One task per node, ordered by graphlib."""
    from graphlib import TopologicalSorter

    async def once() -> None:
        order = TopologicalSorter(dict(enumerate(graph)))
        order.prepare()
        ended: asyncio.Queue[int] = asyncio.Queue()

        async def work(i: int) -> None:
            ended.put_nowait(i)

        async with asyncio.TaskGroup() as tasks:
            while order.is_active():
                for i in order.get_ready():
                    tasks.create_task(work(i))
                order.done(await ended.get())

    return lambda: asyncio.run(once())


def hamilton(graph: Graph) -> Run:
    """Functions of a module; an argument is the name of the function before."""
    driver = importlib.import_module("hamilton.driver")
    ad_hoc = importlib.import_module("hamilton.ad_hoc_utils")
    text = "\n".join(
        f"def n{i}({', '.join(f'n{b}: int' for b in before)}) -> int:\n    return 0" for i, before in enumerate(graph)
    )
    names: dict[str, Any] = {}
    exec(text, names)  # the engine wants functions with these names
    module = ad_hoc.create_temporary_module(*[names[f"n{i}"] for i in range(len(graph))], module_name="bench_nodes")
    made = driver.Builder().with_modules(module).build()
    wanted = [f"n{i}" for i in range(len(graph))]
    return lambda: made.execute(wanted)


def dask(graph: Graph) -> Run:
    """The threaded scheduler on a plain graph."""
    threaded = importlib.import_module("dask.threaded")
    tasks = {f"n{i}": (_nothing, *[f"n{b}" for b in before]) for i, before in enumerate(graph)}
    return lambda: threaded.get(tasks, list(tasks))


def _nothing(*_: Any) -> int:
    return 0


def luigi(graph: Graph) -> Run:
    """Tasks that are complete in memory, one local worker."""
    found = importlib.import_module("luigi")
    logging.getLogger("luigi-interface").setLevel(logging.ERROR)
    rounds = iter(range(10**6))
    done: set[tuple[int, int]] = set()

    class Step(found.Task):  # type: ignore[misc,name-defined]
        """One node."""

        number = found.IntParameter()
        turn = found.IntParameter()

        def requires(self) -> list[Any]:
            """The nodes before."""
            return [Step(number=b, turn=self.turn) for b in graph[self.number]]

        def complete(self) -> bool:
            """Whether it has run in this round."""
            return (self.turn, self.number) in done

        def run(self) -> None:
            """Do nothing."""
            done.add((self.turn, self.number))

    def once() -> None:
        turn = next(rounds)
        before = {b for each in graph for b in each}
        sinks = [Step(number=i, turn=turn) for i in range(len(graph)) if i not in before]
        found.build(sinks, local_scheduler=True, log_level="ERROR")

    return once


def dbos(graph: Graph) -> Run:
    """Steps of one durable workflow, kept in SQLite."""
    found = importlib.import_module("dbos")
    folder = tempfile.mkdtemp(prefix="bench-dbos-")
    url = f"sqlite:///{folder}/dbos.sqlite"
    found.DBOS(config={"name": "bench", "system_database_url": url, "log_level": "ERROR"})

    @found.DBOS.step()  # type: ignore[untyped-decorator,unused-ignore]
    async def step() -> None:
        """Do nothing."""

    @found.DBOS.workflow()  # type: ignore[untyped-decorator,unused-ignore]
    async def flow() -> None:
        ended: dict[int, Any] = {}
        if len(graph) > 2 and graph[2] == [0]:
            await step()
            await asyncio.gather(*[step() for _ in graph[1:]])
            return
        for i, _ in enumerate(graph):
            ended[i] = await step()

    found.DBOS.launch()
    return lambda: asyncio.run(flow())


def prefect(graph: Graph) -> Run:
    """Tasks of one flow, on the ephemeral server."""
    os.environ.setdefault("PREFECT_HOME", tempfile.mkdtemp(prefix="bench-prefect-"))
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    found = importlib.import_module("prefect")

    @found.task  # type: ignore[untyped-decorator,unused-ignore]
    def step(*_: Any) -> int:
        return 0

    @found.flow(name="bench")  # type: ignore[untyped-decorator,unused-ignore]
    def flow() -> None:
        ended: list[Any] = []
        for before in graph:
            ended.append(step.submit(*[ended[b] for b in before]))
        for each in ended:
            each.result()

    return flow  # type: ignore[no-any-return,unused-ignore]


def dagster(graph: Graph) -> Run:
    """Ops of one job, in process."""
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    found = importlib.import_module("dagster")
    logging.disable(logging.CRITICAL)
    ops = []
    for i, before in enumerate(graph):
        ins = {f"a{b}": found.In(found.Nothing) for b in before}
        ops.append(found.op(name=f"n{i}", ins=ins, out=found.Out(found.Nothing))(_no_op))
    links = {f"n{i}": {f"a{b}": found.DependencyDefinition(f"n{b}") for b in before} for i, before in enumerate(graph)}
    job = found.GraphDefinition(name="bench", node_defs=ops, dependencies=links).to_job()
    return job.execute_in_process  # type: ignore[no-any-return,unused-ignore]


#: Without annotations, which Dagster would read.
_no_op: Any = lambda _context: None  # noqa: E731

#: Name -> (distribution, what prepares a run).
ENGINES: dict[str, tuple[str, Callable[[Graph], Run]]] = {
    "asyncio": ("", asyncio_tasks),
    "hamilton": ("sf-hamilton", hamilton),
    "dask": ("dask", dask),
    "luigi": ("luigi", luigi),
    "dbos": ("dbos", dbos),
    "prefect": ("prefect", prefect),
    "dagster": ("dagster", dagster),
}


def measure(name: str, shape: str, nodes: int, rounds: int) -> dict[str, Any]:
    """Microseconds per node of one engine."""
    distribution, prepare = ENGINES[name]
    began = time.perf_counter()
    run = prepare(graph_of(shape, nodes))
    start_up = time.perf_counter() - began
    run()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        taken.append((time.perf_counter() - began) / nodes * 1e6)
    version = importlib.metadata.version(distribution) if distribution else sys.version.split()[0]
    return {"name": name, "version": version, "shape": shape, "nodes": nodes, "median": statistics.median(taken),
            "best": min(taken), "start_up": start_up}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Measure and print one JSON line.

    Files of the engine go to the current folder and that of temporary files: whoever starts this removes them.
    """
    name, shape, nodes, rounds = arguments
    figures = measure(name, shape, int(nodes), int(rounds))
    sys.stdout.write("\n" + json.dumps(figures) + "\n")
    sys.stdout.flush()
    # Some engines leave threads behind that nothing else ends.
    os._exit(0)


if __name__ == "__main__":
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).resolve().parent]
    main(sys.argv[1:])
