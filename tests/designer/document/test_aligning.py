"""Aligning and distributing."""

from __future__ import annotations

import pytest

from floworch_designer.document.aligning import align, distribute

RECTS = {"a": (0.0, 0.0, 100.0, 50.0), "b": (300.0, 30.0, 340.0, 130.0), "c": (120.0, 90.0, 220.0, 100.0)}


def after(moves, index):
    return {key: RECTS[key][index] + moves[key][index % 2] for key in RECTS}


@pytest.mark.parametrize(
    ("side", "index", "value"), [("left", 0, 0), ("right", 2, 340), ("top", 1, 0), ("bottom", 3, 130)]
)
def test_sides(side, index, value):
    assert set(after(align(RECTS, side), index).values()) == {value}


@pytest.mark.parametrize(("side", "low"), [("centre", 0), ("middle", 1)])
def test_middles(side, low):
    moves = align(RECTS, side)
    ends = [after(moves, low), after(moves, low + 2)]
    assert len({ends[0][key] + ends[1][key] for key in RECTS}) == 1


def test_gaps_become_equal_and_the_outermost_stay():
    moves = distribute(RECTS, "across")
    assert (moves["a"], moves["b"]) == ((0, 0), (0, 0))
    left, right = after(moves, 0), after(moves, 2)
    assert left["c"] - right["a"] == left["b"] - right["c"] == 50
    assert set(distribute(RECTS, "down")) == set(RECTS)


def test_too_few_stay_where_they_are():
    assert align({"a": RECTS["a"]}, "left") == {}
    assert distribute({key: RECTS[key] for key in "ab"}, "across") == {}
