"""Automatic layout: left to right, nothing overlaps, bodies stay in their containers, cycles do no harm."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from floworch.model.workflow import Node, Workflow
from floworch_designer.document.layout import CARD, Arranger, arrange
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


def test_large_workflows_are_laid_out_off_the_gui_thread(qtbot: QtBot) -> None:
    arranger, workflow = Arranger(), flow(1600, [(i, i + 1) for i in range(0, 1599, 2)])
    with qtbot.waitSignal(arranger.arranged, timeout=20_000) as signal:
        arranger.request(workflow)
    assert signal.args is not None
    assert signal.args[0] is workflow
    assert len(signal.args[1]) == 1600


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
    wide = max(x for x, _ in made.values()) + CARD[0]
    high = max(y for _, y in made.values()) + CARD[1]
    assert 0.8 < wide / high < 4
    assert made["n1"][0] > made["n0"][0]
    order = sorted(made, key=lambda name: (made[name][1], made[name][0]))
    assert order == list(nodes)
