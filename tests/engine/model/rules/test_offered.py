"""Fixes that offer an edge never make a circle, however many of them are taken (C2.1)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from floworch.model.graph import Plan
from floworch.model.rules.offered import MOST, offered_edges
from floworch.model.workflow import Edge, Node


def graph(size: int, edges: list[tuple[int, int]]) -> Plan:
    nodes = {f"n{number:03d}": Node(action="util.log") for number in range(size)}
    ids = sorted(nodes)
    return Plan(nodes, [Edge(source=ids[a], target=ids[b]) for a, b in edges])


def test_of_two_nodes_that_read_each_other_one_edge_is_offered() -> None:
    assert offered_edges(graph(2, []), [(0, 1), (1, 0)]) == {(0, 1)}


def test_an_edge_back_is_not_offered_and_one_between_branches_is() -> None:
    plan = graph(4, [(0, 1), (1, 2)])
    assert offered_edges(plan, [(2, 0), (2, 1), (3, 0)]) == {(3, 0)}
    assert offered_edges(plan, [(0, 3), (3, 1), (3, 0)]) == {(0, 3), (3, 1)}


def test_of_very_many_edges_against_the_order_the_first_are_looked_at() -> None:
    plan = graph(300, [])
    wanted = [(number, 0) for number in range(1, 300)]
    assert len(offered_edges(plan, wanted)) == MOST


@given(st.data())
def test_what_is_offered_can_all_be_drawn(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 8))
    number = st.integers(0, size - 1)
    pairs = st.lists(st.tuples(number, number), max_size=20)
    order = data.draw(st.permutations(range(size)))
    edges = [(a, b) for a, b in data.draw(pairs) if order.index(a) < order.index(b)]
    offered = offered_edges(graph(size, edges), data.draw(pairs))
    assert not graph(size, [*edges, *offered]).cycles()
