"""Edits against brute force: reach, cycles, bodies, bridges and ids in graphs of every shape."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.model.workflow import Edge, Node, Workflow
from floworch_designer.document import edits
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.positions import positions, raw_positions

KEYS = "abcdef"
ANY_EDGE = st.tuples(st.sampled_from(KEYS), st.sampled_from(["out", "error", "done"]), st.sampled_from(KEYS))
ANY_EDGES = st.lists(ANY_EDGE, max_size=12, unique=True)
PARENTS = st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=6, max_size=6)


def build(edges: list[tuple[str, str, str]], parents: list[int | None] | None = None) -> Workflow:
    """Six nodes; a node's parent is always an earlier one, so that bodies are trees."""
    nodes = {}
    for index, key in enumerate(KEYS):
        parent = parents[index] if parents else None
        nodes[key] = Node(action="x", parent=KEYS[parent] if parent is not None and parent < index else None)
    return Workflow(id="w", nodes=nodes, edges=tuple(make_edge(*edge) for edge in edges))


def paths(workflow: Workflow) -> set[tuple[str, str]]:
    """All pairs of which the second can be reached from the first, by closing the relation again and again."""
    found = {(key, key) for key in workflow.nodes} | {(edge.source, edge.target) for edge in workflow.edges}
    while True:
        more = {(a, d) for (a, b), (c, d) in itertools.product(found, found) if b == c} - found
        if not more:
            return found
        found |= more


@given(ANY_EDGES)
@settings(max_examples=60)
def test_upstream_and_downstream_are_the_two_sides_of_one_relation(edges: list[tuple[str, str, str]]) -> None:
    workflow = build(edges)
    relation = paths(workflow)
    for key in KEYS:
        assert edits.downstream(workflow, key) == {b for a, b in relation if a == key}
        assert edits.upstream(workflow, key) == {a for a, b in relation if b == key}


@given(ANY_EDGES, PARENTS)
@settings(max_examples=60)
def test_an_edge_is_possible_exactly_when_it_keeps_to_its_container_and_closes_no_cycle(
    edges: list[tuple[str, str, str]], parents: list[int | None]
) -> None:
    workflow = build(edges, parents)
    relation = paths(workflow)
    for source, target in itertools.product(KEYS, KEYS):
        possible = (
            source != target
            and workflow.nodes[source].parent == workflow.nodes[target].parent
            and (target, source) not in relation
        )
        assert (edits.may_connect(workflow, source, target) == "") is possible
        if possible:
            taken = (source, "out", target) in edges
            assert (edits.may_connect(workflow, source, target, "out") == "") is not taken


@pytest.mark.parametrize(
    ("source", "target", "port", "word"),
    [("a", "a", None, "itself"), ("a", "x", None, "no such"), ("x", "a", None, "no such"), ("b", "a", None, "cycle"),
     ("a", "b", "out", "connected already"), ("a", "b", "error", ""), ("a", "in", None, "same container"),
     ("box", "in", None, "same container")],
)  # fmt: skip
def test_the_reason_is_a_sentence(source: str, target: str, port: str | None, word: str) -> None:
    nodes = {
        "a": Node(action="x"),
        "b": Node(action="x"),
        "box": Node(action="x"),
        "in": Node(action="x", parent="box"),
    }
    reason = edits.may_connect(Workflow(id="w", nodes=nodes, edges=(make_edge("a", "out", "b"),)), source, target, port)
    assert word in reason
    assert bool(reason) is bool(word)
    assert not reason or (reason[0].isupper() and reason.endswith("."))


@given(ANY_EDGES, PARENTS, st.sets(st.sampled_from(KEYS)), st.booleans())
@settings(max_examples=80)
def test_removing_leaves_no_edge_place_or_member_of_what_is_gone(
    edges: list[tuple[str, str, str]], parents: list[int | None], gone: set[str], reconnect: bool
) -> None:
    before = build(edges, parents)
    before = edits.move(before, {key: (float(index), 0.0) for index, key in enumerate(KEYS)})
    after = edits.remove(before, gone, reconnect=reconnect)
    body = edits.descendants(before, gone)
    assert set(after.nodes) == set(KEYS) - body
    assert set(raw_positions(after)) == set(after.nodes)
    kept = [edge for edge in before.edges if edge.source not in body and edge.target not in body]
    assert list(after.edges[: len(kept)]) == kept
    keys = [(edge.source, edge.port, edge.target) for edge in after.edges]
    assert len(set(keys)) == len(keys)
    assert reconnect or len(keys) == len(kept)
    if reconnect:
        relation = paths(before)
        for edge in after.edges[len(kept) :]:
            assert edge.source != edge.target
            assert (edge.source, edge.target) in relation
            assert after.nodes[edge.source].parent == after.nodes[edge.target].parent


