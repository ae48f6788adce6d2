"""The memory tools and the run's state, each against the plain objects of Python that would do the same."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from floworch.memory import Arena, BufferPool, StringPool
from floworch.run.state import RunState
from floworch.testing.bench.measure import Row, Scale, medians
from floworch.testing.bench.shapes import disk_store, loop, run_once

_RECORD = b"r" * 120
_BLOCK = 64 * 1024
_REFERENCES = 10
#: Bytes that one more item may take: a number, its result, and the copies made while the list is journaled. The bar
#: is half as much again as was measured first (174 bytes): it notices growth, it was not given beforehand.
_ITEM = 256.0


def measure(scale: Scale) -> list[Row]:
    """Rows of the suite ``memory``; each note has the figure of the plain objects."""
    return [*groups(scale), *buffers(scale), *names(scale), *states(scale), *loops(scale)]


def groups(scale: Scale) -> list[Row]:
    """Gathering the records of one group for a write: an arena, or a list that is joined."""
    count = scale.nodes
    arena = Arena()

    def through_arena() -> None:
        for _ in range(count):
            arena.write(_RECORD)
        arena.chunks()
        arena.reset()

    def through_join() -> None:
        parts = []
        for _ in range(count):
            parts.append(_RECORD)  # noqa: PERF401 - records come one by one
        b"".join(parts)

    spent = medians({"arena": through_arena, "join": through_join}, scale.rounds)
    held, plain = peak(through_arena) / 1024, peak(through_join) / 1024
    return [
        _against("gather a record: Arena", spent["arena"] / count * 1e6, spent["join"] / count * 1e6, "µs", "list"),
        _against(f"peak of a group of {count}: Arena", held, plain, "KiB", "list, join"),
    ]


def buffers(scale: Scale) -> list[Row]:
    """A buffer of 64 KiB that is filled: from the pool, or a new one each time."""
    pool = BufferPool(_BLOCK)
    turns = max(1, scale.turns // 10)
    content = b"c" * _BLOCK

    def pooled() -> None:
        for _ in range(turns):
            buffer = pool.acquire()
            buffer[:] = content
            pool.release(buffer)

    def plain() -> None:
        for _ in range(turns):
            bytearray(_BLOCK)[:] = content

    spent = medians({"pool": pooled, "plain": plain}, scale.rounds)
    work = "take and fill 64 KiB: BufferPool"
    return [_against(work, spent["pool"] / turns * 1e6, spent["plain"] / turns * 1e6, "µs", "bytearray")]


def names(scale: Scale) -> list[Row]:
    """Names that are referred to many times: numbers of a pool, or the texts as a decoder makes them."""
    words = [f"a-node-with-a-name-{number}".encode() for number in range(scale.large)]

    def numbers() -> Any:
        pool = StringPool(word.decode() for word in words)
        refer = array("I")
        for number in range(len(words)):
            refer.extend([number] * _REFERENCES)
        return pool, refer

    def texts() -> Any:
        return [word.decode() for word in words for _ in range(_REFERENCES)]

    count = len(words) * _REFERENCES
    table = [word.decode() for word in words]
    pool, known = StringPool(table), {word: number for number, word in enumerate(table)}
    spent = medians(
        {
            "pool": lambda: [pool.intern(word) for word in table for _ in range(_REFERENCES)],
            "dict": lambda: [known[word] for word in table for _ in range(_REFERENCES)],
        },
        scale.rounds,
    )
    return [
        _against("a reference to a name: StringPool", kept(numbers) / count, kept(texts) / count, "bytes", "own texts"),
        _against("find the number of a name: StringPool", spent["pool"] / count * 1e6, spent["dict"] / count * 1e6,
                 "µs", "dict"),
    ]  # fmt: skip


@dataclass(slots=True)
class PlainNode:
    """A node as an object, for comparison."""

    name: str
    status: str = "pending"
    attempts: int = 0
    started: float | None = None
    ended: float | None = None
    output: Any = None
    error: Any = None
    port: Any = None


def states(scale: Scale) -> list[Row]:
    """Run state per node: arrays, or one object each; times are in both."""
    count = scale.items
    ids = tuple(f"n{i}" for i in range(count))

    def arrays() -> RunState:
        state = RunState("r", "w", ids)
        state.started = [float(i) for i in range(count)]
        state.ended = [float(i) for i in range(count)]
        return state

    def objects() -> Any:
        return {name: PlainNode(name, started=float(i), ended=float(i)) for i, name in enumerate(ids)}

    row = _against(
        f"run state per node, {count} nodes",
        kept(arrays) / count / 1024,
        kept(objects) / count / 1024,
        "KiB",
        "objects",
    )
    return [Row(row.work, row.value, row.unit, 1.0, row.note)]


def loops(scale: Scale) -> list[Row]:
    """What one more item of a loop takes: its number and its result, but nothing of the run around it.

    The journal is on disk, since in memory it is the events that would be counted. Both loops are longer than what a
    run keeps of its last events.
    """
    short, long = max(1, scale.items // 50), max(2, scale.items // 10)
    with disk_store() as store:
        most = {count: peak(lambda: asyncio.run(run_once(loop(count), "process", store))) for count in (short, long)}  # noqa: B023
    grown = max(0, most[long] - most[short]) / (long - short)
    return [Row(f"foreach, memory per item, {long} items against {short}", grown, "bytes", _ITEM, "item and result")]


def kept(make: Callable[[], object]) -> int:
    """Bytes of what ``make`` returns, with everything that it alone holds."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        made = make()
        gc.collect()
        used = tracemalloc.get_traced_memory()[0] - before
        del made
    finally:
        tracemalloc.stop()
    return max(0, used)


def peak(work: Callable[[], object]) -> int:
    """Bytes at the highest point of ``work``, beyond what was in use before; the first call is not counted."""
    work()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        work()
        return max(0, tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()


def _against(work: str, value: float, plain: float, unit: str, word: str) -> Row:
    return Row(work, value, unit, None, f"{word}: {plain:.3g} {unit}")
