"""The performance page is made from kept figures, and figures of a new measurement replace those of the same suite."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("performance_docs", ROOT / "scripts" / "performance_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(at: str = "2026-01-01", value: float = 1.0, suite: str = "data", peers: Any = ()) -> dict[str, Any]:
    machine = {"floworch": "0.1", "python": "3.11", "system": "Linux", "processor": "P", "processors": 2, "load": 0.1,
               "at": at}  # fmt: skip
    row = {
        "suite": suite,
        "work": "get",
        "value": value,
        "unit": "µs",
        "bar": 2.0,
        "least": False,
        "met": True,
        "note": "",
    }
    return {"machine": machine, "quick": False, "rows": [row], "peers": list(peers)}


def test_the_page_is_what_the_kept_figures_make(script: ModuleType) -> None:
    kept = json.loads(script.FIGURES.read_text(encoding="utf-8"))
    assert script.PAGE.read_text(encoding="utf-8") == script.page(kept)


def test_a_suite_is_replaced_and_the_others_stay_with_their_machine(script: ModuleType) -> None:
    kept = script.merge(script.merge({}, report(suite="data")), report(suite="memory"))
    kept = script.merge(kept, report("2026-02-02", 3.0, "data"))
    assert kept["suites"]["memory"]["machine"]["at"] == "2026-01-01"
    text = script.page(kept)
    assert "Measured 2026-02-02" in text
    assert "1 of 2 bars are met" in text
    assert "| data | get | 3 µs | 2 µs | 1.50 × |" in text


def test_peers_stay_until_they_are_measured_again(script: ModuleType) -> None:
    peer = {"engine": "Luigi", "durable": "no", "nodes": 300, "chain": 3110.0, "fan_out": None, "start_up": None,
            "source": "cited"}  # fmt: skip
    kept = script.merge(script.merge({}, report(peers=[peer])), report())
    assert "| Luigi | no | 300 | 3 110 | – | – | cited |" in script.page(kept)


def test_an_absolute_bar_stands_beside_what_it_is_on_the_machine(script: ModuleType) -> None:
    given = report(value=9.0)
    given["rows"][0].update(scales=True, floor=34.0)
    text = script.page(script.merge({}, given))
    assert "| get | 9 µs | ≤ 2 µs (here 4) | **short** |" in text
    assert "| data | get | 9 µs | 2 µs (here 4) | 2.25 × |" in text


def test_every_bar_met_is_said_without_a_table(script: ModuleType) -> None:
    assert script.where_we_stand(script.merge({}, report())["suites"]).endswith("named below.\n")


def test_rivals_have_a_section_that_names_those_that_were_not_compared(script: ModuleType) -> None:
    """performance.md, designer bars: peers in the same run; a rival without figures is told, not passed over."""
    given = report(suite="rivals")
    given["rows"][0].update(work="build, NodeGraphQt 0.6.44", value=30.0, unit="×", bar=20.0, least=True)
    given["notes"] = ["orange-canvas-core was not compared: it is not installed."]
    kept = script.merge({}, given)
    text = script.page(script.merge(kept, report(suite="designer")))
    assert text.index("## Suite `designer`") < text.index("## Suite `rivals`") < text.index("build, NodeGraphQt 0.6.44")
    assert "| 30 × | ≥ 20 × | met |" in text
    assert "orange-canvas-core was not compared: it is not installed.\n" in text
