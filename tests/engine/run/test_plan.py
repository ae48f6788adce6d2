"""The definition compiled for the scheduler (C2, C4.4, C7.8, C10.1, C15)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from run_dialogue import NoCatalog, workflow

from floworch.actions.registry import registry
from floworch.model.workflow import Workflow
from floworch.run.plan import ALL, ANY, DEFAULT_RETRY, FIRST, TOP, Plan, compile_plan

SPECS = {
    "t.pure": SimpleNamespace(effect="pure", container=False),
    "t.idem": SimpleNamespace(effect="idempotent", container=False),
    "t.unsafe": SimpleNamespace(effect="unsafe", container=False),
    "t.loop": SimpleNamespace(effect="pure", container=True),
    "py:m:f": SimpleNamespace(effect="idempotent", container=False),
}


class Catalog:
    def find_action(self, action_id: str) -> Any:
        return SPECS.get(action_id)


def plan_of(definition: Workflow) -> Plan:
    return compile_plan(definition, Catalog())  # type: ignore[arg-type]


def test_indexes_are_those_of_the_sorted_ids() -> None:
    """C12: events name nodes by these."""
    plan = plan_of(workflow({"b": {}, "a10": {}, "a2": {}}))
    assert plan.ids == ("a10", "a2", "b")
    assert [plan.index[name] for name in plan.ids] == [0, 1, 2]


@pytest.mark.parametrize(
    ("action", "effect", "expected"),
    [
        ("t.pure", None, DEFAULT_RETRY), ("t.idem", None, DEFAULT_RETRY), ("t.unsafe", None, None),
        ("t.unsafe", "idempotent", DEFAULT_RETRY), ("t.unsafe", "pure", DEFAULT_RETRY), ("t.pure", "unsafe", None),
        ("t.loop", None, None), ("py:m:f", None, None), ("py:m:f", "pure", None), ("t.unknown", None, None),
    ],
)  # fmt: skip
def test_the_retry_of_a_node_that_says_nothing(action: str, effect: str | None, expected: Any) -> None:
    """C15: pure and idempotent actions get the default; unsafe ones, functions and containers one attempt."""
    plan = plan_of(workflow({"n": {"action": action, **({"effect": effect} if effect else {})}}))
    assert plan.retry == (expected,)


def test_the_default_policy_is_the_contracts() -> None:
    """C15"""
    assert DEFAULT_RETRY.model_dump() == {
        "max_attempts": 3, "delay": 1.0, "backoff": 2.0, "max_delay": 60.0, "jitter": 0.1, "on": ("transient",),
        "give_up_on": (),
    }  # fmt: skip


def test_a_field_wins_and_a_layer_takes_the_default_away() -> None:
    """C5.4, C15: one retry is effective."""
    layer = [{"use": "retry", "with": {"max_attempts": 5}}]
    field = {"max_attempts": 7}
    nodes = {
        "layer": {"action": "t.pure", "middleware": layer},
        "field": {"action": "t.unsafe", "retry": field, "middleware": layer},
        "plain": {"action": "t.pure", "middleware": [{"use": "logging"}]},
    }
    plan = plan_of(workflow(nodes))
    assert plan.retry[plan.index["layer"]] is None
    assert getattr(plan.retry[plan.index["field"]], "max_attempts", None) == 7
    assert plan.retry[plan.index["plain"]] is DEFAULT_RETRY
    everywhere = plan_of(workflow(nodes, middleware=layer))
    assert everywhere.retry[everywhere.index["plain"]] is None
    assert getattr(everywhere.retry[everywhere.index["field"]], "max_attempts", None) == 7


def test_unsafe_nodes_by_action_and_override() -> None:
    """C7.8: an action nobody knows is unsafe."""
    nodes = {
        "a": {"action": "t.pure"},
        "b": {"action": "t.unsafe"},
        "c": {"action": "t.pure", "effect": "unsafe"},
        "d": {"action": "t.unsafe", "effect": "idempotent"},
        "e": {"action": "no.where"},
    }
    assert {plan_of(workflow(nodes)).ids[i] for i in plan_of(workflow(nodes)).unsafe} == {"b", "c", "e"}


def test_bodies_hold_their_own_nodes_roots_and_sinks() -> None:
    """C10.1"""
    nodes = {
        "a": {}, "outer": {}, "inner": {"parent": "outer"}, "z": {"parent": "outer"},
        "p": {"parent": "inner"}, "q": {"parent": "inner"}, "r": {"parent": "inner"},
    }  # fmt: skip
    plan = plan_of(workflow(nodes, "a>outer", "inner>z", "p>q", "p>r"))
    i = plan.index
    assert plan.bodies.keys() == {TOP, i["outer"], i["inner"]}
    inner = plan.bodies[i["inner"]]
    assert [plan.ids[n] for n in inner.nodes] == ["p", "q", "r"]
    assert inner.incoming == (0, 1, 1)
    assert inner.roots == (i["p"],)
    assert inner.sinks == (i["q"], i["r"])
    assert plan.bodies[TOP].nodes == (i["a"], i["outer"])
    assert plan.bodies[TOP].roots == (i["a"],)
    assert [plan.depth[i[name]] for name in ("a", "outer", "inner", "z", "p")] == [0, 0, 1, 1, 2]
    assert all(plan.bodies[plan.parent[n]].nodes[plan.local[n]] == n for n in range(len(plan.ids)))
    inside = {"inner": "outer", "z": "outer", "p": "inner", "q": "inner", "r": "inner"}
    assert dict(plan.parents) == {i[child]: i[container] for child, container in inside.items()}


def test_edges_joins_and_handlers() -> None:
    """C2.2, C2.3, C4.2"""
    nodes = {"a": {}, "b": {"join": "any", "on_error": "continue"}, "c": {"join": "first"}}
    plan = plan_of(workflow(nodes, "a>b", "a:error>c", "a:done>c", settings={"fail_fast": False}))
    assert plan.out == ((("out", 1), ("error", 2), ("done", 2)), (), ())
    assert tuple(plan.join) == (ALL, ANY, FIRST)
    assert (plan.catches, plan.continues, plan.fail_fast) == ({0}, {1}, False)
    assert plan.bodies[TOP].incoming == (0, 1, 2)


def test_the_single_source_of_a_disabled_node() -> None:
    """C2.6: its single input's output, else null; only disabled nodes are asked."""
    off = {"disabled": True}
    plan = plan_of(workflow({"a": {}, "b": {}, "one": off, "two": off, "none": off}, "a>one", "a>two", "b>two"))
    i = plan.index
    assert plan.disabled == {i["one"], i["two"], i["none"]}
    assert plan.single == {i["one"]: i["a"], i["two"]: None, i["none"]: None}


