"""The suite of the run's data."""

from __future__ import annotations

from floworch.testing.bench import data
from floworch.testing.bench.measure import Scale


def test_reading_writing_and_a_crowd_are_measured(tiny: Scale) -> None:
    rows = data.measure(tiny)
    assert {row.unit for row in rows} == {"µs"}
    assert any("threads" in row.work for row in rows)
