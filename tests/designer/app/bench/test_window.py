"""The designer's benchmark: rows in the form that ``floworch bench`` reads."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from floworch.testing.bench.measure import Row
from floworch_designer.app.bench import window as bench


def test_figures_and_bars_are_rows(qapp: object) -> None:
    made = bench.Bench()
    made.add("open", 1.0, "s", 2.0)
    made.add("repaint", 20.0, "ms", 16.0)
    made.add("events", 200.0, "per s", 100.0, least=True)
    rows = [Row.from_json(row) for row in made.rows]
    assert [row.met for row in rows] == [row["met"] for row in made.rows] == [True, False, True]
    assert {row.suite for row in rows} == {"designer"}


@pytest.mark.slow
def test_the_canvas_is_measured_at_one_size(qapp: object, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    assert bench.main([str(file), "--nodes", "60", "--no-window", "--no-rivals", "--cpu"]) == 0
    report = json.loads(file.read_text())
    assert report["machine"]["clock"] == "processor"
    works = [row["work"] for row in report["rows"]]
    assert any(work.startswith("open to first full paint, 60 nodes") for work in works)
    assert any(work.startswith("memory of the process") for work in works)
    assert len(works) == len(set(works)) > 20
    bench.clock = bench.perf_counter


def test_memory_is_told_without_psutil_where_the_system_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    used = bench.memory()
    assert used is None or used > 10


def test_percentiles() -> None:
    assert bench.p95([float(number) for number in range(100)]) == 95.0
    assert bench.median(lambda: 3.0) == 3.0
