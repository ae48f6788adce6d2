"""The journal: what the disk asks, what durability ``power`` costs, opening, resuming and listing runs."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time

from floworch.engine import Engine
from floworch.run.events import Event, EventKind
from floworch.store.journal.codec import encode_events
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.bench.measure import Row, Scale, interleaved, medians, pair
from floworch.testing.bench.shapes import ACTIONS, definition, disk_store, runs


def measure(scale: Scale) -> list[Row]:
    """Rows of the suite ``journal``."""
    return [*encoding(scale), *asyncio.run(power(scale)), *asyncio.run(reopening(scale)), *asyncio.run(listing(scale))]


def disk(times: int = 200) -> float:
    """Microseconds of one append of 200 bytes and its sync, median of many."""
    sync = getattr(os, "fdatasync", os.fsync)
    taken = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(times):
            began = time.perf_counter()
            os.write(file.fileno(), b"x" * 200)
            sync(file.fileno())
            taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e6


def encoding(scale: Scale) -> list[Row]:
    """Events to bytes, without any disk."""
    kind, payload = int(EventKind.NODE_COMPLETED), {"output": {"id": "o-1", "amount": 12.5}}
    count = scale.nodes * 10
    frames: list[bytes] = []
    events = [Event(seq, 1_700_000_000.0, kind, seq % 1000, 1, (), payload) for seq in range(count)]

    def encode() -> None:
        for start in range(0, count, 2):
            encode_events(events[start : start + 2], start, 0, (1, 0), frames.append)
        frames.clear()

    spent = medians({"encode": encode}, scale.rounds)["encode"] / count * 1e6
    return [Row("encode and checksum one event", spent, "µs")]


async def power(scale: Scale) -> list[Row]:
    """Durability ``power`` against the disk of the same run."""
    sync = disk(50 if scale.quick else 200)
    rows = [Row("append + sync of this disk", sync, "µs")]
    n = scale.nodes
    with disk_store() as store:
        found = await interleaved({"fan": runs(definition(n, "fan-out"), "power", store)}, 3)
        rows.append(Row(f"fan-out {n}, power", found["fan"], "µs/node", 60.0, scales=True))
        found = await interleaved({"chain": runs(definition(n, "chain"), "power", store)}, min(3, scale.rounds))
        rows.append(Row(f"chain {n}, power", found["chain"], "µs/node", sync + 150.0, "bar: the disk + 150"))
    return rows


async def reopening(scale: Scale) -> list[Row]:
    """Opening a finished run, resuming one at half."""
    flow = definition(scale.large, "chain")
    with disk_store() as store:
        async with Engine(store, actions=ACTIONS) as engine:
            await (await engine.start(flow, run_id="whole", durability="process")).result()
            half = await engine.start(flow, run_id="half", durability="process")
            async for event in half.events():
                if event.seq >= scale.large // 2:
                    if half.live:  # a short run may be over by now
                        await half.pause()
                    break
            await half.stopped()
        opened = medians({"open": lambda: store.load("whole")}, scale.rounds, 0)["open"] * 1e3
        rows = [Row(f"open a finished run of {scale.large} nodes", opened, "ms", 100.0, scales=True)]
        async with Engine(store, actions=ACTIONS) as engine:
            began, busy = time.perf_counter(), time.process_time()
            handle = await engine.resume("half")
            spent, busy = (time.perf_counter() - began) * 1e3, (time.process_time() - busy) * 1e3
            rows += pair("resume one at half", spent, busy, "ms", 200.0)
            await handle.result()
    return rows


async def listing(scale: Scale) -> list[Row]:
    """The list of all runs of a store."""
    flow = definition(1, "chain")
    with disk_store() as store:
        async with Engine(store, actions=ACTIONS) as engine:
            for number in range(scale.runs):
                await (await engine.start(flow, run_id=f"r{number}", durability="none")).result()
        again = FlatBuffersStore(store.path)
        spent = medians({"list": again.list, "page": lambda: again.list(limit=50)}, scale.rounds)
        bar = 50.0
        return [
            Row(f"list {scale.runs} runs", spent["list"] * 1e3, "ms", bar, scales=True),
            Row(f"the newest 50 of {scale.runs} runs", spent["page"] * 1e3, "ms", bar, scales=True),
        ]
