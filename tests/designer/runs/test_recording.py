"""Any moment of a run is the fold of its events so far (C12), and none is far from a kept fold."""

from __future__ import annotations

import pytest
import replay_kit as kit

from floworch.run.state import RunState
from floworch_designer.runs import recording as module
from floworch_designer.runs.recording import EVERY, KEPT, Picture, Recording
from floworch_designer.runs.words import elapsed


def record(events, header):
    live = Picture(RunState.of(header))
    recording = Recording(live)
    for event in events:
        live.apply(event)
        recording.add(event, live)
    return recording, live


def fold(events, header):
    state = RunState.of(header)
    for event in events:
        state.apply(event)
    return state


@pytest.mark.parametrize("every", [1, 3, 1000])
def test_every_moment_is_the_fold_of_what_came_before(every, monkeypatch):
    monkeypatch.setattr(module, "EVERY", every)
    events = kit.events()
    recording, live = record(events, kit.header())
    for count in (*range(len(events) + 1), 5, 0):
        picture = recording.at(count)
        assert picture.state.pack() == fold(events[:count], kit.header()).pack()
        assert picture.last_at == (events[count - 1].at if count else 0.0)
    assert recording.at(14).progress == {1: (0.5, "half")}
    assert recording.at(15).progress == {}
    assert recording.at(99).state.pack() == live.state.pack()
    assert recording.at(-1).state.seq == 0


def test_the_time_worked_is_that_of_every_other_place_at_any_moment():
    """What the run rested is no part of it (C15), as the run bar and the list of runs count it."""
    events = kit.events()
    recording, live = record(events, kit.header())
    assert live.state.rested > 0
    for count in range(1, len(events) + 1):
        shown = recording.at(count)
        assert recording.worked(count) == pytest.approx(elapsed(shown.state, shown.last_at)), count
    assert recording.worked(0) == 0.0
    assert recording.worked(99) == recording.worked(len(events))


def test_going_somewhere_in_a_hundred_thousand_events_folds_few_of_them(monkeypatch):
    events = kit.long_story(100_000, 1000)
    recording, _live = record(events, kit.header(1000))
    assert len(recording) >= 100_000
    folded = []
    monkeypatch.setattr(Picture, "apply", lambda self, event: folded.append(event.seq))
    for count in (0, 1, 1999, 2000, 50_001, 99_999, len(events)):
        folded.clear()
        recording.at(count)
        assert len(folded) < EVERY
        assert folded == list(range(count - len(folded), count))


def test_a_run_without_end_keeps_no_more_folds_than_it_may(monkeypatch):
    monkeypatch.setattr(module, "EVERY", 2)
    events = kit.long_story(3000, 10)
    recording, _live = record(events, kit.header(10))
    assert len(recording._kept) <= KEPT
    for count in (0, 63, 64, 127, 1234, 2999):
        assert recording.at(count).state.pack() == fold(events[:count], kit.header(10)).pack()


def test_lines_and_places():
    recording, live = record(kit.events(), kit.header())
    names = live.state.node_ids
    assert [line.message for line in recording.lines(4, names, 2)] == ["Started", "hello"]
    assert recording.lines(0, names, 5) == []
    assert recording.said(len(recording)) == len(recording.lines(99, names, 99)) == 16  # all but created and progress
    assert recording.place_of(100.15) == 3
    assert recording.place_of(99.0) == 0
    assert recording.place_of(1e9) == len(recording)
