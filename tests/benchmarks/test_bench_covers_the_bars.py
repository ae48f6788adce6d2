"""``floworch bench`` measures every bar that was promised. No figure is asserted: a busy machine proves nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

#: A word of each engine bar, and the bar's suite.
BARS = [
    ("engine", "chain 300, memory"),
    ("engine", "fan-out 300, memory"),
    ("engine", "chain 300, journaled, process"),
    ("engine", "fan-out 300, journaled, process"),
    ("engine", "against"),  # linearity
    ("engine", "foreach"),
    ("engine", "--help"),
    ("journal", "power"),
    ("journal", "open a finished run"),
    ("journal", "resume"),
    ("journal", "list"),
    ("middleware", "layers"),
    ("build", "load"),
    ("memory", "node"),
    ("memory", "foreach"),
]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    command = [sys.executable, "-m", "floworch", "bench", "--engine", "--quick", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    report = json.loads(done.stdout)
    assert report["quick"] is True
    assert {"python", "system", "processors", "load", "at"} <= set(report["machine"])  # a figure names its machine
    found: list[dict[str, object]] = report["rows"]
    return found


@pytest.mark.slow
def test_every_engine_bar_is_measured(rows: list[dict[str, object]]) -> None:
    said = [(str(row["suite"]), str(row["work"])) for row in rows]
    missing = [bar for bar in BARS if not any(suite == bar[0] and bar[1] in work for suite, work in said)]
    assert missing == [], said


@pytest.mark.slow
def test_a_row_with_a_bar_says_whether_it_is_kept(rows: list[dict[str, object]]) -> None:
    for row in rows:
        assert (row["bar"] is None) == (row["met"] is None), row
        value, bar = row["value"], row["bar"]
        if isinstance(bar, float) and isinstance(value, float):
            assert row["met"] is (value >= bar if row["least"] else value <= bar), row
