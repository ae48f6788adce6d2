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


def test_a_step_behind_a_trigger_that_has_answered_cannot_answer(problems: Any) -> None:
    """actions.md, trigger.webhook: respond now or end; also inside of a container, and only behind that trigger."""
    hook, answer = {"action": "trigger.webhook"}, {"action": "http.respond"}
    late = [("late_answer", "nodes.t.params.respond")]
    assert found(problems, {"t": hook, "m": None, "a": answer}, ["t>m", "m>a"]) == late
    assert (
        found(problems, {"t": hook, "box": {"action": "flow.try"}, "a": {**answer, "parent": "box"}}, ["t>box"]) == late
    )
    assert found(problems, {"t": hook, "a": answer}, []) == []
    assert found(problems, {"t": hook, "a": {**answer, "disabled": True}}, ["t>a"]) == []
    assert found(problems, {"t": {**hook, "disabled": True}, "a": answer}, ["t>a"]) == []
    for respond in ("end", "{{ inputs.when }}"):
        given = {"when": {"type": "string", "required": True}}
        nodes = {"t": {**hook, "params": {"respond": respond}}, "a": answer}
        assert [each.code for each in problems(nodes, ["t>a"], inputs=given) if each.code != "unknown_action"] == []
