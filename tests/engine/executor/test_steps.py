"""Nodes made ready (C15)."""

from __future__ import annotations

from engine_kit import Kit, chain
from run_dialogue import workflow

from floworch.executor.steps import make_step
from floworch.run.plan import compile_plan


def test_the_direct_way_is_for_nodes_without_anything_around_them() -> None:
    kit = Kit()
    plan = compile_plan(chain("any"), kit.registry)
    assert make_step(plan, 0, kit.registry).direct
    timed = compile_plan(workflow({"a": {"action": "t.any", "timeout": 5}}), kit.registry)
    assert not make_step(timed, 0, kit.registry).direct


def test_outer_retry_layers_are_void_below_a_field() -> None:
    """C15"""
    kit = Kit()
    layer = {"use": "retry", "with": {}}
    fields = {"action": "t.any", "retry": {"max_attempts": 2}, "middleware": [{"use": "logging"}, layer]}
    plan = compile_plan(workflow({"a": fields}, middleware=[layer]), kit.registry)
    assert len(make_step(plan, 0, kit.registry).layers) == 1
