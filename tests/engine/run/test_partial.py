"""The beginning of a run of a part (C7.6)."""

from __future__ import annotations

from part_kit import begin, earlier_of, named, plan
from run_dialogue import Dialogue, workflow

from floworch.run.events import EventKind

DEFINITION = workflow({"a": {}, "b": {}, "c": {}}, "a>b")


def test_what_is_taken_over_is_written_before_the_run_has_started() -> None:
    """C7.6, C7.4: a run that has started needs nothing from another one."""
    part = plan(DEFINITION, earlier_of(Dialogue(DEFINITION).start().play(named)), from_=("b",), to=("b",))
    run = begin(DEFINITION, part)
    assert run.story() == ["run_created", "node_reused a", "node_bypassed c", "run_started", "node_started b"]
    taken, left = run.events[1], run.events[2]
    assert taken.payload == {"output": "a", "reused_from": "one"}
    assert (left.kind, left.payload) == (EventKind.NODE_BYPASSED, {"out": True})


def test_a_run_in_which_nothing_runs_ends_at_once() -> None:
    """C7.6"""
    part = plan(DEFINITION, earlier_of(Dialogue(DEFINITION).start().play(named)), only_changed=True)
    run = begin(DEFINITION, part)
    assert run.state.status == "completed"
    assert not run.started


def test_only_what_is_not_written_yet_is_written_after_a_crash() -> None:
    """C7.4"""
    part = plan(DEFINITION, earlier_of(Dialogue(DEFINITION).start().play(named)), from_=("b",), to=("b",))
    other = begin(DEFINITION, part).crash(2)
    other.tell(other.scheduler.start_part, part.replays, False)
    assert other.story() == ["run_created", "node_reused a", "node_bypassed c", "run_started", "node_started b"]
