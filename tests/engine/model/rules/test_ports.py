from __future__ import annotations

from floworch.model.rules.draft import Draft
from floworch.model.rules.ports import Exclusion

SWITCH = {"action": "flow.switch", "params": {"cases": [{"when": "{{ true }}", "port": "big"}], "default": "small"}}
IF = {"action": "flow.if", "params": {"condition": "true"}}


def test_every_node_has_done_and_error(codes) -> None:  # type: ignore[no-untyped-def]
    """(C2.2)"""
    assert codes({"a": None, "b": None, "c": None}, ["a:done>b", "a:error>c"]) == []


def test_an_undeclared_port_lists_the_declared_ones(problems) -> None:  # type: ignore[no-untyped-def]
    """(C2.7)"""
    (found,) = problems({"s": SWITCH, "a": None}, ["s:bigg>a"])
    assert (found.code, found.path, found.node) == ("unknown_port", "edges[0]", "s")
    assert found.fix == "Its ports are big, small, done and error."
    assert found.repair == {"op": "set_edge", "edge": 0, "field": "port", "value": "big"}


def test_a_choice_has_no_port_out(codes) -> None:  # type: ignore[no-untyped-def]
    """(C2.7)"""
    assert codes({"s": IF, "a": None}, ["s>a"]) == [("unknown_port", "edges[0]")]


def test_ports_that_cannot_be_computed_are_not_guessed(codes) -> None:  # type: ignore[no-untyped-def]
    assert codes({"s": {"action": "flow.switch", "params": {"cases": "{{ data.c }}"}}, "a": None}, ["s:any>a"]) == []


def test_an_all_join_below_exclusive_branches_offers_any(problems) -> None:  # type: ignore[no-untyped-def]
    """(C15)"""
    nodes = {"s": IF, "yes": None, "no": None, "end": None, "after": None}
    edges = ["s:true>yes", "s:false>no", "yes>end", "no>end", "end>after"]
    (found,) = problems(nodes, edges)
    assert (found.code, found.severity, found.path) == ("exclusive_join", "warning", "nodes.end.join")
    assert found.repair == {"op": "set_field", "node": "end", "field": "join", "value": "any"}
    assert problems({**nodes, "end": {"join": "any"}}, edges) == []


def test_branches_straight_into_the_join_and_deep_ones_are_seen(codes) -> None:  # type: ignore[no-untyped-def]
    assert codes({"s": SWITCH, "e": None}, ["s:big>e", "s:small>e"]) == [("exclusive_join", "nodes.e.join")]
    nodes = {"s": IF, "t": IF, "x": None, "y": None, "e": None}
    assert codes(nodes, ["s:true>t", "t:true>x", "s:false>y", "x>e", "y>e"]) == [("exclusive_join", "nodes.e.join")]


def test_success_and_error_of_one_node_exclude_each_other(codes) -> None:  # type: ignore[no-untyped-def]
    """(C4.2) unless the node continues on error, which fires both"""
    nodes = {"a": None, "ok": None, "bad": None, "e": None}
    edges = ["a>ok", "a:error>bad", "ok>e", "bad>e"]
    assert codes(nodes, edges) == [("exclusive_join", "nodes.e.join")]
    assert codes({**nodes, "a": {"on_error": "continue"}}, edges) == []


def test_joins_that_can_run_are_left_alone(codes) -> None:  # type: ignore[no-untyped-def]
    assert codes({"a": None, "b": None, "c": None, "d": None}, ["a>b", "a>c", "b>d", "c>d"]) == []
    assert codes({"f": {"action": "data.filter"}, "e": None}, ["f:kept>e", "f:dropped>e"]) == []
    assert codes({"h": {"action": "human.approve"}, "e": None}, ["h:approved>e", "h>e"]) == []
    both = {"s": IF, "x": None, "y": {"join": "any"}, "e": None}
    assert codes(both, ["s:true>x", "x>y", "s:false>y", "x>e", "y>e"]) == []


def test_which_nodes_exclude_each_other(workflow, catalog) -> None:  # type: ignore[no-untyped-def]
    made = workflow({"s": IF, "x": None, "y": None, "z": None}, ["s:true>x", "s:false>y", "x>z"])
    exclusion = Exclusion(Draft(made, catalog))
    index = Draft(made, catalog).plan.index
    assert exclusion.exclusive(index["x"], index["y"])
    assert exclusion.exclusive(index["z"], index["y"])
    assert not exclusion.exclusive(index["x"], index["z"])
