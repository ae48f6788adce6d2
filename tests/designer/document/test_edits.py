"""Edits are pure, share structure, and every undo restores the very value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.model.workflow import Edge, Layer, Node, Workflow
from floworch_designer.document import edits
from floworch_designer.document.document import Document
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.positions import positions


def flow(*edges: str, **nodes: Any) -> Workflow:
    """A workflow from edges like ``a>b`` or ``a.error>b``; keywords are extra fields of nodes."""
    ids: dict[str, None] = {}
    made: list[Edge] = []
    for text in edges:
        left, _, right = text.partition(">")
        source, _, port = left.partition(".")
        ids.update(dict.fromkeys((source, right) if right else (source,)))
        if right:
            made.append(make_edge(source, port or "out", right))
    values = {key: Node(action="data.set", **nodes.get(key, {})) for key in (*ids, *(set(nodes) - set(ids)))}
    return Workflow(id="w", nodes=values, edges=tuple(made))


def arrows(workflow: Workflow) -> set[str]:
    return {f"{edge.source}.{edge.port}>{edge.target}" for edge in workflow.edges}


def test_a_new_node_gets_a_free_id_from_its_action_and_keeps_the_rest_shared() -> None:
    before = flow("set>b")
    after, made = edits.add_node(before, "data.set", {"value": 1}, (10, 20.5))
    assert made == "set_2"
    assert after.nodes["b"] is before.nodes["b"]
    assert before.nodes.keys() == {"set", "b"}
    assert positions(after)["set_2"] == (10, 20)
    assert after.view["nodes"]["set_2"] == [10, 20]


@pytest.mark.parametrize(
    ("stem", "expected"),
    [("http.request", "request"), ("py:my.module:Do It", "do_it"), ("9lives", "n_9lives"), ("…", "node")],
)
def test_ids_are_words(stem: str, expected: str) -> None:
    assert edits.fresh_id(Workflow(id="w"), stem) == expected


def test_removing_a_node_takes_its_edges_its_place_and_the_body_of_a_container() -> None:
    before = edits.move(flow("a>b", "b>c", "x>y", x={"parent": "b"}, y={"parent": "b"}), {"b": (1, 2), "a": (3, 4)})
    after = edits.remove(before, {"b"})
    assert set(after.nodes) == {"a", "c"}
    assert after.edges == ()
    assert after.view["nodes"] == {"a": [3, 4]}


def test_delete_and_reconnect_bridges_the_gap_but_not_through_error_ports() -> None:
    before = flow("a>b", "b>c", "b.error>d", "z.yes>b")
    after = edits.remove(before, {"b"}, reconnect=True)
    assert arrows(after) == {"a.out>c", "z.yes>c"}


def test_reconnect_crosses_several_removed_nodes() -> None:
    assert arrows(edits.remove(flow("a>b", "b>c", "c>d"), {"b", "c"}, reconnect=True)) == {"a.out>d"}


def test_removing_nothing_returns_the_same_workflow() -> None:
    before = flow("a>b")
    assert edits.remove(before, {"nobody"}) is before
    assert edits.connect(before, "a", "out", "b") is before
    assert edits.connect(before, "a", "out", "nobody") is before
    assert edits.set_field(before, "a", "title", "") is before
    assert edits.set_param(before, "a", "x", edits.MISSING) is before
    assert edits.set_parent(before, ["a"], None) is before


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("a", "a", "itself"),
        ("c", "a", "cycle"),
        ("a", "inner", "container"),
        ("a", "nobody", "no such"),
        ("a", "c", ""),
    ],
)
def test_who_may_follow_whom(source: str, target: str, reason: str) -> None:
    workflow = flow("a>b", "b>c", inner={"parent": "b"})
    found = edits.may_connect(workflow, source, target)
    assert reason in found if reason else found == ""


def test_an_existing_edge_is_refused_only_for_its_own_port() -> None:
    workflow = flow("a>b")
    assert "already" in edits.may_connect(workflow, "a", "b", "out")
    assert edits.may_connect(workflow, "a", "b", "error") == ""


def test_parameters_and_fields_are_set_and_restored() -> None:
    workflow = edits.set_param(flow("a>b"), "a", "n", 1)
    assert edits.set_param(workflow, "a", "n", True).nodes["a"].params["n"] is True
    assert "n" not in edits.set_param(workflow, "a", "n", edits.MISSING).nodes["a"].params
    titled = edits.set_field(workflow, "a", "title", "Hello")
    assert edits.set_field(titled, "a", "title", edits.MISSING).nodes["a"].title == ""
    with pytest.raises(KeyError):
        edits.set_field(workflow, "a", "colour", "red")


def test_changing_the_container_cuts_edges_that_would_cross_its_border() -> None:
    workflow = flow("a>b", "b>c", "box")
    after = edits.set_parent(workflow, ["b"], "box")
    assert after.nodes["b"].parent == "box"
    assert after.edges == ()
    assert edits.set_parent(flow("box", box={}, inner={"parent": "box"}), ["box"], "inner").nodes["box"].parent is None


def test_rename_follows_into_edges_bodies_positions_and_expressions() -> None:
    workflow = flow(
        "a>b",
        a={},
        c={"parent": "a"},
        b={
            "params": {
                "x": "{{ nodes.a.output.y + nodes['a'].status }} nodes.a",
                "deep": [{"when": "nodes.a.output > 1"}],
                "condition": "nodes.a.output and nodes.ab.output",
            }
        },
    )
    workflow = edits.move(workflow, {"a": (1, 2)}).replace(outputs={"r": "{{nodes.a.output}}"})
    after = edits.rename(workflow, "a", "pay_now")
    params = after.nodes["b"].params
    assert params["x"] == "{{ nodes.pay_now.output.y + nodes.pay_now.status }} nodes.a"
    assert params["deep"] == [{"when": "nodes.pay_now.output > 1"}]
    assert params["condition"] == "nodes.pay_now.output and nodes.ab.output"
    assert after.outputs == {"r": "{{nodes.pay_now.output}}"}
    assert list(after.nodes) == ["pay_now", "b", "c"]
    assert after.nodes["c"].parent == "pay_now"
    assert arrows(after) == {"pay_now.out>b"}
    assert after.view["nodes"] == {"pay_now": [1, 2]}


def test_rename_quotes_ids_that_are_not_words_and_refuses_taken_ones() -> None:
    workflow = flow("a>b", a={}, b={"params": {"x": "{{ nodes.a.output }}"}})
    after = edits.rename(workflow, "a", "pay-now")
    assert after.nodes["b"].params["x"] == '{{ nodes["pay-now"].output }}'
    assert edits.rename(after, "pay-now", "a") == workflow
    with pytest.raises(ValueError, match="belongs"):
        edits.rename(workflow, "a", "b")
    with pytest.raises(ValueError, match="no node"):
        edits.rename(workflow, "q", "r")


def test_layers_are_added_moved_changed_and_removed() -> None:
    workflow = edits.add_layer(edits.add_layer(flow("a"), "a", "log"), "a", Layer(use="cache"), 0)
    assert [layer.use for layer in workflow.nodes["a"].middleware] == ["cache", "log"]
    assert [layer.use for layer in edits.move_layer(workflow, "a", 0, 1).nodes["a"].middleware] == ["log", "cache"]
    changed = edits.set_layer(workflow, "a", 1, options={"level": "info"})
    assert changed.nodes["a"].middleware[1].options == {"level": "info"}
    assert [layer.use for layer in edits.remove_layer(workflow, "a", 0).nodes["a"].middleware] == ["log"]
    assert edits.add_layer(workflow, None, "log").middleware[0].use == "log"
    assert edits.remove_layer(workflow, "a", 9) is workflow
    assert edits.move_layer(workflow, "a", 0, 0) is workflow


def test_duplicates_keep_edges_among_themselves_and_their_references() -> None:
    workflow = edits.move(
        flow("z>a", "a>b", a={}, b={"params": {"x": "{{ nodes.a.output + nodes.z.output }}"}}),
        {"z": (0, 0), "a": (10, 0), "b": (20, 0)},
    )
    after, made = edits.duplicate(workflow, ["a", "b"])
    assert made == {"a": "a_2", "b": "b_2"}
    assert after.nodes["b_2"].params["x"] == "{{ nodes.a_2.output + nodes.z.output }}"
    assert arrows(after) == {"z.out>a", "a.out>b", "a_2.out>b_2"}
    assert positions(after)["a_2"] == (46, 36)
    linked, _ = edits.duplicate(workflow, ["a"], inputs=True)
    assert "z.out>a_2" in arrows(linked)


def test_disabling_toggles_a_selection_as_one() -> None:
    workflow = edits.set_disabled(flow("a>b"), ["a"])
    both = edits.set_disabled(workflow, ["a", "b"])
    assert both.nodes["a"].disabled
    assert both.nodes["b"].disabled
    assert not edits.set_disabled(both, ["a", "b"]).nodes["a"].disabled


STEPS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), max_size=25)


def _step(workflow: Workflow, kind: int, first: int, second: int) -> Workflow:
    ids = list(workflow.nodes)
    a, b = (ids[first % len(ids)], ids[second % len(ids)]) if ids else ("", "")
    if kind < 2 or not ids:
        return edits.add_node(workflow, "data.set", {"v": first}, (first * 10, second * 10))[0]
    actions = {
        2: lambda: edits.connect(workflow, a, "out", b),
        3: lambda: edits.remove(workflow, {a}, reconnect=bool(second % 2)),
        4: lambda: edits.move(workflow, {a: (second * 3.5, first)}),
        5: lambda: edits.set_param(workflow, a, "x", second),
        6: lambda: edits.rename(workflow, a, edits.fresh_id(workflow, f"r{second}")),
        7: lambda: edits.add_layer(workflow, a, "log"),
        8: lambda: edits.duplicate(workflow, {a, b})[0],
        9: lambda: edits.set_parent(workflow, {a}, b if second % 3 else None),
    }
    return actions[kind]()


@given(STEPS)
@settings(max_examples=60)
def test_undoing_everything_restores_the_original_and_redoing_it_the_final_value(
    steps: list[tuple[int, int, int]],
) -> None:
    document = Document(validate=lambda _: ())
    original = flow("a>b")
    document.reset(original)
    states = [original]
    for number, (kind, first, second) in enumerate(steps):
        document.apply(_step(document.workflow, kind, first, second), f"step {number}")
        if document.workflow is not states[-1]:
            states.append(document.workflow)
    final = document.workflow
    stack = document.undo_stack
    assert stack.count() == len(states) - 1
    for expected in reversed(states[:-1]):
        stack.undo()
        assert document.workflow is expected
    assert document.workflow == original
    while stack.can_redo():
        stack.redo()
    assert document.workflow is final
    for edge in final.edges:
        assert edge.source in final.nodes
        assert edge.target in final.nodes
