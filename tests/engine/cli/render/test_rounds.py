"""A loop that polls is told of now and then (C10.2): its waits between rounds would be three lines a round."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from run_dialogue import Dialogue, repeats, workflow

from floworch.cli.render.plain import PlainProgress
from floworch.cli.render.rounds import Rounds, rounds_text
from floworch.run.events import Event, EventKind
from floworch.run.state import RunState

K = EventKind
ROUND = {"wait": {"kind": "timer", "due": 1.0, "on_timeout": "round"}}
ASKS = {"wait": {"kind": "approval", "details": {"message": "Ok?"}}}


def lines(*batches: Sequence[tuple[K, int, Any]], state: RunState | None = None) -> list[str]:
    """What is written about batches of ``(kind, node, payload)``; node 0 polls, node 1 asks."""
    run = state or RunState("r", "w", ("poll", "ask"))
    stream, seq = io.StringIO(), 0
    progress = PlainProgress(stream, run)
    for batch in batches:
        events = []
        for kind, node, payload in batch:
            events.append(Event(seq, float(seq), int(kind), node, int(node >= 0), (), payload))
            seq += 1
        for event in events:
            run.apply(event)
        progress.show(events)
    return [line[9:] for line in stream.getvalue().splitlines()]


BEGIN = [(K.RUN_CREATED, -1, {}), (K.RUN_STARTED, -1, None), (K.NODE_STARTED, 0, None)]
WAIT = [(K.NODE_WAITING, 0, ROUND), (K.RUN_SUSPENDED, -1, None)]
WAKE = [(K.RUN_RESUMED, -1, None), (K.NODE_RESUMED, 0, None)]


def test_the_waits_between_rounds_are_worth_no_line() -> None:
    end = [(K.NODE_COMPLETED, 0, {"output": 1}), (K.RUN_COMPLETED, -1, {})]
    assert lines(BEGIN, WAIT, WAKE, WAIT, WAKE, end) == ["run started", "poll completed (9.00 s)", "run completed"]


def test_what_else_is_waited_for_is_told_once() -> None:
    asks = [(K.NODE_STARTED, 1, None), (K.NODE_WAITING, 1, ASKS)]
    answered = [(K.RUN_RESUMED, -1, None), (K.NODE_RESUMED, 1, None), (K.NODE_COMPLETED, 1, {"output": 1})]
    found = lines(BEGIN, [*asks, *WAIT], WAKE, WAIT, WAKE, WAIT, answered, WAIT[1:], WAKE, WAIT)
    assert found == [
        "run started",
        "ask waiting: for an approval: Ok?",
        "  answer with: floworch approve r ask   or   floworch reject r ask",
        "run suspended",
        "run resumed",
        "ask resumed",
        "ask completed (14 s)",
    ]


def test_a_timer_that_is_no_round_is_told_as_before() -> None:
    wait = {"wait": {"kind": "signal", "name": "go"}}
    found = lines(BEGIN, [(K.NODE_WAITING, 0, wait), (K.RUN_SUSPENDED, -1, None)], WAKE)
    assert found[1:] == [
        "poll waiting: for the signal 'go'",
        "  answer with: floworch signal r go",
        "run suspended",
        "run resumed",
        "poll resumed",
    ]


def test_whoever_joins_between_two_rounds_knows_what_is_waited_for() -> None:
    state = RunState("r", "w", ("poll", "ask"))
    for seq, (kind, node, payload) in enumerate([*BEGIN, *WAIT]):
        state.apply(Event(seq, 0.0, int(kind), node, int(node >= 0), (), payload))
    rounds = Rounds(state)
    woken = [Event(5, 1.0, int(K.RUN_RESUMED)), Event(6, 1.0, int(K.NODE_RESUMED), 0, 1)]
    assert rounds.hushed(woken[0], woken[1])
    assert rounds.hushed(woken[1], None)


def test_a_loop_of_many_rounds_gets_fewer_and_fewer_lines() -> None:
    """One that polls every second for a day."""
    rounds = Rounds(RunState("r", "w", ("poll",)))
    told = [at for at in range(86_400) if rounds.due(0, 0.0, float(at))]
    assert told[:4] == [5, 15, 35, 75]
    assert len(told) < 160
    assert told[-1] > 85_000


def test_a_real_repeat_is_told_by_its_rounds() -> None:
    run = Dialogue(workflow({"poll": {}, "look": {"parent": "poll"}})).start()
    run.answer(repeats(40, delay=3.0))
    stream = io.StringIO()
    state = RunState("r", "t", run.plan.ids, {}, 0.0, dict(run.plan.parents))
    progress = PlainProgress(stream, state)
    run.play()
    while run.timers:
        run.fire()
        run.play()
    for event in run.events:
        state.apply(event)
        progress.show([event])
    found = [line[9:] for line in stream.getvalue().splitlines()]
    assert found[0] == "run started"
    assert found[-1] == "run completed"
    assert 3 <= len([line for line in found if line.startswith("poll") and line.endswith("rounds")]) <= 6
    assert not any("waiting" in line or "suspended" in line for line in found)


def test_rounds_are_counted_in_words() -> None:
    assert [rounds_text(1, 0), rounds_text(12, 0), rounds_text(3, 1)] == ["1 round", "12 rounds", "3 rounds, 1 failed"]
