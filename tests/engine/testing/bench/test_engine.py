"""The suite of the engine as a whole."""

from __future__ import annotations

import pytest

from floworch.testing.bench import engine
from floworch.testing.bench.measure import Scale


async def test_throughput_is_held_against_the_floor_of_the_same_rounds(tiny: Scale) -> None:
    rows = await engine.throughput(tiny)
    starts = [row.work.split(",")[0] for row in rows]
    assert starts == ["asyncio floor", *["chain 20"] * 4, "asyncio floor", *["fan-out 20"] * 4]
    floor, memory, busy, journaled, busier = rows[:5]
    assert (memory.bar, journaled.bar) == (floor.value, pytest.approx(1.3 * floor.value))
    assert "× floor" in memory.note
    assert busier.work == "chain 20, journaled, process, by processor time"
    assert (busy.bar or 0) * 1.3 == pytest.approx(busier.bar)


async def test_linearity_compares_a_long_chain_with_a_short_one(tiny: Scale) -> None:
    rows = await engine.linearity(tiny)
    assert [row.bar for row in rows] == [1.2, 1.2]
    assert "chain 100 against 10, none" in rows[0].work


async def test_loops_are_measured_per_item(tiny: Scale) -> None:
    row, busy = await engine.items(tiny)
    assert (row.work, row.unit) == ("foreach over 50 items, memory", "µs/item")
    assert (busy.work, busy.bar) == ("foreach over 50 items, memory, by processor time", row.bar)


@pytest.mark.slow
def test_whole_processes_are_measured(tiny: Scale) -> None:
    assert [row.bar for row in engine.commands(tiny)] == [0.4, 0.4, 0.8, 0.8]
