"""The suite of the journal."""

from __future__ import annotations

from floworch.testing.bench import journal
from floworch.testing.bench.measure import Scale


def test_the_disk_is_measured() -> None:
    assert journal.disk(3) > 0


def test_encoding_is_measured_per_event(tiny: Scale) -> None:
    (row,) = journal.encoding(tiny)
    assert 0 < row.value < 1000


async def test_a_chain_is_held_against_the_disk_of_the_same_run(tiny: Scale) -> None:
    disk, fan_out, chain = await journal.power(tiny)
    assert chain.bar == disk.value + 150
    assert fan_out.bar == 60


async def test_runs_are_opened_and_resumed(tiny: Scale) -> None:
    assert [row.unit for row in await journal.reopening(tiny)] == ["ms", "ms", "ms"]


async def test_a_store_is_listed(tiny: Scale) -> None:
    rows = await journal.listing(tiny)
    assert rows[0].work == "list 3 runs"
