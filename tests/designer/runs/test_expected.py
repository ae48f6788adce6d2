"""When a run will end, judged by earlier ones."""

from __future__ import annotations

import pytest

from floworch.run.state import RunState
from floworch.store.protocol import RunSummary
from floworch_designer.runs.expected import earlier, is_asking, left_text, source_text, waited


def run(number, took=60.0, workflow="w", status="completed", parent=None):
    return RunSummary(f"r{number}", workflow, status, 0.0, 100.0, None if took is None else 100.0 + took, parent)


def test_the_last_five_completed_runs_of_the_workflow_count():
    runs = [
        run(0, None, status="running"),
        run(1, 9.0, status="failed"),
        run(2, 8.0, "other"),
        run(3, 7.0, parent="r9"),
    ]
    runs += [run(number, float(number)) for number in range(4, 12)]
    assert earlier(runs, "w", "r4") == [5.0, 6.0, 7.0, 8.0, 9.0]
    assert earlier([], "w", "r") == []
    assert earlier([run(1, 76.0).replace(rested=47.0)], "w", "r") == [29.0], "which is held against the time worked"


@pytest.mark.parametrize(
    ("took", "elapsed", "said"),
    [
        ([120.0, 110.0, 900.0], 10.0, "about 2 min left"),
        ([60.0], 18.0, "about 40 s left"),
        ([60.0], 57.0, "about 3 s left"),
        ([7200.0], 100.0, "about 2.0 h left"),
        ([60.0], 61.0, "about to end"),
        ([60.0], 100.0, "longer than before"),
        ([1.0], 0.1, ""),
        ([], 5.0, ""),
    ],
)
def test_what_is_left_in_words(took, elapsed, said):
    assert left_text(took, elapsed) == said


def state_of(*spans, parents=None):
    state = RunState("r", "w", tuple("abcd"[: len(spans)]), parents=parents or {})
    for number, (start, end) in enumerate(spans):
        state.started[number], state.ended[number] = start, end
    return state


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [
        (((0.0, 10.0), (10.0, 130.0), (130.0, 135.0)), 120.0),
        (((0.0, 10.0), (10.0, None)), 90.0),
        (((0.0, 40.0), (10.0, 50.0), (45.0, 60.0)), 5.0),
        (((0.0, 40.0), (None, None)), 0.0),
        (((0.0, None), (10.0, 50.0)), 0.0),
    ],
)
def test_only_time_in_which_nothing_else_is_at_work_is_waited(spans, seconds):
    assert waited(state_of(*spans), {"b"}, 100.0) == seconds


def test_times_of_bodies_are_not_known():
    assert waited(state_of((0.0, 50.0), (10.0, 50.0), parents={1: 0}), {"b"}, 100.0) == 0.0


def test_people_and_signals_are_asked_and_no_timer():
    assert [name for name in ("human.approve", "human.form", "flow.signal", "flow.wait") if is_asking(name)] == [
        "human.approve", "human.form", "flow.signal",
    ]  # fmt: skip


def test_where_it_is_from():
    assert source_text([]) == ""
    assert source_text([1.0]) == "From the last completed run"
    assert source_text([1.0, 2.0]) == "From the last 2 completed runs"
