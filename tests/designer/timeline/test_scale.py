"""Which moments are in view, and where."""

from __future__ import annotations

import pytest

from floworch_designer.timeline.scale import SHORTEST, Scale
from floworch_designer.timeline.squeeze import Squeeze

WHOLE = Scale.whole(100.0, 110.0, 500.0)


def test_there_and_back():
    assert WHOLE.x(105.0) == 250.0
    assert WHOLE.moment(250.0) == 105.0
    assert WHOLE.all_seen


def test_zoom_keeps_what_is_under_the_pointer_and_ends_at_the_ends():
    near = WHOLE.zoomed(4.0, 250.0)
    assert (near.span, near.x(105.0)) == (2.5, 250.0)
    assert near.zoomed(0.01, 10.0).all_seen
    assert WHOLE.zoomed(1e9, 0.0).span == SHORTEST
    assert WHOLE.zoomed(2.0, 500.0).left == 105.0


def test_panning_stops_at_the_ends():
    near = WHOLE.zoomed(2.0, 0.0)
    assert near.panned(100.0).left == 101.0
    assert near.panned(-100.0).left == 100.0
    assert near.panned(1e6).left == 105.0
    assert near.centred(107.0).shows(107.0)
    assert not near.shows(109.0)


def test_a_run_that_goes_on_stays_whole_or_stays_where_it_was():
    assert WHOLE.fitted(100.0, 120.0, 500.0).span == 20.0
    near = WHOLE.zoomed(2.0, 250.0)
    assert (near.fitted(100.0, 120.0, 400.0).left, near.fitted(100.0, 120.0, 400.0).span) == (near.left, near.span)


@pytest.mark.parametrize(("span", "step"), [(0.01, 0.002), (1.0, 0.2), (10.0, 2.0), (100.0, 30.0), (1e6, 172800.0)])
def test_marks_of_the_ruler_stand_apart(span, step):
    assert Scale.whole(0.0, span, 500.0).step(80.0) == pytest.approx(step)


def test_a_short_axis_is_looked_at_like_any_other():
    axis = Squeeze([(110.0, 3710.0)], 100.0, 3720.0)
    whole = Scale.whole(100.0, 3720.0, 500.0, axis)
    assert whole.all_seen
    assert whole.x(110.0) > 200.0, "an hour of waiting leaves the work its room"
    assert whole.moment(whole.x(3715.0)) == pytest.approx(3715.0)
    assert (whole.first, whole.last) == (100.0, pytest.approx(3720.0))
    near = whole.zoomed(4.0, whole.x(3715.0))
    assert near.x(3715.0) == pytest.approx(whole.x(3715.0))
    assert near.shows(3715.0)
    assert not near.shows(105.0)
    assert near.centred(105.0).shows(105.0)
    again = near.fitted(100.0, 3725.0, 600.0, Squeeze([(110.0, 3710.0)], 100.0, 3725.0))
    assert again.moment(0.0) == pytest.approx(near.moment(0.0), abs=0.5)
    assert whole.fitted(100.0, 3730.0, 500.0).all_seen
