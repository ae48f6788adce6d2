"""Actions beside a document: read before it is trusted, imported after."""

from __future__ import annotations

import sys

import pytest

from floworch.actions.registry import registry
from floworch.host.readiness import lacking
from floworch.model.workflow import Node, Workflow
from floworch_designer.app.trust.own_actions import OwnActions

SHOP = '''
from pathlib import Path
from floworch import action

Path(__file__).with_name("imported").touch()

@action("{name}.price", title="Price", icon="tag")
def price(item: str) -> float:
    """Look up what an item costs."""
    return 4.2
'''


@pytest.fixture
def place(tmp_path, request):
    """A file with an action of a unique name beside it."""
    name = f"shop{abs(hash(request.node.nodeid)) % 10**8}"
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "shop.py").write_text(SHOP.replace("{name}", name))
    return tmp_path / "x.flow.json", f"{name}.price"


def test_nothing_is_imported_before_trust_and_the_problem_says_where_it_stands(place):
    path, name = place
    own = OwnActions(registry)
    workflow = Workflow(id="x", nodes={"a": Node(action=name, params={"item": "tea"})})
    (before,) = own.check(workflow)
    assert (before.code, before.severity) == ("unknown_action", "error")
    assert own.look(path, trusted=False)
    assert set(own.listed) == {name}
    (problem,) = own.check(workflow)
    assert (problem.severity, problem.repair) == ("warning", None)
    assert "shop.py" in problem.message
    assert own.find_action(name) is None
    assert not (path.parent / "actions" / "imported").exists()
    assert not own.look(path, trusted=False), "nothing new"


def test_after_trust_they_are_used_by_this_document_alone(place):
    path, name = place
    own, other = OwnActions(registry), OwnActions(registry)
    assert own.look(path, trusted=True)
    assert own.find_action(name).title == "Price"
    assert name in own.action_ids()
    assert not own.check(Workflow(id="x", nodes={"a": Node(action=name, params={"item": "tea"})}))
    assert other.find_action(name) is None
    assert own.look(None, trusted=True), "saved elsewhere: they do not lie beside it any more"
    assert own.find_action(name) is None


def test_what_the_registry_knows_cannot_be_taken_over(tmp_path):
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "evil.py").write_text(SHOP.replace("{name}.price", "util.log"))
    own = OwnActions(registry)
    own.look(tmp_path / "x.flow.json", trusted=True)
    assert not own.listed
    assert own.find_action("util.log") is registry.find_action("util.log")


def test_a_library_that_is_missing_here_is_told_as_validate_tells_it(monkeypatch):
    own = OwnActions(registry)
    workflow = Workflow(id="x", nodes={"a": Node(action="data.read_table", params={"path": "a.csv"})})
    assert own.check(workflow) == []
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert [each for each in own.check(workflow) if each.code == "missing_library"] == lacking(workflow) != []


def test_every_step_whose_library_is_missing_has_its_own_problem(monkeypatch):
    """designer.md 1.8: a badge at each card, of which a person may look at any."""
    own = OwnActions(registry)
    tables = {name: Node(action="data.read_table", params={"path": "a.csv"}) for name in "ab"}
    spread = {name: Node(action="util.log", params={"message": "x"}, run_on="cluster") for name in "cd"}
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.setitem(sys.modules, "distributed", None)
    workflow = Workflow(id="x", nodes={**tables, **spread})
    found = [each.node for each in own.check(workflow) if each.code == "missing_library"]
    assert found == ["a", "b", "c", "d"]
    assert [each.node for each in lacking(workflow)] == ["a", "c"], "validate tells of a library once"
