"""Moving on, and noticing the end (C2.5, C8.3)."""

from __future__ import annotations

from run_dialogue import NEVER, Dialogue, waits, workflow


def test_a_run_is_suspended_only_when_everything_alive_waits() -> None:
    """C8.3"""
    run = Dialogue(workflow({"w": {}, "a": {}})).start().play({"w": waits(), "a": NEVER})
    assert run.state.status == "running"
    run.play()
    assert run.state.status == "suspended"
    run.tell(run.scheduler.signal, "", None)
    assert run.state.status == "completed"
    assert run.story().count("run_suspended") == 1


def test_ready_nodes_wait_for_a_slot() -> None:
    """C2.5"""
    run = Dialogue(workflow({name: {} for name in "abcd"}), 2).start()
    assert len(run.started) == 2
    assert run.play().most_busy == 2
