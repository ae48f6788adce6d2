"""Guides: the least correction wins, and the lines reach over all that is aligned."""

from __future__ import annotations

import pytest

from floworch_designer.canvas.guides import Guides

CARD = (0.0, 0.0, 200.0, 100.0)


@pytest.mark.parametrize(
    ("at", "by", "lines"),
    [
        ((4, 300), (-4, 0), [(0, 0, 0, 400)]),
        ((-3, 303), (3, 0), [(0, 0, 0, 403)]),
        ((400, 2), (0, -2), [(0, 0, 600, 0)]),
        ((205, 107), (-5, 0), [(200, 0, 200, 207)]),
        ((300, 300), (0, 0), []),
    ],
)
def test_sides_and_middles(at, by, lines):
    made, found = Guides([CARD]).snap((at[0], at[1], at[0] + 200, at[1] + 100), 6)
    assert made == by
    assert found == lines


def test_a_decided_height_is_corrected_sideways_only():
    by, lines = Guides([CARD]).snap((2, 3, 202, 103), 6, fixed=True)
    assert by == (-2, 0)
    assert len(lines) == 1


def test_a_middle_aligns_with_a_middle_and_the_nearest_is_taken():
    guides = Guides([CARD, (20, 500, 180, 560)])
    by, _ = guides.snap((53, 300, 153, 340), 6)
    assert by == (-3, 0)
    assert Guides([]).snap(CARD, 6) == ((0, 0), [])
