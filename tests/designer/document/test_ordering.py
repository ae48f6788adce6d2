"""The order inside columns: what can be drawn without a crossing is, and ports keep their order."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.layered_graphs import Edges, layered

from floworch_designer.document.ordering import WORK, Layered, crossings, order


def graph(rows: list[list[int]], edges: Edges) -> Layered:
    return Layered.of([list(row) for row in rows], edges)


def counted(rows: list[list[int]], edges: Edges) -> int:
    """Crossings by comparing every two edges of the same columns."""
    place = {vertex: (column, at) for column, row in enumerate(rows) for at, vertex in enumerate(row)}
    found = 0
    for (a, b, p), (c, d, q) in combinations(edges, 2):
        if place[a][0] == place[c][0]:
            start, end = ((place[a][1], p), (place[c][1], q)), (place[b][1], place[d][1])
            found += (start[0] < start[1] and end[0] > end[1]) or (start[0] > start[1] and end[0] < end[1])
    return found


@given(layered())
@settings(max_examples=80)
def test_crossings_are_counted_as_by_hand_and_never_become_more(made: tuple[list[list[int]], Edges]) -> None:
    rows, edges = made
    ordered = graph(rows, edges)
    before = crossings(ordered)
    assert before == counted(rows, edges)
    order(ordered)
    assert [sorted(row) for row in ordered.rows] == rows
    assert crossings(ordered) == counted(ordered.rows, edges) <= before


@given(layered())
@settings(max_examples=40)
def test_the_same_graph_is_ordered_the_same_again(made: tuple[list[list[int]], Edges]) -> None:
    first, second = graph(*made), graph(*made)
    order(first)
    order(second)
    assert first.rows == second.rows


@given(st.permutations(range(1, 8)), st.data())
@settings(max_examples=40)
def test_a_tree_has_no_crossing(names: list[int], data: st.DataObject) -> None:
    middle, leaves = names[:3], names[3:]
    edges = [(0, each, 36.0) for each in middle]
    edges += [(data.draw(st.sampled_from(middle)), leaf, 36.0) for leaf in leaves]
    ordered = graph([[0], sorted(middle), sorted(leaves)], edges)
    order(ordered)
    assert crossings(ordered) == 0


def test_what_hangs_at_one_card_stands_in_the_order_of_its_ports() -> None:
    ordered = graph([[0], [1, 2, 3, 4]], [(0, 1, 69.0), (0, 2, 91.0), (0, 3, 14.0), (0, 4, 58.0)])
    order(ordered)
    assert ordered.rows[1] == [3, 4, 1, 2]


def test_what_is_drawn_well_stays_in_the_order_of_the_definition() -> None:
    rows = [[0], [1, 2, 3, 4], [5]]
    ordered = graph(rows, [(0, at, 36.0) for at in rows[1]] + [(at, 5, 36.0) for at in rows[1]])
    order(ordered)
    assert ordered.rows == rows


def test_swaps_find_what_means_do_not() -> None:
    # Both of the second column have the same mean of the first.
    ordered = graph([[0, 1, 2], [3, 4]], [(0, 4, 36.0), (2, 4, 36.0), (1, 3, 36.0)])
    assert crossings(ordered) == 1
    order(ordered)
    assert crossings(ordered) == 0


def test_wires_into_a_frame_cross_when_they_do_not_enter_it_in_their_order() -> None:
    ordered = graph([[0, 1], [2]], [(0, 2, 36.0), (1, 2, 36.0)])
    assert crossings(ordered) == 0, "into a card they end at one port"
    ordered.lands = {(0, 2, 36.0): 0.8, (1, 2, 36.0): 0.2}
    assert crossings(ordered) == 1
    order(ordered)
    assert (ordered.rows[0], crossings(ordered)) == ([1, 0], 0)


# the present order


def test_the_order_in_which_things_stand_is_kept_where_it_costs_no_crossing() -> None:
    edges = [(0, at, 36.0) for at in (1, 2, 3, 4)] + [(at, 5, 36.0) for at in (1, 2, 3, 4)]
    ordered = graph([[0], [1, 2, 3, 4], [5]], edges)
    order(ordered, {at: (float(-at), 0.0) for at in range(5)})
    assert ordered.rows == [[0], [4, 3, 2, 1], [5]]


def test_what_has_no_place_yet_comes_between_where_few_edges_cross() -> None:
    ordered = graph([[0, 1, 2], [3, 4, 5]], [(0, 3, 36.0), (1, 4, 36.0), (2, 5, 36.0)])
    order(ordered, {0: (2.0, 0.0), 1: (1.0, 0.0), 3: (9.0, 0.0), 4: (8.0, 0.0)})
    assert crossings(ordered) == 0
    assert [[each for each in row if each not in (2, 5)] for row in ordered.rows] == [[1, 0], [4, 3]]


def test_an_order_that_costs_a_crossing_is_changed_only_where_it_does() -> None:
    edges = [(0, 3, 36.0), (1, 4, 36.0), (2, 5, 36.0)]
    ordered = graph([[0, 1, 2], [3, 4, 5]], edges)
    order(ordered, {0: (3.0, 0.0), 1: (2.0, 0.0), 2: (1.0, 0.0), 3: (2.0, 0.0), 4: (3.0, 0.0), 5: (1.0, 0.0)})
    assert crossings(ordered) == 0
    assert ordered.rows[0].index(2) == ordered.rows[1].index(5) == 0


@given(layered(), st.randoms(use_true_random=False))
@settings(max_examples=80)
def test_keeping_an_order_costs_no_crossing_and_is_done_again(
    made: tuple[list[list[int]], Edges], chance: random.Random
) -> None:
    plain, kept = graph(*made), graph(*made)
    order(plain)
    order(kept, {vertex: (chance.random(), 0.0) for row in made[0] for vertex in row})
    assert crossings(kept) <= crossings(plain)
    again = graph(*made)
    order(again, {vertex: (float(at), 0.0) for row in kept.rows for at, vertex in enumerate(row)})
    assert again.rows == kept.rows


@pytest.mark.parametrize("many", [500, 1000, 2000])
def test_the_work_is_bounded_however_large_the_graph_is(many: int) -> None:
    rows = [list(range(at, at + 10)) for at in range(0, many, 10)]
    edges = [(a, (a * 7 + 3) % 10 + (a // 10 + 1) * 10, 36.0) for row in rows[:-1] for a in row]
    edges += [(a, (a * 3 + 1) % 10 + (a // 10 + 1) * 10, 58.0) for row in rows[:-1] for a in row]
    ordered = graph(rows, edges)
    order(ordered)
    # The first sweeps are made whatever they cost: each looks once at every vertex, and its swaps eight times at most.
    assert ordered.looks <= WORK + 5 * 9 * many
