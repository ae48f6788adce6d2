"""The definition as the scheduler reads it (C2, C7.8, C15)."""

from __future__ import annotations

from run_dialogue import workflow

from floworch.actions.registry import registry
from floworch.run.plan import DEFAULT_RETRY, TOP, compile_plan


def test_bodies_depths_and_sinks() -> None:
    nodes = {"o": {}, "i": {"parent": "o"}, "x": {"parent": "i"}, "y": {"parent": "i"}}
    plan = compile_plan(workflow({k: {"action": "util.log", **v} for k, v in nodes.items()}, "x>y"), registry)
    index = plan.index
    assert plan.bodies[TOP].nodes == (index["o"],)
    assert plan.bodies[index["i"]].roots == (index["x"],)
    assert plan.bodies[index["i"]].sinks == (index["y"],)
    assert list(plan.depth) == [1, 0, 2, 2]
    assert plan.parents == [(index["i"], index["o"]), (index["x"], index["i"]), (index["y"], index["i"])]


def test_default_retries_follow_the_effect() -> None:
    """C15"""
    nodes = {"d": {"action": "data.set"}, "s": {"action": "shell.run"},
             "p": {"action": "shell.run", "effect": "pure"}, "f": {"action": "py:m:f"}}  # fmt: skip
    plan = compile_plan(workflow(nodes), registry)
    found = {name: plan.retry[i] for name, i in plan.index.items()}
    assert found == {"d": DEFAULT_RETRY, "s": None, "p": DEFAULT_RETRY, "f": None}
    assert plan.ids[next(iter(plan.unsafe))] in {"s", "f"}