@pytest.mark.parametrize(
    ("edges", "gone", "bridges"),
    [
        (["a.out>b", "b.out>c"], "b", {"a.out>c"}),
        (["a.out>b", "b.out>c", "b.out>d"], "b", {"a.out>c", "a.out>d"}),
        (["a.out>c", "b.out>c", "c.out>d"], "c", {"a.out>d", "b.out>d"}),
        (["a.error>b", "b.out>c"], "b", {"a.error>c"}),
        (["a.out>b", "b.error>c"], "b", set()),
        (["a.out>b", "b.out>c", "c.out>d"], "bc", {"a.out>d"}),
        (["a.out>b", "b.out>c", "a.out>c"], "b", set()),
        (["a.out>b", "b.out>a"], "b", set()),
        (["a.out>b", "b.out>b", "b.out>c"], "b", {"a.out>c"}),
        (["a.out>b", "b.done>c"], "b", {"a.out>c"}),
        (["b.out>c"], "b", set()),
        (["a.out>b"], "b", set()),
    ],
)
def test_neighbours_are_bridged_along_ordinary_ports(edges: list[str], gone: str, bridges: set[str]) -> None:
    made = [re.split(r"[.>]", edge) for edge in edges]
    before = build([(one[0], one[1], one[2]) for one in made])
    after = edits.remove(before, set(gone), reconnect=True)
    present = {f"{edge.source}.{edge.port}>{edge.target}" for edge in after.edges}
    assert present - set(edges) == bridges


def test_removing_edges_by_index_ignores_indexes_that_are_not_there() -> None:
    before = build([("a", "out", "b"), ("b", "out", "c"), ("c", "out", "d")])
    after = edits.remove(before, (), [1, 7, -1])
    assert [edge.source for edge in after.edges] == ["a", "c"]
    assert after.nodes is before.nodes


@given(ANY_EDGES, PARENTS, st.sets(st.sampled_from(KEYS), min_size=1), st.one_of(st.none(), st.sampled_from(KEYS)))
@settings(max_examples=100)
def test_after_changing_containers_bodies_are_trees_and_edges_stay_within_them(
    edges: list[tuple[str, str, str]], parents: list[int | None], moved: set[str], parent: str | None
) -> None:
    before = build(edges, parents)
    after = edits.set_parent(before, moved, parent)
    for key in KEYS:
        seen, at = set(), after.nodes[key].parent
        while at is not None:
            assert at not in seen
            seen.add(at)
            at = after.nodes[at].parent
        assert key not in seen
    if after is not before:
        assert all(after.nodes[edge.source].parent == after.nodes[edge.target].parent for edge in after.edges)
    for key in set(KEYS) - moved:
        assert after.nodes[key] is before.nodes[key]
    legal = {key for key in moved if parent is None or parent not in edits.descendants(before, {key})}
    assert all(after.nodes[key].parent == parent for key in legal)


@given(st.text(max_size=90), st.sets(st.sampled_from(["node", "set", "set_2", "set_3", "n_1", "a"])))
@settings(max_examples=120)
def test_a_fresh_id_is_always_a_free_name(stem: str, taken: set[str]) -> None:
    workflow = Workflow(id="w", nodes={key: Node(action="x") for key in taken})
    made = edits.fresh_id(workflow, stem)
    assert made not in taken
    assert re.fullmatch(r"[a-z_][a-z0-9_]*", made)
    assert len(made) <= 70


@pytest.mark.parametrize(
    ("stem", "taken", "expected"),
    [
        ("data.set", "", "set"),
        ("data.set", "set", "set_2"),
        ("data.set", "set set_2", "set_3"),
        ("set_2", "set_2", "set_3"),
        ("set_2", "", "set_2"),
        ("set_9", "set_9", "set_2"),
        ("py:shop.orders:charge", "", "charge"),
        ("http.request", "request_2", "request"),
        ("9lives", "", "n_9lives"),
        ("Über cool!", "", "ber_cool"),
        ("日本", "", "node"),
        ("", "node", "node_2"),
        ("a b  c", "", "a_b_c"),
        ("__", "", "node"),
    ],
)
def test_fresh_ids_read_like_their_stem(stem: str, taken: str, expected: str) -> None:
    workflow = Workflow(id="w", nodes={key: Node(action="x") for key in taken.split()})
    assert edits.fresh_id(workflow, stem) == expected


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([0.0, 1.0, 2.5]), st.sampled_from(["", "a"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("xy"), inner, max_size=2)),
    max_leaves=6,
)


