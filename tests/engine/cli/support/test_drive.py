"""Following a run: what is printed where, when it stops, with which code."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest

from floworch.cli.support.drive import Output, drive, exit_code, finish, look_on, output_of, waits_long
from floworch.errors import UsageError
from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch.run.status import RunStatus

NOW = 1_000_000.0


def state_with(status: RunStatus) -> RunState:
    state = RunState("r-1", "w", ("a", "b"))
    state.status = status
    return state


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (RunStatus.COMPLETED, 0),
        (RunStatus.FAILED, 1),
        (RunStatus.PAUSED, 3),
        (RunStatus.SUSPENDED, 3),
        (RunStatus.INTERRUPTED, 3),
        (RunStatus.CANCELLED, 130),
    ],
)
def test_exit_codes(status: RunStatus, code: int) -> None:
    """interfaces.md section 3."""
    assert exit_code(state_with(status)) == code


def test_output_options() -> None:
    assert output_of(events="jsonl", store=" --store x") == Output(events=True, store=" --store x")
    with pytest.raises(UsageError):
        output_of(events="csv")
    with pytest.raises(UsageError):
        output_of(json=True, events="jsonl")


@pytest.mark.parametrize(
    ("wait", "long"),
    [
        ({"kind": "approval", "due": NOW + 1}, True),
        ({"kind": "signal", "due": None}, True),
        ({"kind": "timer", "due": NOW + 61}, True),
        ({"kind": "timer", "due": NOW + 59}, False),
    ],
)
def test_only_people_signals_and_long_timers_are_worth_leaving_for(wait: dict[str, object], long: bool) -> None:
    """(C15)"""
    state = state_with(RunStatus.SUSPENDED)
    state.waits[(0, ())] = wait
    assert waits_long(state, NOW) is long
    state.status = RunStatus.RUNNING
    assert waits_long(state, NOW) is False


def test_a_retry_that_is_due_soon_is_waited_for() -> None:
    state = state_with(RunStatus.SUSPENDED)
    state.retry_due[(0, ())] = NOW + 5
    assert waits_long(state, NOW) is False


def test_outputs_go_to_standard_output_and_words_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    state = state_with(RunStatus.COMPLETED)
    state.outputs = {"x": 2**70}
    state.started_at, state.ended_at = 1.0, 3.5
    assert finish(state, Output()) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"x": 2**70}
    assert err == "Run r-1 completed in 2.50 s.\n"
    finish(state, Output(events=True))
    assert capsys.readouterr().out == ""


def test_a_failed_run_names_node_kind_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    state = state_with(RunStatus.FAILED)
    state.error = {"kind": "timeout_error", "message": "Too slow.", "node": "a", "hint": "Give it more time."}
    assert finish(state, Output(store=" --store s")) == 1
    said = capsys.readouterr().err
    assert "a: Too slow. (timeout_error)\n    Hint: Give it more time.\n" in said
    assert "floworch retry r-1 --store s" in said


def test_a_paused_run_gives_its_reason_and_the_way_on(capsys: pytest.CaptureFixture[str]) -> None:
    state = state_with(RunStatus.PAUSED)
    state.pause_reason = "The disk is full."
    assert finish(state, Output()) == 3
    said = capsys.readouterr().err
    assert "The disk is full." in said
    assert "floworch resume r-1" in said


async def test_a_remote_run_is_folded_and_its_events_printed_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    state = RunState("r-1", "w", ("a", "b"))
    kinds = [EventKind.RUN_CREATED, EventKind.RUN_STARTED, EventKind.RUN_COMPLETED]
    events = [Event(i, float(i), int(kind), payload={} if i != 1 else None) for i, kind in enumerate(kinds)]

    async def stream() -> AsyncIterator[list[Event]]:
        yield events[:2]
        yield events[1:]  # a repeated event is not folded twice

    async def pause() -> None:
        raise AssertionError("nobody asked")

    await drive(stream(), state, Output(events=True), pause, fold=True)
    assert state.status is RunStatus.COMPLETED
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["seq"] for line in lines] == [0, 1, 1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
async def test_the_first_signal_says_that_running_steps_are_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    """(C15)"""
    asked = asyncio.Event()

    async def stream() -> AsyncIterator[list[Event]]:
        os.kill(os.getpid(), signal.SIGINT)
        await asked.wait()
        yield [Event(0, 0.0, int(EventKind.RUN_CREATED), payload={})]

    async def pause() -> None:
        asked.set()

    await drive(stream(), RunState("r-1", "w", ("a",)), Output(), pause, fold=True)
    said = capsys.readouterr().err
    assert "interrupted and run again at resume" in said
    assert "Ctrl+C again" in said


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("kind", "idle"), [("approval", True), ("timer", True), ("call", False)])
async def test_the_first_signal_says_of_a_run_that_only_waits_that_nothing_is_interrupted(
    capsys: pytest.CaptureFixture[str], kind: str, idle: bool
) -> None:
    """C15: steps of a run that was called may be at work."""
    asked = asyncio.Event()
    state = state_with(RunStatus.SUSPENDED)
    state.waits[(0, ())] = {"kind": kind, "due": None}

    async def stream() -> AsyncIterator[list[Event]]:
        os.kill(os.getpid(), signal.SIGINT)
        await asked.wait()
        yield [Event(state.seq, 0.0, int(EventKind.SIGNAL_RECEIVED), payload={})]

    async def pause() -> None:
        asked.set()

    await drive(stream(), state, Output(), pause)
    said = capsys.readouterr().err
    assert ("no step is running" in said) is idle
    assert ("running steps are interrupted" in said) is not idle
    assert "Ctrl+C again" in said


async def test_a_run_that_waits_for_long_says_once_how_to_leave(capsys: pytest.CaptureFixture[str]) -> None:
    """C15: without --exit-when-suspended it waits; with it, it leaves without a word about waiting."""

    async def stream() -> AsyncIterator[list[Event]]:
        kinds = [EventKind.RUN_CREATED, EventKind.RUN_STARTED, EventKind.RUN_SUSPENDED, EventKind.SIGNAL_RECEIVED]
        for i, kind in enumerate(kinds):
            yield [Event(i, float(i), int(kind), payload={} if i != 1 else None)]

    async def pause() -> None:
        raise AssertionError("nobody asked")

    await drive(stream(), RunState("r-1", "w", ("a",)), Output(), pause, fold=True)
    said = capsys.readouterr().err
    assert said.count("Ctrl+C leaves it: nothing is lost") == 1
    assert "--exit-when-suspended" in said
    await drive(stream(), RunState("r-1", "w", ("a",)), Output(exit_when_suspended=True), pause, fold=True)
    assert "Ctrl+C" not in capsys.readouterr().err
    await look_on(stream(), RunState("r-1", "w", ("a",)), Output())
    assert "Ctrl+C ends only the following" in capsys.readouterr().err
