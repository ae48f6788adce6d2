"""Level blocks: distances are kept, chains are straight from port to port, long wires come first."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.layered_graphs import Edges, apart, layered, standing

from floworch_designer.document.levelling import conflicts, levelled
from floworch_designer.document.ordering import order


@given(layered(), st.integers(0, 20))
@settings(max_examples=80)
def test_every_way_keeps_order_and_distance(made: tuple[list[list[int]], Edges], cards: int) -> None:
    stood = standing(*made, cards=cards)
    order(stood.graph)
    ways = levelled(stood)
    assert len(ways) == 5
    assert all(apart(stood, tops) for tops in ways)


def test_a_chain_is_straight_from_port_to_port() -> None:
    stood = standing([[0], [1], [2]], [(0, 1, 58.0), (1, 2, 36.0)])
    for tops in levelled(stood):
        assert tops[0] + 58.0 == tops[1] + 36.0 == tops[2] + 36.0


def test_what_leads_to_two_stands_in_their_middle_and_to_three_at_the_middle_one() -> None:
    balanced = levelled(standing([[0], [1, 2]], [(0, 1, 36.0), (0, 2, 36.0)]))[0]
    assert balanced[0] == (balanced[1] + balanced[2]) / 2
    balanced = levelled(standing([[0], [1, 2, 3]], [(0, at, 36.0) for at in (1, 2, 3)]))[0]
    assert balanced[0] == balanced[2]


def test_a_short_wire_gives_way_to_a_long_one_that_it_crosses() -> None:
    # 0 and 1 are cards; 2 -> 3 is a piece of a long wire and crosses 0 -> 1.
    stood = standing([[0, 2], [3, 1]], [(0, 1, 36.0), (2, 3, 0.0)], cards=2)
    assert conflicts(stood) == {(0, 1)}
    assert all(tops[2] == tops[3] for tops in levelled(stood)[1:])
