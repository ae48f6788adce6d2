"""The suite of the memory tools: each figure stands beside that of plain objects."""

from __future__ import annotations

from floworch.testing.bench import memory
from floworch.testing.bench.measure import Scale

TINY = Scale(nodes=50, large=100, items=500, runs=3, rounds=1, quick=True)


def test_every_row_names_what_it_is_held_against() -> None:
    rows = memory.measure(TINY)
    assert all(":" in row.note for row in rows)
    assert [row.bar for row in rows if "run state" in row.work] == [1.0]


def test_kept_counts_what_is_returned_and_peak_what_was_there_for_a_moment() -> None:
    assert memory.kept(lambda: bytearray(100_000)) >= 100_000
    assert memory.kept(lambda: bytearray(100_000)[:1]) < 10_000
    assert memory.peak(lambda: bytearray(100_000)[:1]) >= 100_000


def test_a_group_in_an_arena_needs_no_further_memory() -> None:
    peak = memory.groups(Scale(nodes=400, rounds=1))[1]
    assert peak.value < 16
