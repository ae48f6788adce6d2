"""Going on after a crash, at every moment of a run (C7.2, C7.4, C7.8)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import OK, Dialogue, expands, fails, output, waits, workflow

from floworch.run.events import EventKind

PURE = {"effect": "pure"}


def dialogue(*edges: str, nodes: str = "abc", **fields: Any) -> Dialogue:
    return Dialogue(workflow({name: dict(PURE) for name in nodes}, *edges, **fields))


@pytest.mark.parametrize("limit", [1, 2, 16])
def test_a_nested_loop_survives_a_crash_after_every_event(limit: int) -> None:
    """C7.4, C10.1: the same outputs whenever the process died, and items that had ended stay."""
    definition = workflow(
        {"outer": PURE, "inner": {"parent": "outer", **PURE}, "x": {"parent": "inner", **PURE}, "end": PURE},
        "outer>end",
    )

    def answers(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        if name == "outer":
            return expands([1, 2])
        if name == "inner":
            return expands(["p", "q"], 1)
        return output([name, *scope])

    whole = Dialogue(definition, limit).start().play(answers)
    assert whole.state.status == "completed"
    assert whole.state.node("outer").output == [[["x", i, j] for j in range(2)] for i in range(2)]
    for cut in range(2, len(whole.events)):
        other = whole.crash(cut)
        if not other.state.status.final:
            other.go_on().play(answers)
        assert other.statuses() == whole.statuses(), cut
        assert other.state.node("outer").output == whole.state.node("outer").output, cut
        assert other.story().count("items_listed inner[0]") == 1
        assert not other.state.bodies


def test_a_failure_that_was_journaled_stops_the_rest_after_a_crash_too() -> None:
    """C4.3, C7.4: the crash came between the failure and what it stops."""
    run = dialogue(nodes="abc").start()
    commands = {run.plan.ids[c.node]: c for c in list(run.started)}
    run.answer(waits("approval"), commands["b"])
    run.answer(OK, commands["c"])
    run.answer(fails(), commands["a"])
    cut = run.story().index("node_failed a") + 1
    other = run.crash(cut).go_on()
    assert other.statuses()["b"] == "cancelled"
    assert other.state.status == "failed"


def test_a_container_of_a_failed_run_opens_no_more_items_after_a_crash() -> None:
    """C4.3, C7.4"""
    definition = workflow({"bad": PURE, "loop": PURE, "x": {"parent": "loop", **PURE}})
    run = Dialogue(definition).start()
    commands = {run.plan.ids[c.node]: c for c in list(run.started)}
    run.answer(expands([1, 2, 3], 1), commands["loop"])
    run.answer(fails(), commands["bad"])
    other = run.crash(len(run.events)).go_on()
    other.play()
    assert other.state.status == "failed"
    assert other.statuses()["loop"] == "cancelled"
    assert not any(f"x[{i}]" in word for word in other.story() for i in (1, 2))


def test_pure_attempts_run_again_and_do_not_count() -> None:
    """C7.2, C15"""
    run = dialogue("a>b").start()
    run.answer(OK)
    other = run.crash(len(run.events)).go_on()
    assert [(other.plan.ids[c.node], c.attempt) for c in other.started] == [("b", 2), ("c", 2)]
    assert "run_interrupted" in other.story()
    assert other.state.lost == {1: 1, 2: 1}


@pytest.mark.parametrize(
    ("how", "status", "run_status"), [("done", "completed", "completed"), ("fail", "failed", "failed")]
)
def test_a_doubt_is_settled_as_told(how: str, status: str, run_status: str) -> None:
    """C7.8"""
    run = Dialogue(workflow({"u": {"effect": "unsafe"}, "v": {}}, "u>v")).start()
    other = run.crash(len(run.events))
    other.tell(other.scheduler.go_on, "crash", how)
    other.play()
    assert other.statuses()["u"] == status
    assert other.state.status == run_status


def test_a_doubt_pauses_the_run_once_the_other_branches_have_ended() -> None:
    """C7.8"""
    run = Dialogue(workflow({"u": {"effect": "unsafe"}, "p": PURE, "q": PURE}, "p>q")).start()
    other = run.crash(len(run.events)).go_on().play()
    assert other.statuses() == {"u": "in_doubt", "p": "completed", "q": "completed"}
    assert other.state.status == "paused"
    assert "u" in (other.state.pause_reason or "")
    rerun = other.crash(len(other.events))
    rerun.tell(rerun.scheduler.go_on, "resumed", "rerun")
    assert rerun.play().state.status == "completed"


def test_a_crash_while_cancelling_ends_cancelled() -> None:
    """C7.3, C7.4"""
    run = dialogue("a>b").start()
    run.tell(run.scheduler.cancel, "stop")
    other = run.crash(len(run.events)).go_on()
    assert other.state.status == "cancelled"
    assert other.statuses() == {"a": "cancelled", "b": "skipped", "c": "cancelled"}


def test_a_cancelled_run_asks_nobody_about_doubts() -> None:
    """C7.3, C7.8"""
    run = Dialogue(workflow({"u": {"effect": "unsafe"}})).start()
    doubtful = run.crash(len(run.events)).go_on()
    assert doubtful.state.status == "paused"
    doubtful.tell(doubtful.scheduler.cancel_idle, "stop")
    assert doubtful.state.status == "cancelled"
    assert doubtful.statuses() == {"u": "failed"}


def test_the_first_join_is_restored() -> None:
    """C2.3"""
    definition = workflow({"a": PURE, "b": PURE, "j": {"join": "first", **PURE}}, "a>j", "b>j")
    run = Dialogue(definition).start()
    run.answer(OK)
    cut = run.story().index("node_completed a") + 1
    other = run.crash(cut).go_on()
    assert {other.plan.ids[c.node] for c in other.started} == {"b", "j"}
    other.play()
    assert other.story().count("node_started j") == 1


def test_a_passed_through_node_and_a_chosen_port_are_restored() -> None:
    """C2.6, C2.7"""
    definition = workflow(
        {"a": PURE, "d": {"disabled": True, **PURE}, "x": PURE, "y": PURE}, "a:yes>d", "a:no>y", "d>x"
    )
    run = Dialogue(definition).start()
    run.answer(output({"k": 1}, port="yes"))
    other = run.crash(len(run.events) - 1).go_on().play()
    assert other.statuses() == {"a": "completed", "d": "bypassed", "x": "completed", "y": "bypassed"}
    assert other.state.node("d").output == {"k": 1}


def test_containers_side_by_side_with_lists_of_different_lengths_survive_a_crash_after_every_event() -> None:
    """C7.4, C10.1: item 2 of one is no item of the other."""
    definition = workflow({
        "long": PURE, "l": {"parent": "long", **PURE}, "short": PURE, "s": {"parent": "short", **PURE},
    })  # fmt: skip

    def answers(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        return {"long": expands([1, 2, 3], 3), "short": expands([1], 1)}.get(name, output([name, *scope]))

    whole = Dialogue(definition).start().play(answers)
    for cut in range(2, len(whole.events)):
        other = whole.crash(cut).go_on().play(answers)
        assert other.statuses() == whole.statuses(), cut
        assert other.state.node("long").output == whole.state.node("long").output, cut


def doubt_to_run_again(*others: str) -> Dialogue:
    """A run whose unsafe node 'u' died and is to run again, behind others in the only slot."""
    definition = workflow({"u": {"effect": "unsafe"}, **dict.fromkeys(others, PURE)})
    run = Dialogue(definition, 1 + len(others)).start()
    other = run.crash(len(run.events))
    other.scheduler.core.limit = 1
    other.tell(other.scheduler.go_on, "crash", "rerun")
    assert other.statuses()["u"] == "in_doubt"
    return other


def test_a_doubt_that_was_decided_runs_again_though_another_failure_stopped_the_run() -> None:
    """C4.3, C7.8: its attempt had begun before the failure."""
    run = doubt_to_run_again("a").play({"a": fails()})
    assert run.statuses() == {"a": "failed", "u": "completed"}
    assert run.state.status == "failed"


def test_a_doubt_that_was_decided_fails_when_the_run_is_cancelled_before_its_turn() -> None:
    """C7.3, C7.8"""
    run = doubt_to_run_again("a")
    run.tell(run.scheduler.cancel, "somebody")
    assert run.statuses()["u"] == "failed"
    run.tell(run.scheduler.ended_otherwise, "cancelled", run.plan.index["a"], (), "somebody")
    assert run.state.status == "cancelled"


# a step whose process dies again and again (C7.8)


POISON = workflow({"p": {"effect": "pure"}, "z": {}}, "p>z")


def crashed(run: Dialogue, times: int) -> Dialogue:
    """The run after its process died so often in the attempt that runs."""
    for _ in range(times):
        run = run.crash(len(run.events)).go_on()
    return run


def test_the_third_crash_of_one_attempt_ends_in_doubt_whatever_the_effect() -> None:
    """C7.8: a poison step cannot crash-loop."""
    run = crashed(Dialogue(POISON).start(), 2)
    assert run.statuses()["p"] == "running"
    run = crashed(run, 1)
    assert (run.statuses()["p"], run.state.status) == ("in_doubt", "paused")
    assert run.state.pause_reason == "its process died 3 times while it ran: p"
    assert not run.started


def test_after_a_person_let_it_run_again_the_count_starts_anew() -> None:
    """C7.8"""
    run = crashed(Dialogue(POISON).start(), 3)
    run = run.crash(len(run.events))
    run.tell(run.scheduler.go_on, "resumed", "rerun")
    run = crashed(run, 2)
    assert run.statuses()["p"] == "running"
    assert crashed(run, 1).statuses()["p"] == "in_doubt"


def test_an_outcome_in_between_makes_it_another_attempt() -> None:
    """C7.8: three crashes of one attempt, not of one node."""
    definition = workflow({"p": {"effect": "pure", "retry": {"max_attempts": 9}}})
    run = crashed(Dialogue(definition).start(), 2)
    run.answer(fails())
    run.fire()
    run = crashed(run, 2)
    assert run.statuses()["p"] == "running"


def test_a_pause_now_is_no_crash_and_no_outcome() -> None:
    """C7.8, C7.1"""
    run = crashed(Dialogue(POISON).start(), 2)
    run.tell(run.scheduler.pause, True, None)
    run.tell(run.scheduler.ended_otherwise, "interrupted", run.plan.index["p"], (), "pause")
    run.started.clear()
    run = run.crash(len(run.events)).go_on()  # resumed in order
    assert run.statuses()["p"] == "running"
    assert crashed(run, 1).statuses()["p"] == "in_doubt"


def test_a_run_whose_store_failed_has_not_crashed() -> None:
    """C7.8: it paused, and its process may well be alive."""
    run = Dialogue(POISON).start()
    for _ in range(5):
        run.scheduler.core.emit(EventKind.RUN_PAUSED, payload={"reason": "the disk is full", "kind": "store"})
        run.absorb()
        run = run.crash(len(run.events)).go_on()
    assert run.statuses()["p"] == "running"


def test_each_item_counts_for_itself_and_the_limit_is_a_setting() -> None:
    """C7.8"""
    definition = workflow({"loop": {}, "x": {"parent": "loop", "effect": "pure"}}, settings={"max_crashes": 2})
    run = Dialogue(definition).start()
    run.answer(expands([1, 2, 3], 1))
    run = crashed(run, 1)
    run.answer(OK)
    run = crashed(run, 1)
    assert run.started
    run = crashed(run, 1)
    assert run.state.pause_reason == "its process died 2 times while it ran: x"
    assert list(run.state.crashes) == [(1, (1,))]


def test_a_snapshot_keeps_the_count() -> None:
    run = crashed(Dialogue(POISON).start(), 2)
    again = run.crash(0).state
    again.unpack(run.state.pack())
    assert again.crashes == {(0, ()): (2, 2)}


def test_a_doubt_for_crashes_beside_one_for_its_effect() -> None:
    """C7.8: the pause names both reasons."""
    run = crashed(Dialogue(workflow({"p": {"effect": "pure"}, "u": {}})).start(), 3)
    assert run.state.pause_reason == (
        "in doubt whether it took effect before the crash: u; its process died 3 times while it ran: p"
    )
