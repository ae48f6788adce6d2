"""Long idle times take little room: there and back, in order, and only the long ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch_designer.timeline.squeeze import PLAIN, Squeeze, idle

#: Ten seconds of work, an hour of waiting, ten of work.
WAIT = Squeeze([(110.0, 3710.0)], 100.0, 3720.0)
moments = st.floats(0, 1e6, allow_nan=False)


def test_gaps_are_what_nothing_was_going_on_in():
    assert idle([(3.0, 5.0), (1.0, 2.0), (4.0, 6.0)], 0.0, 10.0) == [(0.0, 1.0), (2.0, 3.0), (6.0, 10.0)]
    assert idle([(0.0, 10.0), (2.0, 3.0)], 0.0, 10.0) == []
    assert idle([], 0.0, 4.0) == [(0.0, 4.0)]


def test_work_keeps_its_length_and_a_wait_is_short():
    assert WAIT.short(110.0) - WAIT.short(100.0) == pytest.approx(10.0)
    assert WAIT.short(3720.0) - WAIT.short(3710.0) == pytest.approx(10.0)
    assert WAIT.short(3710.0) - WAIT.short(110.0) < 2.0
    assert WAIT.after(2000.0) == 3710.0
    assert (WAIT.after(105.0), WAIT.after(3715.0)) == (105.0, 3715.0)


@pytest.mark.parametrize("waits", [(33.0,), (14.0, 33.0), (60.0,) * 12])
@pytest.mark.parametrize("work", [0.02, 0.25, 10.0])
def test_a_wait_takes_a_small_share_of_the_axis_however_short_the_work_is(work, waits):
    gaps, moment = [], work
    for wait in waits:
        gaps.append((moment, moment + wait))
        moment += wait + work
    axis = Squeeze(gaps, 0.0, moment)
    assert len(axis.gaps) == len(waits)
    widths = [axis.short(end) - axis.short(start) for start, end in gaps]
    whole = axis.short(moment) - axis.short(0.0)
    assert all(0.01 * whole < width < 0.1 * whole for width in widths)
    assert sum(widths) < 0.31 * whole


def test_gaps_that_are_not_long_stay():
    assert Squeeze([(1.0, 2.0)], 0.0, 100.0).gaps == ()
    assert Squeeze([(10.0, 20.0)], 0.0, 100.0).gaps == ()
    assert PLAIN.short(5.0) == PLAIN.real(5.0) == PLAIN.after(5.0) == 5.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(moments, moments), max_size=6), st.lists(moments, min_size=2, max_size=8))
def test_the_short_axis_keeps_the_order_and_leads_back(pairs, some):
    busy = [(min(pair), max(pair)) for pair in pairs]
    axis = Squeeze(idle(busy, 0.0, 1e6), 0.0, 1e6)
    some.sort()
    places = [axis.short(moment) for moment in some]
    assert places == sorted(places)
    for moment, place in zip(some, places, strict=True):
        assert axis.real(place) == pytest.approx(moment, rel=1e-6, abs=1e-3)
