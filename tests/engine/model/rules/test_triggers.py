from __future__ import annotations

from typing import Any

TRIGGER = {"action": "trigger.manual"}


def found(problems: Any, nodes: dict[str, Any], edges: list[str]) -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in problems(nodes, edges) if each.code != "unknown_action"]


def test_nothing_leads_to_a_trigger(problems: Any) -> None:
    assert found(problems, {"t": TRIGGER, "a": None}, ["t>a"]) == []
    assert found(problems, {"t": TRIGGER, "a": None}, ["a>t"]) == [("trigger_not_first", "edges[0]")]


def test_a_trigger_lies_in_no_container(problems: Any) -> None:
    nodes = {"loop": {"action": "flow.foreach"}, "t": {**TRIGGER, "parent": "loop"}}
    assert found(problems, nodes, []) == [("trigger_not_first", "nodes.t.parent")]


def test_an_all_join_below_two_triggers_offers_any(problems: Any) -> None:
    """A run starts at one of them."""
    nodes = {"t": TRIGGER, "u": TRIGGER, "a": None, "b": None, "end": None}
    edges = ["t>a", "u>b", "a>end", "b>end"]
    assert found(problems, nodes, edges) == [("exclusive_join", "nodes.end.join")]
    assert found(problems, {**nodes, "end": {"join": "any"}}, edges) == []
    assert found(problems, {"t": TRIGGER, "a": None, "b": None, "end": None}, ["t>a", "t>b", "a>end", "b>end"]) == []
