from __future__ import annotations

import json
from typing import Any

import pytest

from floworch.errors import UsageError
from floworch.model.codec import loads
from floworch.model.graph import plan_of
from floworch.model.triggers import chosen_trigger, idle_triggers, is_trigger, triggers_of, unreached
from floworch.model.workflow import Workflow


def flow(**nodes: Any) -> Workflow:
    """Nodes by id: an action, or an action and further fields."""
    filled = {name: {"action": each} if isinstance(each, str) else each for name, each in nodes.items()}
    return loads(json.dumps({"id": "w", "nodes": filled}))


ALL = flow(a="trigger.schedule", b="trigger.webhook", m="trigger.manual", work="util.log")


def test_triggers_are_the_start_cards_at_the_top() -> None:
    inside = {"action": "trigger.file", "parent": "work"}
    assert triggers_of(flow(a="trigger.schedule", work="flow.foreach", x=inside)) == ["a"]
    assert is_trigger("trigger.mine")
    assert not is_trigger("my.trigger")


@pytest.mark.parametrize(
    ("workflow", "chosen"),
    [
        (ALL, "m"),
        (flow(a="trigger.schedule", b="trigger.webhook"), "a"),
        (flow(a={"action": "trigger.schedule", "disabled": True}, b="trigger.webhook"), "b"),
        (flow(m={"action": "trigger.manual", "disabled": True}, b="trigger.webhook"), "b"),
        (flow(a={"action": "trigger.schedule", "disabled": True}), "a"),
        (flow(work="util.log"), None),
    ],
)
def test_a_run_by_hand_starts_at_the_manual_trigger_else_at_the_first(workflow: Workflow, chosen: str | None) -> None:
    assert chosen_trigger(workflow, None) == chosen


def test_the_wanted_trigger_is_taken_and_the_others_are_idle() -> None:
    assert chosen_trigger(ALL, "b") == "b"
    assert idle_triggers(ALL, "b") == ["a", "m"]
    assert idle_triggers(ALL, None) == ["a", "b", "m"]


def test_a_trigger_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match=r"has no trigger 'work'") as caught:
        chosen_trigger(ALL, "work")
    assert caught.value.hint == "It has a, b, m."
    with pytest.raises(UsageError) as caught:
        chosen_trigger(flow(work="util.log"), "x")
    assert "trigger.schedule" in caught.value.hint


def test_what_only_idle_triggers_lead_to_cannot_run() -> None:
    """C2.3, C2.4: a missed edge bypasses an all-join, and an any-join only where every edge is missed."""
    nodes = {"m": "trigger.manual", "t": "trigger.schedule", "both": "util.log",
             "either": {"action": "util.log", "join": "any"}, "below": {"action": "flow.foreach"},
             "inside": {"action": "util.log", "parent": "below"}, "free": "util.log"}  # fmt: skip
    edges = [("m", "both"), ("t", "both"), ("m", "either"), ("t", "either"), ("t", "below"), ("both", "free")]
    filled = {name: {"action": each} if isinstance(each, str) else each for name, each in nodes.items()}
    made = loads(json.dumps({"id": "w", "nodes": filled, "edges": [{"from": a, "to": b} for a, b in edges]}))
    plan = plan_of(made)
    assert {plan.ids[i]: by for i, by in unreached(plan, ["t"]).items()} == dict.fromkeys(
        ("t", "both", "below", "inside", "free"), "t"
    )
    assert unreached(plan, []) == {}