@given(JSON, JSON)
@settings(max_examples=200)
def test_two_values_are_the_same_exactly_when_the_file_writes_them_alike(first: Any, second: Any) -> None:
    import json

    written = [json.dumps(value, sort_keys=True) for value in (first, second)]
    assert edits.same(first, second) is (written[0] == written[1])
    assert edits.same(first, first)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "T"), ("notes", "N"), ("disabled", True), ("timeout", "3s"), ("timeout", 3), ("tags", ("a", "b")),
     ("join", "any"), ("on_error", "continue"), ("effect", "pure"), ("run_on", "thread"), ("pin", {"o": 1}),
     ("cache", True), ("breakpoint", "nodes.b.output"), ("version", 2)],
)  # fmt: skip
def test_a_field_can_be_set_and_brought_back(field: str, value: Any) -> None:
    before = build([("a", "out", "b")])
    changed = edits.set_field(before, "a", field, value)
    assert getattr(changed.nodes["a"], field) == value
    assert edits.set_field(changed, "a", field, value) is changed
    back = edits.set_field(changed, "a", field, edits.MISSING)
    assert back == before
    assert list(back.nodes) == list(before.nodes)
    assert changed.edges is before.edges


def test_unknown_fields_and_nodes_are_refused() -> None:
    with pytest.raises(KeyError):
        edits.set_field(build([]), "a", "colour", "red")
    with pytest.raises(KeyError):
        edits.set_field(build([]), "nobody", "title", "x")
    assert repr(edits.MISSING) == "MISSING"


def test_parameters_keep_their_order_when_one_changes() -> None:
    workflow = build([])
    for name, value in [("z", 1), ("a", 2), ("m", 3)]:
        workflow = edits.set_param(workflow, "a", name, value)
    workflow = edits.set_param(workflow, "a", "a", 9)
    assert list(workflow.nodes["a"].params.items()) == [("z", 1), ("a", 9), ("m", 3)]
    assert list(edits.set_param(workflow, "a", "a", edits.MISSING).nodes["a"].params) == ["z", "m"]


@pytest.mark.parametrize(
    ("disabled", "wanted", "expected"),
    [("", "a", "a"), ("a", "a", ""), ("a", "ab", "ab"), ("ab", "ab", ""), ("ab", "abc", "abc"), ("a", "b", "ab"),
     ("", "", "")],
)  # fmt: skip
def test_toggling_disables_all_unless_all_are_disabled(disabled: str, wanted: str, expected: str) -> None:
    workflow = edits.set_disabled(build([]), disabled, True)
    made = edits.set_disabled(workflow, wanted)
    assert "".join(key for key in KEYS if made.nodes[key].disabled) == expected


def test_new_nodes_stand_where_they_were_put_and_share_the_rest() -> None:
    before = build([("a", "out", "b")])
    params = {"v": [1]}
    after, key = edits.add_node(before, "data.set", params, (12.34, -5.0), "a")
    assert key == "set"
    assert after.view["nodes"] == {"set": [12, -5]}
    assert positions(after)["set"] == (12.0, -5.0)
    assert after.nodes["set"].parent == "a"
    assert after.nodes["a"] is before.nodes["a"]
    assert after.edges is before.edges
    params["v2"] = [2]
    assert after.nodes["set"].params == {"v": [1]}


LAYERS = st.lists(st.sampled_from("pqrs"), max_size=5)


@given(LAYERS, st.integers(-2, 6), st.integers(-2, 6))
def test_moving_a_layer_is_moving_an_item_of_a_list(uses: list[str], start: int, to: int) -> None:
    workflow = build([])
    for use in uses:
        workflow = edits.add_layer(workflow, "a", use)
    expected = list(uses)
    if 0 <= start < len(uses):
        one = expected.pop(start)
        expected.insert(max(0, min(to, len(expected))), one)
    made = edits.move_layer(workflow, "a", start, to)
    assert [layer.use for layer in edits.layers_of(made, "a")] == expected
    assert (made is workflow) is (expected == uses)


@given(LAYERS, st.integers(0, 5))
def test_a_layer_put_in_and_taken_out_again_leaves_the_others(uses: list[str], at: int) -> None:
    workflow = build([])
    for use in uses:
        workflow = edits.add_layer(workflow, "a", use)
    at = min(at, len(uses))
    made = edits.add_layer(workflow, "a", "new", at)
    assert made.nodes["a"].middleware[at].use == "new"
    assert edits.remove_layer(made, "a", at) == workflow


def test_edges_given_by_hand_equal_edges_from_a_file() -> None:
    assert make_edge("a", "error", "b") == Edge.model_validate({"from": "a", "port": "error", "to": "b"})
