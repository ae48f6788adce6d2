"""What the validator knows of repeat and try (C2.1, C6.4, C10.2)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import workflow

from floworch.executor.prepare import validate


def codes(nodes: dict[str, Any], *edges: str) -> list[tuple[str, str]]:
    return [
        (problem.code, problem.path) for problem in validate(workflow(nodes, *edges)) if problem.severity == "error"
    ]


def box(until: Any) -> dict[str, Any]:
    return {
        "before": {"action": "util.log", "params": {"message": "m"}},
        "box": {"action": "flow.repeat", "params": {"until": until}},
        "x": {"action": "util.log", "params": {"message": "{{ item }} {{ index }}"}, "parent": "box"},
        "inner": {"action": "flow.try", "parent": "box"},
        "deep": {"action": "util.log", "params": {"message": "{{ item }}"}, "parent": "inner"},
    }


@pytest.mark.parametrize(
    "until",
    ["index > 2", "{{ item }}", "nodes.x.output", "nodes.inner.status == 'completed'", "nodes.before.output", True, ""],
)
def test_until_sees_its_body_and_what_is_before(until: Any) -> None:
    assert codes(box(until), "before>box") == []


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("nodes.deep.output", "not_upstream"),
        ("nodes.box.output", "not_upstream"),
        ("nodes.y.output", "unknown_node"),
        ("outer.item", "unknown_name"),
        ("index >", "bad_expression"),
        ("oops", "unknown_name"),
    ],
)
def test_what_until_cannot_see_is_said(until: str, code: str) -> None:
    assert codes(box(until), "before>box") == [(code, "nodes.box.params.until")]


def test_a_try_brings_no_item() -> None:
    nodes = {
        "t": {"action": "flow.try"},
        "x": {"action": "util.log", "params": {"message": "{{ item }}"}, "parent": "t"},
    }
    assert codes(nodes) == [("unknown_name", "nodes.x.params.message")]


def test_the_ports_of_a_try() -> None:
    nodes = {
        "t": {"action": "flow.try"},
        "x": {"action": "util.log", "params": {"message": "m"}, "parent": "t"},
        **{name: {"action": "util.log", "params": {"message": "m"}} for name in "abcd"},
    }
    assert codes(nodes, "t:ok>a", "t>b", "t:error>c", "t:done>d") == []
    assert codes(nodes, "t:oops>a") == [("unknown_port", "edges[0]")]
