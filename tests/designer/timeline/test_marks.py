"""Marks and places of a run's events."""

from __future__ import annotations

import pytest
import replay_kit as kit

from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch_designer.runs.recording import Picture, Recording
from floworch_designer.timeline.marks import Axis, Marks, mark_of, step


def recorded(events, header=None):
    live = Picture(RunState.of(header or kit.header()))
    recording = Recording(live)
    for event in events:
        live.apply(event)
        recording.add(event, live)
    return recording


@pytest.fixture
def recording():
    return recorded(kit.events())


def test_what_gets_a_mark(recording):
    marks = Marks()
    marks.read(recording)
    assert marks.places == {"failed": [16, 17], "retrying": [7], "paused": [9, 10], "waiting": [], "cancelled": []}
    assert marks.between(0, 7) == ""
    assert marks.between(7, 11) == "retrying"
    assert marks.between(0, 99) == "failed"  # the weightiest one
    assert mark_of(recording.events[7]) == "retrying"
    assert mark_of(recording.events[0]) == ""


@pytest.mark.parametrize(
    ("count", "forward", "found"),
    [(0, True, 8), (8, True, 10), (18, True, None), (18, False, 17), (9, False, 8), (8, False, None), (3, False, None)],
)
def test_from_mark_to_mark(recording, count, forward, found):
    marks = Marks()
    marks.read(recording)
    assert marks.next(count, forward) == found


def test_what_comes_later_is_read_later_and_another_run_anew(recording):
    marks = Marks()
    marks.read(recorded(kit.events()[:8]))
    assert marks.places["retrying"] == [7]
    marks.read(recording)
    assert (marks.places["retrying"], marks.places["failed"]) == ([7], [16, 17])
    marks.read(None)
    assert not any(marks.places.values())


def test_a_step_passes_over_what_changes_no_node(recording):
    assert [step(recording, count, True) for count in (0, 2, 3, 18)] == [1, 3, 5, 18]
    assert [step(recording, count, False) for count in (0, 18, 5, 4)] == [0, 17, 4, 2]


def test_the_axis_is_half_clock_and_half_order_and_finds_its_way_back(recording):
    axis = Axis(recording)
    shares = [axis.share(count) for count in range(len(recording) + 1)]
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)
    assert axis.share(5) == pytest.approx((5 / 18 + 1 / 6) / 2)
    assert [axis.count(share) for share in shares] == list(range(len(recording) + 1))
    assert axis.share(2) < axis.share_at(100.05) < axis.share(3)
    assert axis.share_at(1e9) == 1.0


@pytest.mark.parametrize("places", [1, 2, 3, 17, 600])
def test_all_places_are_found_at_once_as_they_are_one_by_one(recording, places):
    axis = Axis(recording)
    assert axis.counts(places) == [axis.count((place + 1) / places) for place in range(places)]
    assert Axis(recorded([])).counts(2) == [0, 0]


@pytest.mark.parametrize("places", [1, 3, 40])
def test_the_places_of_a_long_recording_are_looked_for_and_not_walked_to(places, monkeypatch):
    monkeypatch.setattr("floworch_designer.timeline.marks.FEW", 0)
    moments = [number * 0.01 + (500.0 if number > 700 else 0.0) for number in range(1000)]
    axis = Axis(recorded([Event(number, at, EventKind.NODE_LOGGED, 0) for number, at in enumerate(moments)]))
    assert axis.counts(places) == [axis.count((place + 1) / places) for place in range(places)]


def test_an_axis_of_one_moment_goes_by_the_order():
    axis = Axis(recorded(kit.events()[:2]))
    assert [axis.share(count) for count in range(3)] == [0.0, 0.5, 1.0]
    assert Axis(recorded([])).count(0.5) == 0
