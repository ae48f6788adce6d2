"""Edges, joins and dead paths (C2.2-C2.6)."""

from __future__ import annotations

from run_dialogue import Dialogue, fails, output, workflow


def test_dead_paths_are_skipped_below_failures_and_bypassed_below_choices() -> None:
    """C2.4"""
    run = Dialogue(workflow({name: {} for name in "abcde"}, "a:yes>b", "a:no>c", "c>d", "b>e")).start()
    run.play({"a": output(1, port="yes"), "b": fails()})
    assert run.statuses() == {"a": "completed", "b": "failed", "c": "bypassed", "d": "bypassed", "e": "skipped"}


def test_joins() -> None:
    """C2.3"""
    nodes = {"a": {}, "b": {}, "all": {}, "any": {"join": "any"}, "first": {"join": "first"}}
    edges = [f"{source}>{join}" for source in "ab" for join in ("all", "any", "first")]
    run = Dialogue(workflow(nodes, *edges, settings={"fail_fast": False})).start().play({"b": fails()})
    assert {name: run.statuses()[name] for name in ("all", "any", "first")} == {
        "all": "skipped", "any": "completed", "first": "completed",
    }  # fmt: skip


def test_a_disabled_node_passes_its_only_input_on() -> None:
    """C2.6"""
    run = Dialogue(workflow({"a": {}, "d": {"disabled": True}, "b": {}, "e": {}}, "a>d", "d>b", "d:error>e")).start()
    run.play({"a": output([1])})
    assert run.statuses() == {"a": "completed", "d": "bypassed", "b": "completed", "e": "bypassed"}
    assert run.state.node("d").output == [1]
