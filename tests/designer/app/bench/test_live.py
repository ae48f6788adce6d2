"""Live runs of the designer's benchmark."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch_designer.app.bench import live as bench_live
from floworch_designer.app.bench.graphs import noop_graph


def test_the_same_run_is_measured_without_a_window(tmp_path: Path) -> None:
    assert bench_live.headless(noop_graph(30), noop_graph(5), tmp_path) > 0


@pytest.mark.slow
def test_a_live_run_is_measured_in_a_process_of_its_own() -> None:
    alone, spent, gap = bench_live.measured(50, in_process=True)
    assert alone > 0
    assert spent > 0
    assert gap >= 0


@pytest.mark.slow
def test_the_start_of_the_window_is_measured(tmp_path: Path) -> None:
    assert 0 < bench_live.startup(tmp_path) < 60
