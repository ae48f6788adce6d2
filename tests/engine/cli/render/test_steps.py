"""The steps of a run: their order, and everything that failed."""

from __future__ import annotations

import io
import json
from typing import Any

from floworch.cli.render.steps import MAX_FAILURES, failure_lines, in_order, is_handled, plan_of_run, run_json
from floworch.model import codec
from floworch.model.graph import Plan, plan_of
from floworch.run.state import RunState
from floworch.run.status import NodeStatus
from floworch.store.protocol import RunHeader

LOG: dict[str, Any] = {"action": "util.log", "params": {"message": ""}}


def plan(nodes: dict[str, dict[str, Any]], *edges: tuple[str, str, str]) -> Plan:
    definition = {
        "id": "w",
        "nodes": {name: {**LOG, **fields} for name, fields in nodes.items()},
        "edges": [{"from": source, "port": port, "to": target} for source, port, target in edges],
    }
    return plan_of(codec.loads(json.dumps(definition)))


def state_of(graph: Plan) -> RunState:
    parents = {number: parent for number, parent in enumerate(graph.parent) if parent >= 0}
    return RunState("r-1", "w", graph.ids, parents=parents)


def fail(state: RunState, node: str, at: float, **error: Any) -> None:
    i = state.index[node]
    state.node_status[i] = NodeStatus.FAILED.code
    state.ended[i] = at
    state.errors[i] = {"kind": "processing_error", "message": f"{node} broke", **error}


def lines(state: RunState, graph: Plan | None) -> list[str]:
    return failure_lines(state, graph, io.StringIO())


def test_started_nodes_come_in_the_order_of_their_start_then_the_others_along_the_edges() -> None:
    graph = plan({name: {} for name in "abcde"}, ("e", "out", "d"), ("d", "out", "a"), ("a", "out", "c"))
    state = state_of(graph)
    assert in_order(state, graph) == ["b", "e", "d", "a", "c"]
    state.started[state.index["e"]] = 5.0
    state.started[state.index["d"]] = 6.0
    assert in_order(state, graph) == ["e", "d", "b", "a", "c"]
    assert in_order(state, None) == ["e", "d", "a", "b", "c"]
    assert list(run_json(state, graph)["nodes"]) == ["e", "d", "b", "a", "c"]


def test_a_body_follows_its_container() -> None:
    loop = {"action": "flow.foreach", "params": {"items": []}}
    graph = plan(
        {"z": {}, "loop": loop, "b": {"parent": "loop"}, "a": {"parent": "loop"}, "after": {}},
        ("z", "out", "loop"), ("b", "out", "a"), ("loop", "out", "after"),
    )  # fmt: skip
    state = state_of(graph)
    assert in_order(state, graph) == ["z", "loop", "b", "a", "after"]
    state.started[state.index["loop"]] = 1.0
    state.started[state.index["after"]] = 2.0
    assert in_order(state, graph) == ["loop", "b", "a", "after", "z"]


def test_a_failure_is_handled_by_an_error_edge_or_on_error_but_not_by_done() -> None:
    """(C4.2)"""
    graph = plan(
        {"a": {}, "b": {"on_error": "continue"}, "c": {}, "x": {}}, ("a", "error", "x"), ("c", "done", "x")
    )  # fmt: skip
    assert [is_handled(graph, node) for node in ("a", "b", "c", "gone")] == [True, True, False, False]
    assert is_handled(None, "a") is False


def test_every_failure_is_listed_in_order_with_its_hint() -> None:
    graph = plan({"a": {}, "b": {}, "c": {"on_error": "continue"}})
    state = state_of(graph)
    fail(state, "b", 1.0, hint="Correct the path.")
    fail(state, "a", 3.0, message="line 1\nline 2")
    fail(state, "c", 2.0)
    state.error = {"kind": "processing_error", "message": "b broke", "node": "b"}
    assert lines(state, graph) == [
        "  b: b broke (processing_error)",
        "    Hint: Correct the path.",
        "  c: c broke (processing_error), handled",
        "  a: line 1\n    line 2 (processing_error)",
    ]


def test_an_error_of_the_run_itself_comes_first_and_one_that_goes_on_is_left_out() -> None:
    graph = plan({"a": {}})
    state = state_of(graph)
    state.errors[0] = {"kind": "timeout_error", "message": "again soon"}  # it is retrying
    state.error = {"kind": "validation_error", "message": "The output 'x' is wrong.", "node": None, "hint": "Mend it."}
    assert lines(state, graph) == ["  The output 'x' is wrong. (validation_error)", "    Hint: Mend it."]


def test_very_many_failures_are_counted() -> None:
    graph = plan({f"n{number}": {} for number in range(MAX_FAILURES + 7)})
    state = state_of(graph)
    for node in graph.ids:
        fail(state, node, 1.0)
    said = lines(state, graph)
    assert len(said) == MAX_FAILURES + 1
    assert said[-1] == "  ... and 7 more failures."


def test_a_definition_that_cannot_be_read_is_no_plan() -> None:
    header = RunHeader("r-1", "w", b"{", "", {}, ("a",), 0.0)
    assert plan_of_run(header) is None
    assert plan_of_run(None) is None
