"""Automatic layout of random graphs: nothing overlaps, edges go right, bodies lie in their frames, and it is stable."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.document import edits
from floworch_designer.document.bodies import COLUMN_GAP, ROW_GAP
from floworch_designer.document.layering import acyclic, layers_of
from floworch_designer.document.layout import PADDING, TITLE, arrange, lay_out
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.outlines import Outline
from floworch_designer.document.packing import BELOW
from floworch_designer.document.positions import positions, with_positions
from floworch_designer.document.wires import lay_knots

CARD = (216.0, 72.0)
Rect = tuple[float, float, float, float]


@st.composite
def graphs(draw: st.DrawFn, most: int = 16, cyclic: bool = False, nested: bool = False) -> Workflow:
    """A graph; containers come before their members and edges stay inside one container."""
    count = draw(st.integers(1, most))
    chance = draw(st.randoms(use_true_random=False))
    parents: list[int | None] = [None] * count
    if nested:
        for index in range(1, count):
            parents[index] = chance.choice([None, None, chance.randrange(index)])
    pairs = set()
    for _ in range(count * 2):
        a, b = chance.randrange(count), chance.randrange(count)
        if parents[a] == parents[b] and a != b:
            pairs.add((a, b) if cyclic else (min(a, b), max(a, b)))
    nodes = {f"n{i}": Node(action="x", parent=None if parents[i] is None else f"n{parents[i]}") for i in range(count)}
    return Workflow(id="w", nodes=nodes, edges=tuple(make_edge(f"n{a}", "out", f"n{b}") for a, b in sorted(pairs)))


def frames(workflow: Workflow) -> dict[str, Rect]:
    """The rectangle of every card and frame, as the canvas draws them after arranging."""
    graph = CanvasGraph()
    graph.build(edits.move(workflow, arrange(workflow)))
    return {key: box.rect for key, box in graph.boxes.items()}


def overlap(a: Rect, b: Rect) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@given(graphs())
@settings(max_examples=60)
def test_every_edge_of_a_graph_without_cycles_goes_right_or_to_a_later_line(workflow: Workflow) -> None:
    places = arrange(workflow)
    for edge in workflow.edges:
        (left, top), (x, y) = places[edge.source], places[edge.target]
        assert x >= left + CARD[0] + COLUMN_GAP or y >= top + CARD[1] + BELOW


@given(graphs(cyclic=True))
@settings(max_examples=60)
def test_cards_of_one_column_keep_their_distance_even_with_cycles(workflow: Workflow) -> None:
    places = list(arrange(workflow).values())
    assert len(places) == len(workflow.nodes)
    for (x1, y1), (x2, y2) in combinations(places, 2):
        # Heights are rounded to whole units, which may take half a one from the gap at either end.
        assert abs(x1 - x2) >= CARD[0] + COLUMN_GAP or abs(y1 - y2) >= CARD[1] + ROW_GAP - 1.0


@given(graphs(nested=True))
@settings(max_examples=60)
def test_frames_hold_their_bodies_and_touch_nothing_else(workflow: Workflow) -> None:
    rects = frames(workflow)
    for key, node in workflow.nodes.items():
        if node.parent is not None:
            inner, outer = rects[key], rects[node.parent]
            assert outer[0] + PADDING - 0.1 <= inner[0]
            assert outer[1] + TITLE <= inner[1]
            assert inner[2] + PADDING - 0.1 <= outer[2]
            assert inner[3] + PADDING - 0.1 <= outer[3]
    for first, second in combinations(workflow.nodes, 2):
        if workflow.nodes[first].parent == workflow.nodes[second].parent:
            assert not overlap(rects[first], rects[second]), (first, second)


@given(graphs(nested=True, cyclic=True))
@settings(max_examples=40)
def test_arranging_twice_changes_nothing(workflow: Workflow) -> None:
    laid = lay_out(workflow)
    once = lay_knots(edits.move(workflow, laid.places), laid.ways, laid.places)
    again = lay_out(once)
    assert again == laid
    assert lay_knots(edits.move(once, again.places), again.ways, again.places) is once


@given(graphs(), st.integers(-500, 500), st.integers(1, 500))
@settings(max_examples=40)
def test_how_far_apart_things_stood_does_not_matter(workflow: Workflow, dx: int, dy: int) -> None:
    near, far = (
        with_positions(workflow, {key: (i * float(x), i * float(y)) for i, key in enumerate(workflow.nodes)})
        for x, y in ((1, 1), (dx, dy))
    )
    assert arrange(near) == arrange(far)


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_what_stood_in_another_order_is_arranged_once_for_all(workflow: Workflow, chance: random.Random) -> None:
    scattered = with_positions(workflow, {key: (0.0, float(chance.randrange(99))) for key in workflow.nodes})
    once = edits.move(scattered, arrange(scattered))
    assert arrange(once) == positions(once)


@given(graphs(most=10), st.sets(st.integers(0, 9), min_size=1))
@settings(max_examples=40)
def test_a_selection_keeps_its_top_left_corner_and_the_others_stay(workflow: Workflow, chosen: set[int]) -> None:
    keys = [f"n{i}" for i in chosen if f"n{i}" in workflow.nodes]
    spread_out = with_positions(workflow, {key: (i * 40.0, -i * 30.0) for i, key in enumerate(workflow.nodes)})
    made = arrange(spread_out, only=keys)
    assert set(made) == set(keys)
    old = positions(spread_out)
    for axis in (0, 1):
        if keys:
            assert min(point[axis] for point in made.values()) == min(old[key][axis] for key in keys)


@given(graphs(most=8), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_tall_and_wide_cards_do_not_overlap_either(workflow: Workflow, chance: random.Random) -> None:
    sizes = {key: (chance.choice([160.0, 216.0, 312.0]), chance.choice([72.0, 150.0, 400.0])) for key in workflow.nodes}
    places = arrange(workflow, {key: Outline(*size) for key, size in sizes.items()})
    rects = [(x, y, x + sizes[key][0], y + sizes[key][1]) for key, (x, y) in places.items()]
    assert not any(overlap(a, b) for a, b in combinations(rects, 2))


def test_the_whole_begins_at_the_origin() -> None:
    places = arrange(Workflow(id="w", nodes={key: Node(action="x") for key in "abc"}))
    assert min(x for x, _ in places.values()) == 0
    assert min(y for _, y in places.values()) == 0


def test_no_nodes_need_no_places() -> None:
    assert arrange(Workflow(id="w")) == {}
    assert arrange(Workflow(id="w", nodes={"a": Node(action="x")}), only=["nobody"]) == {}


def test_a_long_edge_passes_beside_the_cards_between() -> None:
    nodes = {key: Node(action="x") for key in "abcd"}
    edges = tuple(make_edge(a, "out", b) for a, b in ("ab", "bc", "cd", "ad"))
    places = arrange(Workflow(id="w", nodes=nodes, edges=edges))
    graph = CanvasGraph()
    graph.build(with_positions(Workflow(id="w", nodes=nodes, edges=edges), places))
    assert [round(places[key][0]) for key in "abcd"] == [0, 312, 624, 936]


def test_lonely_members_of_broken_containers_are_laid_out_on_top() -> None:
    nodes = {"a": Node(action="x", parent="gone"), "b": Node(action="x")}
    places = arrange(Workflow(id="w", nodes=nodes))
    assert set(places) == {"a", "b"}
    assert places["a"] != places["b"]


def test_containers_inside_one_another_do_not_hang_it() -> None:
    nodes = {"a": Node(action="x", parent="b"), "b": Node(action="x", parent="a"), "c": Node(action="x")}
    assert arrange(Workflow(id="w", nodes=nodes))["c"] == (0.0, 0.0)


# the parts

PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20)


@given(PAIRS)
@settings(max_examples=100)
def test_after_breaking_cycles_every_pair_leads_to_a_higher_layer(pairs: list[tuple[int, int]]) -> None:
    kept = acyclic(8, pairs)
    layer = layers_of(8, kept)
    assert all(layer[target] > layer[source] for source, target in kept)
    assert {frozenset(pair) for pair in kept} == {frozenset(pair) for pair in pairs if pair[0] != pair[1]}
    assert len(set(kept)) == len(kept)
    assert min(layer) >= 0


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[0] < p[1]), max_size=20))
@settings(max_examples=60)
def test_pairs_without_cycles_are_not_turned_round(pairs: list[tuple[int, int]]) -> None:
    assert set(acyclic(8, pairs)) == set(pairs)


@pytest.mark.parametrize("shape", ["chain", "star", "grid"])
def test_usual_shapes_come_out_as_a_person_would_draw_them(shape: str) -> None:
    pairs = {"chain": ["ab", "bc", "cd"], "star": ["ab", "ac", "ad"], "grid": ["ab", "cd"]}[shape]
    nodes = {key: Node(action="x") for key in "abcd"}
    places = arrange(Workflow(id="w", nodes=nodes, edges=tuple(make_edge(p[0], "out", p[1]) for p in pairs)))
    if shape == "chain":
        assert len({y for _, y in places.values()}) == 1
    elif shape == "star":
        assert len({places[key][0] for key in "bcd"}) == 1
        assert sorted(places[key][1] for key in "bcd")[1] == places["a"][1]
    else:
        assert places["a"][1] == places["b"][1] != places["c"][1] == places["d"][1]
