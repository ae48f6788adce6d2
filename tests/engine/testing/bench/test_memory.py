"""The suite of the memory tools: each figure stands beside that of plain objects."""

from __future__ import annotations

import pytest

from floworch.testing.bench import memory
from floworch.testing.bench.measure import Row, Scale
from floworch.testing.bench.suites import measure


@pytest.fixture(scope="module")
def rows(tiny: Scale) -> list[Row]:
    return list(measure(["memory"], tiny))


def test_every_tool_names_what_it_is_held_against(rows: list[Row]) -> None:
    assert {row.suite for row in rows} == {"memory"}
    assert all(":" in row.note for row in rows if "foreach" not in row.work)


def test_the_run_and_its_loops_have_a_bar(rows: list[Row]) -> None:
    assert [(row.work, row.bar) for row in rows if row.bar] == [
        ("run state per node, 50 nodes", 1.0),
        ("foreach, memory per item, 5 items against 1", 256.0),
    ]


def test_kept_counts_what_is_returned_and_peak_what_was_there_for_a_moment() -> None:
    assert memory.kept(lambda: bytearray(100_000)) >= 100_000
    assert memory.kept(lambda: bytearray(100_000)[:1]) < 10_000
    assert memory.peak(lambda: bytearray(100_000)[:1]) >= 100_000


def test_a_group_in_an_arena_needs_no_further_memory() -> None:
    peak = memory.groups(Scale(nodes=400, rounds=1))[1]
    assert peak.value < 16
