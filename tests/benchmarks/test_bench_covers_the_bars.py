"""``floworch bench`` measures every bar that was promised. No figure is asserted: a busy machine proves nothing."""

from __future__ import annotations

import gc
import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from floworch.cli.app import app
from floworch.testing.bench import measure

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


def report(text: str) -> list[dict[str, object]]:
    """The rows of what ``bench --engine --quick --json`` has printed."""
    found = json.loads(text)
    assert found["quick"] is True
    assert {"python", "system", "processors", "load", "at"} <= set(found["machine"])  # a figure names its machine
    rows: list[dict[str, object]] = found["rows"]
    return rows


COMMAND = ["bench", "--engine", "--quick", "--json"]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    """What the command prints when it measures next to nothing: which bars there are does not depend on how much."""
    small = measure.Scale(nodes=300, large=300, items=300, runs=10, rounds=1, quick=True, turns=50)
    gc.freeze()  # collections between two measurements are not to search what other tests left
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "QUICK", small)
        said = CliRunner().invoke(app, COMMAND, catch_exceptions=False).stdout
    gc.unfreeze()
    return report(said)


@pytest.mark.proof
def test_every_engine_bar_is_measured(rows: list[dict[str, object]]) -> None:
    said = [(str(row["suite"]), str(row["work"])) for row in rows]
    missing = [bar for bar in BARS if not any(suite == bar[0] and bar[1] in work for suite, work in said)]
    assert missing == [], said


@pytest.mark.proof
def test_a_row_with_a_bar_says_whether_it_is_kept(rows: list[dict[str, object]]) -> None:
    for row in rows:
        assert (row["bar"] is None) == (row["met"] is None), row
        value, bar = row["value"], row["here"] or row["bar"]  # one that scales is held against this machine's
        if isinstance(bar, float) and isinstance(value, float):
            assert row["met"] is (value >= bar if row["least"] else value <= bar), row


@pytest.mark.proof
def test_the_quick_form_as_it_is_measures_the_same_bars(rows: list[dict[str, object]]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "floworch", *COMMAND], capture_output=True, text=True, check=True, timeout=300
    )
    said = report(done.stdout)
    test_every_engine_bar_is_measured(said)
    test_a_row_with_a_bar_says_whether_it_is_kept(said)
    assert [row["suite"] for row in said] == [row["suite"] for row in rows]
