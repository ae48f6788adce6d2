"""A broken field hides no other problem, and invents none (C2.1)."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from floworch.errors import DefinitionError
from floworch.model.salvage import salvage
from floworch.model.validate import check_text, read_checked

LOG = {"action": "util.log", "params": {"message": "x"}}
READ = {"action": "util.log", "params": {"message": "{{ nodes.a.output }} {{ inputs.x }}"}}
GOOD: dict[str, Any] = {
    "id": "w",
    "inputs": {"x": {"type": "string"}},
    "nodes": {"a": LOG, "b": READ, "l": {"action": "flow.foreach"}, "c": {**LOG, "parent": "l"}},
    "edges": [{"from": "a", "to": "b"}],
}


def found(data: Any, catalog: Any) -> list[tuple[str, str]]:
    workflow, problems = check_text(json.dumps(data), catalog)
    assert workflow is None or not any(each.severity == "error" for each in problems)
    return [(each.code, each.path) for each in problems]


def broken(*place: Any, value: Any) -> dict[str, Any]:
    data: Any = copy.deepcopy(GOOD)
    inner = data
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return data


def test_the_good_one_is_good(catalog: Any) -> None:
    assert found(GOOD, catalog) == []


@pytest.mark.parametrize(
    ("place", "value", "code", "path"),
    [
        (("nodes", "a", "join"), "some", "bad_value", "nodes.a.join"),
        (("nodes", "a", "action"), 5, "wrong_type", "nodes.a.action"),
        (("nodes", "a"), {}, "missing_field", "nodes.a.action"),
        (("nodes", "a"), 5, "wrong_type", "nodes.a"),
        (("nodes", "c"), [], "wrong_type", "nodes.c"),
        (("nodes", "c", "parent"), 5, "wrong_type", "nodes.c.parent"),
        (("nodes", "a", "params"), [], "wrong_type", "nodes.a.params"),
        (("nodes", "a", "middleware"), [5], "wrong_type", "nodes.a.middleware[0]"),
        (("nodes", "a", "middleware"), [{"with": {}}], "missing_field", "nodes.a.middleware[0].use"),
        (("nodes", "a", "retry"), {"on": [5]}, "wrong_type", "nodes.a.retry.on[0]"),
        (("nodes", "a", "tags"), "gpu", "wrong_type", "nodes.a.tags"),
        (("nodes", "a", "timeout"), [], "wrong_type", "nodes.a.timeout"),
        (("edges", 0), {"from": "a"}, "missing_field", "edges[0]"),
        (("edges", 0), 5, "wrong_type", "edges[0]"),
        (("edges",), {}, "wrong_type", "edges"),
        (("inputs",), [], "wrong_type", "inputs"),
        (("inputs", "x"), 5, "wrong_type", "inputs.x"),
        (("inputs", "x", "type"), "text", "bad_value", "inputs.x.type"),
        (("id",), 5, "wrong_type", "id"),
        (("nodes",), [], "wrong_type", "nodes"),
        (("format",), 2, "bad_value", "format"),
    ],
)
def test_one_broken_field_is_one_problem(catalog: Any, place: Any, value: Any, code: str, path: str) -> None:
    assert found(broken(*place, value=value), catalog) == [(code, path)]


def test_a_broken_field_hides_nothing(catalog: Any) -> None:
    data = broken("nodes", "a", "join", value="some")
    data["nodes"]["d"] = {"action": "util.lgo", "timeout": "soon"}
    data["nodes"]["e"] = {"action": "util.log", "params": {"message": "{{ 1 + }}"}, "disabled": 3}
    data["edges"] += [{"from": "b", "to": "zz"}, {"from": "b", "to": "a"}]
    every = found(data, catalog)
    assert len(every) == len(set(every))
    assert set(every) == {
        ("bad_value", "nodes.a.join"),
        ("wrong_type", "nodes.e.disabled"),
        ("unknown_action", "nodes.d.action"),
        ("bad_duration", "nodes.d.timeout"),
        ("bad_expression", "nodes.e.params.message"),
        ("unknown_node", "edges[1]"),
        ("cycle", "edges[2]"),
    }


def test_what_was_read_is_not_changed(catalog: Any) -> None:
    data = broken("nodes", "a", "middleware", value=[{"use": 5}])
    before = copy.deepcopy(data)
    rest, places = salvage(data)
    assert data == before
    assert rest is not None
    assert places == [("nodes", "a", "middleware", 0, "use")]


def test_a_file_is_refused_with_everything_that_is_wrong(catalog: Any, tmp_path: Path) -> None:
    file = tmp_path / "w.flow.json"
    file.write_text(json.dumps(GOOD))
    assert read_checked(file, catalog).id == "w"
    file.write_text(json.dumps({"id": "w", "nodes": {"a": {"action": "zzz", "join": "some"}}}))
    with pytest.raises(DefinitionError, match=r"w\.flow\.json cannot be read") as caught:
        read_checked(file, catalog)
    assert [each.code for each in caught.value.problems] == ["bad_value", "unknown_action"]
