"""What the scheduler asks of the shell, and when (architecture decision 1, C2.5, C7)."""

from __future__ import annotations

import msgspec
import pytest
from run_dialogue import OK, Dialogue, fails, waits, workflow

from floworch.run.commands import Command, Op


def ops(run: Dialogue) -> list[Op]:
    return [Op(command.op) for command in run.other]


def test_a_command_says_by_default_that_it_is_about_the_whole_run() -> None:
    command = Command(Op.STOPPED)
    assert (command.node, command.scope, command.attempt, command.value) == (-1, (), 0, None)
    with pytest.raises(AttributeError):
        command.node = 3  # type: ignore[misc]
    assert msgspec.structs.astuple(command)[0] == Op.STOPPED


def test_numbers_of_commands_are_all_different() -> None:
    assert len({int(op) for op in Op}) == len(Op.__members__)


def test_each_start_has_its_event_in_the_same_batch() -> None:
    """C7.4: the shell obeys once the events before it are durable, so the event must not come later."""
    run = Dialogue(workflow({"a": {}, "b": {}}))
    run.scheduler.start(1.0)
    events, commands = run.scheduler.take()
    assert [(event.node, event.attempt) for event in events if event.kind == 20] == [
        (command.node, command.attempt) for command in commands if command.op == Op.START
    ]
    assert run.scheduler.take() == ([], [])


def test_a_timer_carries_its_moment() -> None:
    """C4.4, C8.1"""
    retried = Dialogue(workflow({"a": {"retry": {"max_attempts": 2, "delay": 7, "jitter": 0}}})).start()
    retried.answer(fails())
    assert [timer.value for timer in retried.timers] == [retried.now + 7]
    waiting = Dialogue(workflow({"a": {}})).start()
    waiting.answer(waits("timer", due=2_222.0))
    assert [(timer.node, timer.value) for timer in waiting.timers] == [(0, 2_222.0)]


def test_a_wait_without_a_time_asks_for_no_timer() -> None:
    """C8.1"""
    run = Dialogue(workflow({"a": {}})).start()
    run.answer(waits("signal", "n"))
    assert run.timers == []
    assert ops(run) == [Op.SUSPENDED]


def test_the_end_is_asked_for_once_and_then_the_run_stops() -> None:
    """C2.7: outputs are evaluated at the end."""
    run = Dialogue(workflow({"a": {}, "b": {}})).start().play()
    assert ops(run) == [Op.FINISH, Op.STOPPED]
    failed = Dialogue(workflow({"a": {}})).start().play({"a": fails()})
    assert ops(failed) == [Op.STOPPED]


def test_a_cancel_names_its_reason_to_every_running_attempt() -> None:
    """C7.3"""
    run = Dialogue(workflow({"a": {}, "b": {}, "c": {}}, "a>c")).start()
    run.tell(run.scheduler.cancel, "no longer needed")
    assert [(command.op, command.node, command.value) for command in run.other] == [
        (Op.CANCEL, 0, "no longer needed"),
        (Op.CANCEL, 1, "no longer needed"),
    ]


@pytest.mark.parametrize("how", ["failure", "cancel"])
def test_parked_attempts_are_dropped_when_their_node_is_cancelled(how: str) -> None:
    """C4.3, C7.3: nobody comes back to them."""
    run = Dialogue(workflow({"bad": {}, "r": {"retry": {"max_attempts": 2}}, "w": {}})).start()
    bad, retried, waiting = run.started
    run.answer(fails(), retried)
    run.answer(waits(), waiting)
    if how == "failure":
        run.answer(fails(), bad)
    else:
        run.tell(run.scheduler.cancel, "stop")
    dropped = {run.plan.ids[command.node] for command in run.other if command.op == Op.DROP}
    assert dropped == {"r", "w"}


def test_a_pause_without_now_interrupts_nothing() -> None:
    """C7.1"""
    run = Dialogue(workflow({"a": {}})).start()
    run.tell(run.scheduler.pause, False, None)
    assert ops(run) == []
    run.tell(run.scheduler.pause, True, None)
    assert ops(run) == [Op.INTERRUPT]
    run.answer(OK)
    assert ops(run)[-1] == Op.STOPPED
