"""``floworch bench``: tables for people, JSON for programs."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from floworch.cli import bench
from floworch.testing.bench.measure import Row
from floworch.testing.bench.suites import SUITES


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Next to nothing is measured, and the garbage collections between do not search what other tests left."""
    from floworch.testing.bench import measure

    scale = measure.Scale(nodes=10, large=50, items=50, runs=2, rounds=1, quick=True, turns=50)
    monkeypatch.setattr(measure, "QUICK", scale)
    gc.freeze()
    yield
    gc.unfreeze()


def test_a_suite_is_a_table_under_the_machine(cli: Any) -> None:
    result = cli("bench", "--suite", "data", "--quick")
    first, *others = result.stdout.splitlines()
    assert "Python 3." in first
    assert any(line.startswith("get_int ") and "µs" in line for line in others)
    assert "measuring data" in result.stderr


def test_json_is_one_object(cli: Any) -> None:
    found = cli.json("bench", "--suite", "expression", "--suite", "memory", "--quick", "--json")
    assert found["quick"] is True
    assert found["machine"]["processors"] >= 1
    assert {row["suite"] for row in found["rows"]} == {"expression", "memory"}
    assert found["peers"] == []


def test_suites_and_peers_are_listed(cli: Any) -> None:
    text = cli("bench", "--list").stdout
    assert all(name in text for name in [*SUITES, "designer", "luigi"])


def test_a_wrong_name_is_told_before_anything_is_measured(cli: Any) -> None:
    assert "Did you mean memory?" in cli("bench", "--suite", "memry", code=2).stderr
    assert "Did you mean dask?" in cli("bench", "--peer", "dsk", code=2).stderr


def test_one_peer_beside_this_product(cli: Any) -> None:
    text = cli("bench", "--peer", "asyncio", "--quick").stdout
    assert "Flow Orchestrator, in memory" in text
    assert "one asyncio task per node" in text


def test_without_the_designer_it_says_how_to_install_it(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = cli("bench", "--designer", code=2)
    assert "pip install 'floworch[designer]'" in result.stderr


def test_figures_of_the_designer_come_from_a_process_of_its_own(
    cli: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import importlib.util

    (tmp_path / "floworch_designer" / "app" / "bench").mkdir(parents=True)
    for folder in ("floworch_designer", "floworch_designer/app", "floworch_designer/app/bench"):
        (tmp_path / folder / "__init__.py").touch()
    module = tmp_path / "floworch_designer" / "app" / "bench" / "window.py"
    row = Row("open", 1.0, "s", 2.0, suite="designer")
    rival = Row("build and show", 30.0, "×", 20.0, least=True, suite="rivals")
    told = {"rows": [row.to_json(), rival.to_json()], "notes": ["Orange was not compared: it is not installed."]}
    module.write_text(f"import json, sys\nopen(sys.argv[1], 'w').write(json.dumps({told!r}))\n")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert bench._designer(quick=True) == ([row, rival], told["notes"])
    said = cli("bench", "--designer", "--quick")
    assert said.stdout.index("designer\n") < said.stdout.index("rivals\n") < said.stdout.index("build and show")
    assert "Orange was not compared: it is not installed." in said.stderr
    assert cli.json("bench", "--designer", "--quick", "--json")["notes"] == told["notes"]
    module.write_text("import sys\nsys.exit('no display at all')\n")
    result = cli("bench", "--designer", "--quick", code=2)
    assert "no display at all" in result.stderr
    assert sys.executable
