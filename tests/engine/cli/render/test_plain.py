"""One line per event for logs and pipes."""

from __future__ import annotations

import io

from floworch.cli.render.plain import PlainProgress
from floworch.run.events import Event, EventKind
from floworch.run.items import ItemsState
from floworch.run.state import RunState


def shown(state: RunState, events: list[Event], fold: bool = True) -> list[str]:
    stream = io.StringIO()
    progress = PlainProgress(stream, state, " --store s")
    for event in events:
        if fold:
            state.apply(event)
    progress.show(events)
    progress.show([])
    progress.close()
    return [line[9:] for line in stream.getvalue().splitlines()]  # without the time of day


def test_a_run_line_by_line() -> None:
    kinds = [
        (EventKind.RUN_CREATED, -1, {}),
        (EventKind.RUN_STARTED, -1, None),
        (EventKind.NODE_STARTED, 0, None),
        (EventKind.NODE_COMPLETED, 0, {"output": 1}),
        (EventKind.NODE_STARTED, 1, None),
        (EventKind.NODE_WAITING, 1, {"wait": {"kind": "approval", "details": {"message": "Ok?"}}}),
    ]
    events = [
        Event(i, i / 2, int(kind), node, int(node >= 0), (), payload) for i, (kind, node, payload) in enumerate(kinds)
    ]
    assert shown(RunState("r", "w", ("a", "b")), events) == [
        "run started",
        "a completed (0.50 s)",
        "b waiting: for an approval: Ok?",
        "  answer with: floworch approve r b --store s   or   floworch reject r b --store s",
    ]


def test_a_second_attempt_is_worth_a_line() -> None:
    state = RunState("r", "w", ("a",))
    state.apply(Event(0, 0.0, int(EventKind.NODE_STARTED), 0, 1))
    error = {"error": {"kind": "k", "message": "no"}, "due": 1.0, "delay": 1.0}
    events = [
        Event(1, 0.5, int(EventKind.NODE_RETRYING), 0, 1, (), error),
        Event(2, 1.0, int(EventKind.NODE_STARTED), 0, 2),
    ]
    assert shown(state, events)[-1] == "a started: attempt 2"


def test_what_was_logged_for_debugging_is_left_to_the_log() -> None:
    state = RunState("r", "w", ("a",))
    log = int(EventKind.NODE_LOGGED)
    events = [
        Event(0, 0.0, log, 0, 1, (), {"level": "debug", "message": "attempt 1 started"}),
        Event(1, 0.0, log, 0, 1, (), {"level": "info", "message": "hello"}),
    ]
    assert shown(state, events) == ["a logged: [info] hello"]


def test_a_short_loop_gets_no_lines_of_its_own() -> None:
    state = RunState("r", "w", ("loop",))
    items = state.items[(0, ())] = ItemsState(list(range(9)), 4, "collect")
    stream = io.StringIO()
    progress = PlainProgress(stream, state)
    for i in range(9):
        items.complete(i, None)
        progress.show([Event(i, i / 10, int(EventKind.ITEM_COMPLETED), 0, 0, (i,), {})])
    assert stream.getvalue() == ""


def test_a_loop_gets_a_line_every_tenth_of_the_way() -> None:
    state = RunState("r", "w", ("loop",))
    items = state.items[(0, ())] = ItemsState(list(range(1000)), 4, "collect")
    stream = io.StringIO()
    progress = PlainProgress(stream, state)
    for i in range(1000):
        if i == 5:
            items.fail(i, {"kind": "k", "message": "m"})
        else:
            items.complete(i, None)
        kind = EventKind.ITEM_FAILED if i == 5 else EventKind.ITEM_COMPLETED
        progress.show([Event(i, float(i), int(kind), 0, 0, (i,), {"error": {}} if i == 5 else {})])
    lines = [line[9:] for line in stream.getvalue().splitlines() if " of " in line]
    assert len(lines) == 10
    assert lines[0] == "loop 100 of 1000 items, 1 failed"
    assert lines[-1] == "loop 1000 of 1000 items, 1 failed"


def test_what_a_part_leaves_out_stands_below_the_start() -> None:
    """C7.6: it is settled before the run starts."""
    kinds = [
        (EventKind.RUN_CREATED, -1, {}),
        (EventKind.NODE_BYPASSED, 1, {"out": True}),
        (EventKind.RUN_STARTED, -1, None),
    ]
    events = [Event(i, 0.0, int(kind), node, 0, (), payload) for i, (kind, node, payload) in enumerate(kinds)]
    assert shown(RunState("r", "w", ("a", "b")), events) == ["run started", "b bypassed: left out"]
    assert shown(RunState("r", "w", ("a", "b")), events[:2]) == ["b bypassed: left out"]
