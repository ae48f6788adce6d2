"""A connection that this machine does not have is a warning of the definition, and an error of a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from run_dialogue import workflow

from floworch import validate
from floworch.actions import connections as kept
from floworch.actions.registry import registry
from floworch.model.repair import apply_repair
from floworch.model.rules.connections import refused_connections
from floworch.model.validate import is_valid
from floworch.model.workflow import Workflow

QUERY = {"action": "db.query", "params": {"connection": "shp", "sql": "SELECT 1"}}


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    kept.save_connection(kept.checked("shop", "sql", {"url": "postgresql://u@h/x"}))


def flow() -> Workflow:
    return workflow({
        "plain": QUERY,
        "undone": {"action": "util.log", "params": {"message": "x"}, "compensate": QUERY},
        "guarded": {
            "action": "util.log", "params": {"message": "x"},
            "middleware": [{"use": "fallback", "with": {"action": "db.query", "params": QUERY["params"]}}],
        },
        "off": {**QUERY, "disabled": True},
        "far": {**QUERY, "run_on": "cluster"},
    })  # fmt: skip


def test_it_is_found_wherever_an_action_stands_and_the_definition_stays_valid() -> None:
    found = validate(flow())
    assert is_valid(found)
    assert {(each.code, each.severity, each.path) for each in found} == {
        ("unknown_connection", "warning", f"nodes.{place}.connection")
        for place in (
            "plain.params", "undone.compensate.params", "guarded.middleware[0].with.params", "off.params", "far.params",
        )
    }  # fmt: skip
    assert {each.fix for each in found} == {"Did you mean 'shop'? Connections of the type sql: shop."}


def test_the_repair_writes_the_name_that_was_meant() -> None:
    mended = flow()
    for problem in validate(mended):
        assert problem.repair is not None
        mended = apply_repair(mended, problem.repair)
    assert validate(mended) == []


def test_a_run_is_refused_for_those_that_take_part_here() -> None:
    refused = refused_connections(flow(), registry.find_action, out={"plain"})
    assert [(each.node, each.severity) for each in refused] == [("undone", "error"), ("guarded", "error")]
