"""Automatic layout: left to right, nothing overlaps, bodies stay in their containers, cycles do no harm."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers import layout_kit as kit

from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas.outlines import outlines
from floworch_designer.document import edits
from floworch_designer.document.layout import arrange, lay_out
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.positions import positions, with_positions


def flow(count: int, pairs: list[tuple[int, int]], parents: dict[int, int] | None = None) -> Workflow:
    parent = parents or {}
    nodes = {f"n{i}": Node(action="data.set", parent=f"n{parent[i]}" if i in parent else None) for i in range(count)}
    return Workflow(id="w", nodes=nodes, edges=tuple(make_edge(f"n{a}", "out", f"n{b}") for a, b in pairs))


def test_successors_stand_right_of_their_predecessors() -> None:
    places = arrange(flow(5, [(0, 1), (0, 2), (1, 3), (2, 3), (0, 4), (4, 3)]))
    assert places["n0"][0] < places["n1"][0] == places["n2"][0] < places["n3"][0]


def test_a_chain_is_a_straight_line() -> None:
    assert len({y for _, y in arrange(flow(5, [(i, i + 1) for i in range(4)])).values()}) == 1


@given(st.integers(1, 25), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_no_cards_overlap_whatever_the_edges_are(count: int, chance: random.Random) -> None:
    pairs = [(chance.randrange(count), chance.randrange(count)) for _ in range(count * 2)]
    places = list(arrange(flow(count, pairs)).values())
    assert len(places) == count
    for index, (x1, y1) in enumerate(places):
        for x2, y2 in places[index + 1 :]:
            assert abs(x1 - x2) >= 216 or abs(y1 - y2) >= 72


def test_a_body_is_laid_out_inside_its_container_and_its_followers_stand_clear() -> None:
    places = arrange(flow(5, [(0, 1), (1, 4), (2, 3)], {2: 1, 3: 1}))
    assert places["n2"][0] > places["n1"][0]
    assert places["n2"][1] > places["n1"][1]
    assert places["n4"][0] > places["n3"][0] + 216


def test_a_selection_is_laid_out_where_it_stands() -> None:
    workflow = with_positions(flow(3, [(0, 1), (1, 2)]), {"n0": (0, 0), "n1": (900, 800), "n2": (700, 600)})
    places = arrange(workflow, only=["n1", "n2"])
    assert set(places) == {"n1", "n2"}
    assert min(x for x, _ in places.values()) == 700
    assert min(y for _, y in places.values()) == 600


def test_selected_nodes_of_several_bodies_stay_in_their_bodies() -> None:
    pairs, parents = [(0, 1), (1, 4), (2, 3)], {2: 1, 3: 1}
    there = {"n0": (0, 0), "n1": (900, 0), "n2": (924, 60), "n3": (924, 260), "n4": (0, 700)}
    workflow = with_positions(flow(5, pairs, parents), there)
    places = arrange(workflow, only=["n0", "n4", "n2", "n3"])
    assert min(places[key] for key in ("n0", "n4")) == (0.0, 0.0)
    assert places["n2"] == (924.0, 60.0), "the corner of those in the loop stays where it was, too"
    assert places["n3"] == (924.0 + 216 + 96, 60.0)


def test_nodes_without_a_place_line_up_below_the_others_and_bad_places_are_ignored() -> None:
    workflow = flow(3, []).replace(view={"nodes": {"n0": [10, 20], "n1": ["x", None]}})
    places = positions(workflow)
    assert places["n0"] == (10, 20)
    assert places["n1"][1] > 20
    assert positions(flow(2, []).replace(view={"nodes": 5}))["n0"] == (0.0, 0.0)


@pytest.mark.parametrize("count", [6, 9, 40])
def test_a_long_chain_is_broken_into_bands_like_lines_of_text(count):
    nodes = {f"n{number}": Node(action="util.log") for number in range(count)}
    edges = tuple(make_edge(f"n{number}", "out", f"n{number + 1}") for number in range(count - 1))
    made = arrange(Workflow(id="w", nodes=nodes, edges=edges))
    wide = max(x for x, _ in made.values()) + 216
    high = max(y for _, y in made.values()) + 72
    assert 0.8 < wide / high < 4
    assert made["n1"][0] > made["n0"][0]
    order = sorted(made, key=lambda name: (made[name][1], made[name][0]))
    assert order == list(nodes)


def test_an_empty_container_has_room_for_its_frame() -> None:
    empty = kit.flow(3, [(0, 2), (1, 2)])
    empty = empty.replace(nodes={**empty.nodes, "n0": Node(action="flow.foreach")})
    graph = kit.drawn(empty)
    laid = kit.drawn(empty, lay_out(empty, outlines(graph)))
    assert kit.look(laid).overlaps == 0
    (_, _, right, bottom), other = laid.boxes["n0"].rect, laid.boxes["n1"].rect
    assert other[1] >= bottom + 47 or other[0] >= right


#: For every shape: the most crossings, and the fewest level wires. Before layouts knew of ports and long wires, there
#: were 8, 0, 0, 25, 0, 10, 0, 0, 1, 3, 35, 290, 498, 97 and 2242 crossings, and 321 wires lay under cards.
BOUNDS = {
    "diamonds": (0, 11),
    "fan-8": (0, 8),
    "fan-60": (0, 60),
    "skips": (2, 6),
    "errors": (0, 6),
    "cases": (0, 2),
    "nested": (0, 8),
    "pieces": (0, 5),
    "tree": (0, 20),
    "layered-30": (2, 9),
    "layered-60": (30, 18),
    "layered-200": (190, 45),
    "wide-60": (370, 30),
    "pipelines-1000": (4, 950),
    "layered-1000": (1600, 300),
}


@pytest.mark.parametrize("shape", BOUNDS)
def test_wires_cross_no_more_than_they_must_and_run_under_no_card(shape: str) -> None:
    workflow = kit.SHAPES[shape]()
    seen = kit.look(kit.drawn(workflow, lay_out(workflow, outlines(kit.drawn(workflow)))))
    crossings, straight = BOUNDS[shape]
    assert seen.crossings <= crossings
    assert seen.straight >= straight
    assert seen.overlaps == 0
    assert seen.under <= len(workflow.edges) // 500


@pytest.mark.parametrize("name", kit.examples())
def test_examples_are_laid_out_as_well_as_by_hand(name: str) -> None:
    workflow = kit.examples()[name]
    seen = kit.look(kit.drawn(workflow, lay_out(workflow, outlines(kit.drawn(workflow)))))
    assert seen.crossings <= {"folder-audit": 1, "approval-chain": 1}.get(name, 0)
    assert seen.under == seen.overlaps == 0


def test_the_wires_of_a_card_end_in_the_order_of_its_ports() -> None:
    workflow = kit.cases(6)
    graph = kit.drawn(workflow)
    places = lay_out(workflow, outlines(graph)).places
    ports = sorted(graph.leaving["n0"], key=lambda wire: wire.points[0][1])
    assert [wire.target.id for wire in ports] == sorted(
        (f"n{at}" for at in range(1, 7)), key=lambda key: places[key][1]
    )


@pytest.mark.parametrize("shape", ["fan-8", "skips", "errors", "nested", "layered-30"])
def test_one_more_step_leaves_the_others_in_their_order(shape: str) -> None:
    workflow = kit.SHAPES[shape]()
    more = kit.with_step(workflow, list(workflow.nodes)[len(workflow.nodes) // 2])
    before, after = arrange(workflow), arrange(more)
    for a in workflow.nodes:
        for b in workflow.nodes:
            if before[a][0] == before[b][0] and workflow.nodes[a].parent == workflow.nodes[b].parent:
                assert (before[a][1] < before[b][1]) == (after[a][1] < after[b][1]), (a, b)


@pytest.mark.parametrize("shape", ["cases", "errors", "tree", "layered-30"])
@pytest.mark.parametrize("behind", [0.25, 0.5, 0.75])
def test_a_step_added_to_what_is_arranged_reorders_nothing_that_a_person_knows(shape: str, behind: float) -> None:
    workflow = kit.SHAPES[shape]()
    before = arrange(workflow, outlines(kit.drawn(workflow)))
    more = kit.with_step(edits.move(workflow, before), list(workflow.nodes)[int(len(workflow.nodes) * behind)])
    after = arrange(more, outlines(kit.drawn(more)))
    for a, b in combinations(workflow.nodes, 2):
        if before[a][0] == before[b][0] and after[a][0] == after[b][0]:
            assert (before[a][1] < before[b][1]) == (after[a][1] < after[b][1]), (a, b)


def test_behind_a_card_that_chooses_there_is_room_for_conditions() -> None:
    workflow = kit.flow(4, [(0, 1), (1, 2, "true"), (1, 3, "false")])
    graph = kit.drawn(workflow)
    laid = kit.drawn(workflow, lay_out(workflow, outlines(graph))).boxes
    assert laid["n1"].rect[0] - laid["n0"].rect[2] == 96
    assert laid["n2"].rect[0] - laid["n1"].rect[2] == 156
