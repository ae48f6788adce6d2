"""The suite of the journal."""

from __future__ import annotations

from floworch.testing.bench import journal
from floworch.testing.bench.measure import Scale

TINY = Scale(nodes=20, large=100, items=50, runs=3, rounds=1, quick=True)


def test_the_disk_is_measured() -> None:
    assert journal.disk(3) > 0


def test_encoding_is_measured_per_event() -> None:
    (row,) = journal.encoding(TINY)
    assert 0 < row.value < 1000


async def test_a_chain_is_held_against_the_disk_of_the_same_run() -> None:
    disk, fan_out, chain = await journal.power(TINY)
    assert chain.bar == disk.value + 150
    assert fan_out.bar == 60


async def test_runs_are_opened_and_resumed() -> None:
    assert [row.unit for row in await journal.reopening(TINY)] == ["ms", "ms"]


async def test_a_store_is_listed() -> None:
    rows = await journal.listing(TINY)
    assert rows[0].work == "list 3 runs"
