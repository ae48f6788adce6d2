"""What each kind of event does to the state, and what the fold refuses (C3, C12)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import Dialogue, fails, workflow

from floworch.run.events import Event, EventKind
from floworch.run.fold import HANDLERS, NODE_KINDS, PASSED
from floworch.run.state import RunState
from floworch.run.status import NODE_TRANSITIONS, IllegalTransition, NodeStatus, RunStatus

K, S = EventKind, NodeStatus

#: A way to every status through the table, so that each illegal change can be tried from each status.
ROADS: dict[NodeStatus, tuple[EventKind, ...]] = {
    S.PENDING: (),
    S.RUNNING: (K.NODE_STARTED,),
    S.RETRYING: (K.NODE_STARTED, K.NODE_RETRYING),
    S.WAITING: (K.NODE_STARTED, K.NODE_WAITING),
    S.COMPLETED: (K.NODE_STARTED, K.NODE_COMPLETED),
    S.FAILED: (K.NODE_STARTED, K.NODE_FAILED),
    S.CANCELLED: (K.NODE_STARTED, K.NODE_CANCELLED),
    S.SKIPPED: (K.NODE_SKIPPED,),
    S.BYPASSED: (K.NODE_BYPASSED,),
    S.REUSED: (K.NODE_REUSED,),
    S.IN_DOUBT: (K.NODE_STARTED, K.NODE_IN_DOUBT),
    S.COMPENSATING: (K.NODE_STARTED, K.NODE_COMPLETED, K.NODE_COMPENSATING),
    S.COMPENSATED: (K.NODE_STARTED, K.NODE_COMPLETED, K.NODE_COMPENSATING, K.NODE_COMPENSATED),
    S.COMPENSATION_FAILED: (
        K.NODE_STARTED, K.NODE_COMPLETED, K.NODE_COMPENSATING, K.NODE_COMPENSATION_FAILED,
    ),
}  # fmt: skip

#: The status an event of a node leads to.
LEADS = {
    K.NODE_STARTED: S.RUNNING, K.NODE_RESUMED: S.RUNNING, K.NODE_COMPLETED: S.COMPLETED, K.NODE_FAILED: S.FAILED,
    K.NODE_RETRYING: S.RETRYING, K.NODE_WAITING: S.WAITING, K.NODE_SKIPPED: S.SKIPPED, K.NODE_BYPASSED: S.BYPASSED,
    K.NODE_CANCELLED: S.CANCELLED, K.NODE_INTERRUPTED: S.PENDING, K.NODE_RESET: S.PENDING, K.NODE_REUSED: S.REUSED,
    K.NODE_IN_DOUBT: S.IN_DOUBT, K.NODE_COMPENSATING: S.COMPENSATING, K.NODE_COMPENSATED: S.COMPENSATED,
    K.NODE_COMPENSATION_FAILED: S.COMPENSATION_FAILED,
}  # fmt: skip


def fresh() -> RunState:
    """A run of ``a``, and of ``loop`` around ``x``."""
    return RunState("r", "w", ("a", "loop", "x"), {}, 0.0, {2: 1})


def tell(
    state: RunState, kind: int, node: int = 0, payload: dict[str, Any] | None = None, attempt: int = 1, scope: Any = ()
) -> RunState:
    state.apply(Event(state.seq, 100.0 + state.seq, kind, node, attempt, scope, payload))
    return state


@pytest.mark.parametrize("old", list(NodeStatus))
@pytest.mark.parametrize("kind", list(LEADS))
@pytest.mark.parametrize("scope", [(), (0,)])
def test_every_change_is_one_of_the_table_or_refused(old: NodeStatus, kind: EventKind, scope: tuple[int, ...]) -> None:
    """C3: of top-level nodes and of body nodes; a refused event leaves the state as it was.

    A retry has reset its nodes before it says so of each (C7.9).
    """
    state, node = fresh(), 2 if scope else 0
    for step in ROADS[old]:
        tell(state, step, node, scope=scope)
    assert state.status_of(node, scope) is old
    before = state.pack()
    if LEADS[kind] in NODE_TRANSITIONS[old] or (kind is K.NODE_RESET and old is S.PENDING and not scope):
        assert tell(state, kind, node, scope=scope).status_of(node, scope) is LEADS[kind]
    else:
        with pytest.raises(IllegalTransition, match=f"from {old} to {LEADS[kind]}"):
            tell(state, kind, node, scope=scope)
        after = state.pack()
        assert (after["seq"], after["node_status"], after["counts"]) == (
            before["seq"], before["node_status"], before["counts"],
        )  # fmt: skip


@pytest.mark.parametrize("seq", [-1, 1, 2, 99])
def test_a_number_out_of_order_is_refused(seq: int) -> None:
    """C12: seq is gapless."""
    state = fresh()
    with pytest.raises(ValueError, match=f"event {seq} follows event -1"):
        state.apply(Event(seq, 1.0, K.RUN_CREATED))
    assert (state.seq, state.status) == (0, "created")


@pytest.mark.parametrize("kind", [-200, -1, 15, 41, 62, 255, 256, 100_000])
def test_an_unknown_kind_is_refused(kind: int) -> None:
    """C13: also one that no table holds."""
    state = fresh()
    with pytest.raises(ValueError, match=f"unknown kind {kind}"):
        state.apply(Event(0, 1.0, kind, 0))
    assert state.seq == 0


@pytest.mark.parametrize("kind", sorted(NODE_KINDS))
@pytest.mark.parametrize("node", [-1, -2, 3, 70_000])
def test_an_unknown_node_is_refused(kind: int, node: int) -> None:
    """C13: a negative index must not mean the last node."""
    state = fresh()
    with pytest.raises(ValueError, match=f"unknown node {node}"):
        tell(state, kind, node)
    assert state.seq == 0
    assert not any(state.node_status)


def test_every_kind_has_its_handler() -> None:
    assert {number for number, handler in enumerate(HANDLERS) if handler} == {int(kind) for kind in EventKind}


def test_times_are_the_first_start_and_the_end() -> None:
    """C12"""
    state = fresh()
    for kind in (K.NODE_STARTED, K.NODE_RETRYING, K.NODE_STARTED, K.NODE_COMPLETED):
        tell(state, kind)
    assert (state.started[0], state.ended[0]) == (100.0, 103.0)


def test_a_completion_clears_the_error_of_earlier_attempts() -> None:
    """C4.4"""
    state = tell(tell(fresh(), K.NODE_STARTED), K.NODE_RETRYING, payload={"error": {"kind": "x"}, "due": 105.5})
    assert state.errors == {0: {"kind": "x"}}
    assert state.retry_due == {(0, ()): 105.5}
    tell(tell(state, K.NODE_STARTED, attempt=2), K.NODE_COMPLETED, payload={"output": 1})
    assert (state.errors, state.retry_due, state.output[0], state.attempts[0]) == ({}, {}, 1, 2)


def test_writes_replace_the_data_in_order() -> None:
    """C6.1: journal order wins, and an earlier view of the data never changes."""
    state = tell(fresh(), K.NODE_STARTED)
    tell(state, K.NODE_STARTED, 1)
    tell(state, K.NODE_COMPLETED, payload={"data": {"set": {"k": 1, "gone": 2}, "delete": []}})
    seen = state.data
    tell(state, K.NODE_COMPLETED, 1, {"data": {"set": {"k": 2}, "delete": ["gone", "never"]}})
    assert state.data == {"k": 2}
    assert seen == {"k": 1, "gone": 2}


def test_a_signal_is_kept_until_a_completion_consumes_exactly_that_one() -> None:
    """C8.2"""
    state = fresh()
    for payload in (1, 2):
        tell(state, K.SIGNAL_RECEIVED, -1, {"name": "n", "payload": payload})
    assert state.signals == [(0, "n", 1), (1, "n", 2)]
    tell(tell(state, K.NODE_STARTED), K.NODE_COMPLETED, payload={"output": 1, "signal": 0})
    assert state.signals == [(1, "n", 2)]


@pytest.mark.parametrize("end", [K.NODE_RESUMED, K.NODE_FAILED, K.NODE_CANCELLED])
def test_whatever_ends_a_wait_forgets_it_and_its_answer(end: EventKind) -> None:
    """C8.1"""
    state = tell(tell(fresh(), K.NODE_STARTED), K.NODE_WAITING, payload={"wait": {"kind": "approval"}})
    tell(state, K.APPROVAL_GIVEN, payload={"approved": True})
    assert state.waits == {(0, ()): {"kind": "approval"}}
    tell(state, end)
    assert state.waits == state.approvals == {}


@pytest.mark.parametrize("scope", [(), (0,)])
@pytest.mark.parametrize("lost", [K.NODE_INTERRUPTED, K.NODE_IN_DOUBT])
def test_an_attempt_lost_to_a_pause_or_a_crash_does_not_count(lost: EventKind, scope: tuple[int, ...]) -> None:
    """C15: also one that was in doubt and runs again."""
    node = 2 if scope else 0
    state = fresh()
    tell(state, K.NODE_STARTED, node, attempt=1, scope=scope)
    tell(state, lost, node, attempt=1, scope=scope)
    tell(state, K.NODE_STARTED, node, attempt=2, scope=scope)
    assert state.attempt_of(node, scope) == (2, 1)


def test_a_node_in_doubt_that_runs_again_has_all_its_attempts() -> None:
    """C7.8, C15: the attempt that the crash took is not one of the two."""
    definition = workflow({"u": {"effect": "unsafe", "retry": {"max_attempts": 2, "delay": 1}}})
    run = Dialogue(definition).start()
    other = run.crash(len(run.events))
    other.tell(other.scheduler.go_on, "crash", "rerun")
    other.play({"u": fails()})
    assert other.state.attempts == [3]
    assert other.story().count("node_retrying u") == 1


def test_a_reset_takes_back_the_end_and_the_attempts() -> None:
    """C7.9"""
    state = tell(tell(fresh(), K.NODE_STARTED, attempt=3), K.NODE_FAILED, payload={"error": {"kind": "x"}})
    tell(state, K.NODE_RESET, attempt=0)
    assert (state.ended[0], state.errors, state.attempt_of(0)) == (None, {}, (3, 3))


def test_a_retry_resets_all_of_its_nodes_with_its_first_event() -> None:
    """C7.9, C7.4: after a crash between it and those that tell it of each node, nothing stays behind."""
    run = Dialogue(workflow({name: {"effect": "pure"} for name in "abc"}, "a>b", "b>c"))
    run.start().play({"a": fails()})
    cut = len(run.events) + 1
    run.tell(run.scheduler.retry)
    assert run.story()[cut:] == ["node_reset a", "node_reset b", "node_reset c", "node_started a"]
    for after in range(cut, len(run.events) + 1):
        other = run.crash(after).go_on().play()
        assert other.statuses() == {"a": "completed", "b": "completed", "c": "completed"}


def test_a_disabled_node_that_passed_through_is_told_from_a_branch_not_chosen() -> None:
    """C2.6"""
    state = tell(fresh(), K.NODE_BYPASSED, payload={"output": 7, "passed": True})
    tell(state, K.NODE_BYPASSED, 1)
    assert state.ports == {0: PASSED}
    assert state.output[:2] == [7, None]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (K.RUN_STARTED, RunStatus.RUNNING), (K.RUN_PAUSING, RunStatus.PAUSING), (K.RUN_PAUSED, RunStatus.PAUSED),
        (K.RUN_RESUMED, RunStatus.RUNNING), (K.RUN_SUSPENDED, RunStatus.SUSPENDED),
        (K.RUN_CANCELLING, RunStatus.CANCELLING), (K.RUN_ROLLING_BACK, RunStatus.ROLLING_BACK),
        (K.RUN_COMPLETED, RunStatus.COMPLETED), (K.RUN_FAILED, RunStatus.FAILED),
        (K.RUN_CANCELLED, RunStatus.CANCELLED), (K.RUN_RETRIED, RunStatus.RUNNING),
    ],
)  # fmt: skip
def test_the_status_of_the_run_follows_its_events(kind: EventKind, status: RunStatus) -> None:
    """C7"""
    state = tell(tell(fresh(), K.RUN_CREATED, -1), kind, -1)
    assert state.status is status
    assert (state.ended_at is not None) == status.final


@pytest.mark.parametrize("kind", [K.NODE_LOGGED, K.NODE_PROGRESSED])
def test_some_facts_only_tell_a_story(kind: EventKind) -> None:
    """C15"""
    state = tell(fresh(), K.NODE_STARTED)
    before = state.pack()
    assert tell(state, kind, 0 if kind >= 20 else -1).pack() == {**before, "seq": 2}


def test_going_on_clears_how_the_run_had_ended() -> None:
    """C7.9: a retried run has no end and no error."""
    state = tell(fresh(), K.RUN_STARTED, -1)
    tell(state, K.RUN_FAILED, -1, {"error": {"kind": "x", "message": "m", "node": "a"}})
    assert (state.ended_at, state.error, state.outputs) == (101.0, {"kind": "x", "message": "m", "node": "a"}, {})
    tell(state, K.RUN_RETRIED, -1)
    assert (state.started_at, state.ended_at, state.error) == (100.0, None, None)


def test_a_pause_that_nobody_asked_for_says_why_until_the_run_goes_on() -> None:
    """C7.8"""
    state = tell(fresh(), K.RUN_PAUSED, -1, {"reason": "in doubt: a"})
    assert state.pause_reason == "in doubt: a"
    assert tell(state, K.RUN_RESUMED, -1).pause_reason is None


def test_a_rolled_back_container_keeps_its_results_in_a_snapshot() -> None:
    """C9, C12: compensation reads them."""
    state = tell(tell(fresh(), K.NODE_STARTED, 1), K.ITEMS_LISTED, 1, {"items": [1]})
    tell(state, K.ITEM_COMPLETED, 1, {"output": "r"}, scope=(0,))
    for kind in (K.NODE_COMPLETED, K.NODE_COMPENSATING, K.NODE_COMPENSATED):
        tell(state, kind, 1)
        other = fresh()
        other.unpack(state.pack())
        assert other.output == state.output == [None, ["r"], None]
