"""Other names of parameters are replaced when a definition is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from floworch import validate
from floworch.actions.registry import registry
from floworch.model.codec import dumps, loads
from floworch.model.other_names import NODE_JOIN, OTHER_NAMES, with_own_names


def read(action: str, params: dict[str, Any], **fields: Any) -> Any:
    node = {"action": action, "params": params, **fields}
    return loads(json.dumps({"id": "w", "nodes": {"a": node}, "edges": []}))


@pytest.mark.parametrize("action", OTHER_NAMES)
def test_each_stands_for_a_parameter_that_there_is_and_hides_none(action: str) -> None:
    spec = registry.find_action(action)
    assert spec is not None
    known = set(spec.params.model_json_schema()["properties"])
    for other, own in OTHER_NAMES[action].items():
        assert other not in known
        assert own in known or own == NODE_JOIN


def test_a_definition_is_valid_and_written_again_with_the_own_name() -> None:
    workflow = read("mqtt.publish", {"topic": "a/b", "broker": "h", "payload": 1})
    assert workflow.nodes["a"].params == {"topic": "a/b", "host": "h", "payload": 1}
    assert validate(workflow) == []
    assert '"broker"' not in dumps(workflow)


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ({"link": None}, {"paginate": "link"}),
        ({"none": {}}, {"paginate": "none"}),
        ({"link": "data.rows"}, {"paginate": "link", "items": "data.rows"}),
        ({"cursor": "meta.next"}, {"paginate": "cursor", "cursor": "meta.next"}),
        ({"page": "p"}, {"paginate": "page", "page_param": "p"}),
        (
            {"cursor": {"cursor": "meta.next", "items": "rows", "page_param": "after", "max_pages": 5}},
            {"paginate": "cursor", "cursor": "meta.next", "items": "rows", "page_param": "after", "max_pages": 5},
        ),
    ],
)
def test_how_pages_are_asked_for_may_stand_together(written: Any, own: dict[str, Any]) -> None:
    workflow = read("http.request", {"url": "https://a.example", "paginate": written})
    assert workflow.nodes["a"].params == {"url": "https://a.example", **own}
    assert validate(workflow) == []


@pytest.mark.parametrize(
    "written",
    [{}, {"next": {}}, {"link": {}, "page": {}}, {"cursor": {"field": "x"}}, {"page": {"items": "other"}}, []],
)
def test_pages_of_another_shape_are_left_to_validation(written: Any) -> None:
    workflow = read("http.request", {"url": "https://a.example", "items": "rows", "paginate": written})
    assert workflow.nodes["a"].params["paginate"] == written
    assert any(problem.path == "nodes.a.params.paginate" for problem in validate(workflow))


def test_the_mode_of_a_join_is_the_join_of_its_node() -> None:
    node = read("flow.join", {"mode": "any", "combine": "list"}).nodes["a"]
    assert (node.join, node.params) == ("any", {"combine": "list"})


def test_of_compensations_too() -> None:
    undo = {"action": "http.request", "params": {"url": "https://x.org", "auth": "bank"}}
    node = read("util.log", {"message": "x"}, compensate=undo).nodes["a"]
    assert node.compensate.params == {"url": "https://x.org", "connection": "bank"}


def test_both_names_at_once_are_a_problem_of_the_other_one() -> None:
    problems = validate(read("mqtt.publish", {"topic": "t", "broker": "a", "host": "b"}))
    assert [(problem.code, problem.path) for problem in problems] == [("bad_param", "nodes.a.params.broker")]
    assert [problem.path for problem in validate(read("flow.join", {"mode": "any"}, join="all"))] == [
        "nodes.a.params.mode"
    ]


@pytest.mark.parametrize("node", [7, {"action": 7}, {"action": "flow.join", "params": []}, {"params": {"mode": 1}}])
def test_what_is_no_node_is_left_alone(node: Any) -> None:
    nodes = {"a": node}
    assert with_own_names(nodes) is nodes
