"""Ways to stand: order and distance kept, as near to the wishes as possible, level wherever nothing is in the way."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.layered_graphs import Edges, apart, layered, standing

from floworch_designer.document.ordering import order
from floworch_designer.document.settling import SMALL, candidates, near, settled, spread

OFFSETS = st.lists(st.floats(10, 60), min_size=1, max_size=6)


@given(OFFSETS, st.data())
@settings(max_examples=60)
def test_spreading_is_the_nearest_solution(steps: list[float], data: st.DataObject) -> None:
    wishes = [data.draw(st.floats(-100, 100)) for _ in steps]
    offsets = [sum(steps[:at]) for at in range(len(steps))]
    made = spread(wishes, offsets)

    def fits(places: list[float]) -> bool:
        ends = zip(places, places[1:], offsets, offsets[1:], strict=False)
        return all(b - a >= q - p - 1e-6 for a, b, p, q in ends)

    def cost(places: list[float]) -> float:
        return sum((a - b) ** 2 for a, b in zip(places, wishes, strict=True))

    assert fits(made)
    chance = random.Random(1)
    for _ in range(60):
        guess = [one + chance.uniform(-3, 3) for one in made]
        if fits(guess):
            assert cost(guess) >= cost(made) - 1e-6


def test_spread_leaves_what_fits_and_centres_what_does_not() -> None:
    assert spread([0.0, 100.0], [0.0, 15.0]) == [0.0, 100.0]
    assert spread([50.0, 50.0], [0.0, 15.0]) == [42.5, 57.5]


@given(layered(), st.integers(0, 20))
@settings(max_examples=80)
def test_all_candidates_keep_order_and_distance(made: tuple[list[list[int]], Edges], cards: int) -> None:
    stood = standing(*made, cards=cards)
    order(stood.graph)
    assert all(apart(stood, tops) for tops in [near(stood), *candidates(stood)])


@given(layered())
@settings(max_examples=40)
def test_settling_makes_wires_shorter_or_leaves_them(made: tuple[list[list[int]], Edges]) -> None:
    stood = standing(*made)
    order(stood.graph)

    def climbed(tops: list[float]) -> float:
        return sum(abs(tops[a] + port - tops[b] - 36.0) for a, b, port in made[1])

    before = near(stood)
    assert climbed(settled(stood, before)) <= climbed(before) + 1e-6


def test_settling_straightens_a_chain_that_has_room() -> None:
    stood = standing([[0], [1], [2]], [(0, 1, 36.0), (1, 2, 36.0)])
    assert len(set(settled(stood, [0.0, 50.0, -20.0]))) == 1


def test_many_vertices_stand_in_one_way() -> None:
    rows = [[at] for at in range(SMALL + 1)]
    assert len(candidates(standing(rows, [(at, at + 1, 36.0) for at in range(SMALL)]))) == 1