def test_two_edges_from_one_node_are_two_inputs() -> None:
    """C2.6"""
    plan = plan_of(workflow({"a": {}, "off": {"disabled": True}}, "a>off", "a:done>off"))
    assert plan.single == {plan.index["off"]: None}


def test_without_a_catalog_everything_is_unsafe_and_tried_once() -> None:
    """C7.8"""
    plan = compile_plan(workflow({"a": {}, "b": {"effect": "pure"}}), NoCatalog())  # type: ignore[arg-type]
    assert plan.unsafe == {0}
    assert plan.retry == (None, None)


def test_an_effect_that_depends_on_a_parameter_decides_per_node() -> None:
    """C7.8, C15: what appends twice when it runs twice is neither retried nor run again unasked."""
    nodes = {
        "plain": {"action": "file.write", "params": {"path": "x", "content": ""}},
        "grows": {"action": "file.write", "params": {"path": "x", "content": "", "mode": "append"}},
        "later": {"action": "file.write", "params": {"path": "x", "content": "", "mode": "{{ inputs.mode }}"}},
        "fresh": {"action": "db.load", "params": {"mode": "replace"}},
        "loads": {"action": "db.load", "params": {}},
        "table": {"action": "data.write_table", "params": {"mode": "append"}},
        "known": {"action": "db.load", "effect": "idempotent", "params": {}},
    }
    undone = {"action": "file.write", "params": {"path": "x", "content": "", "mode": "append"}}
    flow = workflow({**nodes, "undoes": {"action": "util.log", "params": {"message": "x"}, "compensate": undone}})
    plan = compile_plan(flow, registry)
    assert {plan.ids[i] for i in plan.unsafe} == {"grows", "later", "loads", "table"}
    retried = {name for name, policy in zip(plan.ids, plan.retry, strict=True) if policy is not None}
    assert retried == {"plain", "fresh", "known", "undoes"}
    assert plan.undo_retry[plan.ids.index("undoes")] is None


def test_default_retries_follow_the_effects_of_built_in_actions() -> None:
    """C7.8, C15"""
    nodes = {"d": "data.set", "s": "shell.run", "c": "python.code"}
    plan = compile_plan(workflow({name: {"action": action} for name, action in nodes.items()}), registry)
    assert {name: plan.retry[i] for name, i in plan.index.items()} == {"d": DEFAULT_RETRY, "s": None, "c": None}
    assert {plan.ids[i] for i in plan.unsafe} == {"s", "c"}


def test_what_a_rollback_must_keep_of_items_is_what_compensations_name() -> None:
    """C9: and all that is around a compensation whose names are known at the run only."""

    def keeps(text: str) -> set[str]:
        undo = {"action": "t.undo", "params": {"x": text}}
        nodes = {"first": {}, "loop": {}, "a": {"parent": "loop"}, "b": {"parent": "loop"},
                 "c": {"parent": "loop", "compensate": undo}, "d": {}}  # fmt: skip
        plan = compile_plan(workflow(nodes, "first>loop", "a>b", "b>c"), NoCatalog())  # type: ignore[arg-type]
        return {plan.ids[i] for i in plan.keeps}

    assert keeps("{{ output }}") == {"c"}
    assert keeps("{{ nodes.a.output }} {{ nodes.first.output }}") == {"a", "c"}
    assert keeps("{{ nodes[inputs.which].output }}") == {"a", "b", "c"}
    assert keeps("{% broken") == {"a", "b", "c"}


def test_a_run_without_compensation_says_nothing_of_it_and_calls_stand_for_their_child() -> None:
    """C15"""
    assert compile_plan(workflow({"a": {}}), NoCatalog()).compensates is None  # type: ignore[arg-type]
    undo = {"compensate": {"action": "t.undo"}}
    nodes = {"a": undo, "b": {"action": "flow.call"}, "c": {"action": "flow.call", **undo}}
    plan = compile_plan(workflow(nodes), NoCatalog())  # type: ignore[arg-type]
    assert plan.compensates == {"nodes": [0, 2], "keep": [], "calls": [1]}
