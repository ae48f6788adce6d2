"""Sagas as dialogues with the scheduler: what is compensated, in which order, and what disturbs it (C9, C15)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from run_dialogue import NEVER, OK, Dialogue, expands, fails, output, repeats, tries, workflow

from floworch.run.commands import Op

UNDO = {"compensate": {"action": "t.undo"}}
POLICY = {"max_attempts": 2, "delay": 5, "backoff": 1, "jitter": 0}


def patient(**retry: Any) -> dict[str, Any]:
    """A compensation that is tried again."""
    return {"compensate": {"action": "t.undo", "retry": {**POLICY, **retry}}}


def saga(*edges: str, **nodes: Any) -> Dialogue:
    return Dialogue(workflow(nodes, *edges))


def abc() -> Dialogue:
    """``a`` and ``b`` declare a compensation, ``c`` follows them, and ``d`` would declare one, too."""
    return saga("a>b", "b>c", "c>d", a=UNDO, b=UNDO, c={}, d=UNDO)


def undone(run: Dialogue) -> list[str]:
    """What was compensated or was not able to be, in the order of the journal."""
    return [line for line in run.story() if "node_compensat" in line]


def lists(run: Dialogue) -> dict[str, Any]:
    found: dict[str, Any] = run.state.to_json()["compensation"]
    return found


def test_a_failure_compensates_what_completed_the_last_first_and_then_ends_the_run() -> None:
    """C9"""
    run = abc().start().play({"c": fails()})
    assert run.story()[-7:] == [
        "node_skipped d", "run_rolling_back", "node_compensating b", "node_compensated b", "node_compensating a",
        "node_compensated a", "run_failed",
    ]  # fmt: skip
    assert run.statuses() == {"a": "compensated", "b": "compensated", "c": "failed", "d": "skipped"}
    assert lists(run) == {"compensated": ["b", "a"], "failed": [], "not_needed": ["d"]}
    assert run.state.error == {"kind": "processing_error", "message": "processing_error", "node": "c"}
    assert [run.state.attempt_of(name)[0] for name in (0, 1)] == [1, 1]  # a compensation is no attempt of the node


def test_the_order_is_that_of_completion_not_of_the_start_or_the_name() -> None:
    """C9: in reverse completion order."""
    run = saga("a>z", "b>z", "c>z", a=UNDO, b=UNDO, c=UNDO, z={}).start()
    first, second, third = run.started
    for command in (second, third, first):
        run.answer(OK, command)
    run.play({"z": fails()})
    assert lists(run)["compensated"] == ["a", "c", "b"]


def test_it_waits_until_no_attempt_runs() -> None:
    """C9: compensation begins when nothing else runs; what completes meanwhile is compensated, too."""
    run = saga("a>c", a=UNDO, b=UNDO, c={}).start()
    run.play({"b": NEVER, "c": fails()})
    assert run.state.status == "running"
    assert not undone(run)
    run.play()
    assert lists(run)["compensated"] == ["b", "a"]


def test_compensations_run_one_at_a_time() -> None:
    """C15"""
    run = abc().start().play({"c": fails(), "~b": NEVER})
    assert run.state.status == "rolling_back"
    assert run.statuses()["b"] == "compensating"
    assert [run.plan.ids[command.node] for command in run.undoing] == ["b"]
    assert run.scheduler.busy == run.state.counted_running() == 1


def test_one_that_fails_does_not_stop_the_rest() -> None:
    """C9"""
    run = abc().start().play({"c": fails(), "~b": fails("timeout_error")})
    assert run.state.status == "failed"
    assert lists(run) == {"compensated": ["a"], "failed": ["b"], "not_needed": ["d"]}
    assert run.statuses()["b"] == "compensation_failed"
    assert run.state.node("b").error["kind"] == "timeout_error"


def test_a_handled_failure_rolls_nothing_back() -> None:
    """C4.2, C9: fails unhandled."""
    run = saga("a>b", "b:error>c", a=UNDO, b={}, c={}).start().play({"b": fails()})
    assert run.state.status == "completed"
    assert lists(run) == {"compensated": [], "failed": [], "not_needed": []}


def test_a_run_in_which_nothing_completed_fails_without_a_rollback() -> None:
    """C15: all three lists are empty when there was no rollback."""
    run = saga("a>b", a={}, b=UNDO).start().play({"a": fails()})
    assert "run_rolling_back" not in run.story()
    assert lists(run) == {"compensated": [], "failed": [], "not_needed": []}


def test_outputs_that_cannot_be_evaluated_fail_the_run_and_roll_it_back() -> None:
    """C9, C15"""
    run = saga(a=UNDO).start()
    run.scheduler.completed(0, (), 1, None, run.now)
    run.started.clear()
    run.events += run.scheduler.take()[0]
    run.tell(run.scheduler.finish, None, {"kind": "validation_error", "message": "no"})
    run.play()
    assert run.state.status == "failed"
    assert run.state.error == {"kind": "validation_error", "message": "no", "node": None}
    assert run.statuses() == {"a": "compensated"}


def test_a_cancel_compensates_unless_told_not_to() -> None:
    """C7.3, C9"""
    run = abc().start().play({"c": NEVER})
    run.tell(run.scheduler.cancel, "enough")
    assert run.state.status == "cancelling"
    run.scheduler.ended_otherwise("cancelled", run.started.popleft().node, (), "enough", run.now)
    run.absorb()
    run.play()
    assert run.state.status == "cancelled"
    assert lists(run)["compensated"] == ["b", "a"]

    other = abc().start().play({"c": NEVER})
    other.now += 1
    other.scheduler.cancel("enough", other.now, compensate=False)
    other.scheduler.ended_otherwise("cancelled", other.started.popleft().node, (), "enough", other.now)
    other.absorb()
    assert other.state.status == "cancelled"
    assert other.statuses()["a"] == "completed"
    assert lists(other) == {"compensated": [], "failed": [], "not_needed": []}


def test_a_cancel_without_compensation_holds_through_a_crash() -> None:
    """C7.4: what was said stands in the journal."""
    run = abc().start().play({"c": NEVER})
    run.scheduler.cancel("enough", run.now, compensate=False)
    run.absorb()
    other = run.crash(len(run.events)).go_on()
    assert other.state.status == "cancelled"
    assert not undone(other)


def test_a_cancel_during_a_rollback_changes_nothing() -> None:
    """C9: there is no second rollback, and what failed has failed."""
    run = abc().start().play({"c": fails(), "~b": NEVER})
    before = len(run.events)
    run.tell(run.scheduler.cancel, "enough")
    assert len(run.events) == before
    run.play()
    assert run.state.status == "failed"
    assert lists(run)["compensated"] == ["b", "a"]


def test_back_off_of_a_compensation_is_journaled_and_survives_a_crash() -> None:
    """C4.4, C9: its own retry; a crash in back-off resumes the back-off."""
    run = saga("a>b", a=patient(), b={}).start().play({"b": fails()}, most=2)
    run.undo(fails())
    assert undone(run) == ["node_compensating a", "node_compensation_retrying a"]
    assert run.events[-1].payload is not None
    assert run.events[-1].payload["due"] == run.now + 5
    assert run.state.status_of("a") == "compensating"
    other = run.crash(len(run.events)).go_on()
    assert not other.undoing
    assert [timer.value for timer in other.timers] == [run.now + 5]
    other.play({"~a": OK})
    assert other.events[-2].attempt == 2
    assert other.state.status == "failed"
    assert lists(other)["compensated"] == ["a"]


def test_a_compensation_gives_up_after_its_own_attempts() -> None:
    """C4.4: no wait after the last attempt."""
    run = saga("a>b", a=patient(), b={}).start().play({"b": fails(), "~a": fails()})
    assert [event.attempt for event in run.events if event.word == "node_compensating"] == [1, 2]
    assert lists(run)["failed"] == ["a"]


def test_a_pause_starts_no_further_compensation_and_resume_goes_on() -> None:
    """C7.1"""
    run = abc().start().play({"c": fails(), "~b": NEVER})
    run.tell(run.scheduler.pause, False, None)
    assert run.state.status == "pausing"
    run.undo()
    assert run.state.status == "paused"
    assert run.statuses()["a"] == "completed"
    other = run.crash(len(run.events)).go_on()
    assert other.state.status == "rolling_back"
    assert other.state.error is not None
    other.play()
    assert undone(other) == ["node_compensating b", "node_compensated b", "node_compensating a", "node_compensated a"]
    assert other.state.status == "failed"


def test_pause_now_interrupts_a_compensation_which_then_does_not_count() -> None:
    """C7.1, C15"""
    run = saga("a>b", a=patient(), b={}).start().play({"b": fails(), "~a": NEVER})
    run.tell(run.scheduler.pause, True, None)
    assert [(command.op, command.node) for command in run.other] == [(Op.INTERRUPT, 0)]
    run.undoing.clear()
    run.tell(run.scheduler.compensation_interrupted, 0, (), "pause")
    assert run.state.status == "paused"
    other = run.crash(len(run.events)).go_on()
    other.play({"~a": fails()})
    assert [event.attempt for event in other.events if event.word == "node_compensating"] == [1, 2, 3]
    assert lists(other)["failed"] == ["a"]


def test_a_pause_taken_back_before_it_was_reached_goes_on_with_the_rollback() -> None:
    """C7.1"""
    run = abc().start().play({"c": fails(), "~b": NEVER})
    run.tell(run.scheduler.pause, False, None)
    run.tell(run.scheduler.resume)
    assert run.state.status == "rolling_back"
    run.play()
    assert lists(run)["compensated"] == ["b", "a"]


@pytest.mark.parametrize("effect", ["unsafe", "idempotent"])
def test_a_compensation_cut_off_by_a_crash_runs_again_whatever_its_effect(effect: str) -> None:
    """C9: at least once; a doubt would leave the effect standing."""
    run = saga("a>b", a={**UNDO, "effect": effect}, b={}).start().play({"b": fails(), "~a": NEVER})
    other = run.crash(len(run.events)).go_on()
    assert "run_interrupted" in other.story()
    assert other.events[-1].word == "node_compensating"
    other.play()
    assert lists(other)["compensated"] == ["a"]


def test_a_compensation_whose_process_dies_again_and_again_has_failed_and_the_rest_is_undone() -> None:
    """C7.8, C9: a poison step cannot crash-loop, and one failure does not stop the rest."""
    run = abc().start().play({"c": fails(), "~b": NEVER})
    for _ in range(3):
        run = run.crash(len(run.events)).go_on()
    run.play()
    assert run.state.status == "failed"
    assert lists(run) == {"compensated": ["a"], "failed": ["b"], "not_needed": ["d"]}
    assert "died 3 times" in run.state.errors[run.plan.index["b"]]["message"]


def test_pauses_and_crashes_with_an_outcome_between_them_are_no_crashes_in_a_row() -> None:
    """C7.8"""
    undo = {**UNDO, "compensate": {"action": "u", "retry": {"max_attempts": 9, "delay": 0}}}
    run = saga("a>b", a=undo, b={}).start().play({"b": fails(), "~a": NEVER})
    for _ in range(3):
        for _ in range(2):
            run = run.crash(len(run.events)).go_on()
        run.undo(fails())
        run.fire()
    for _ in range(3):
        run.tell(run.scheduler.pause, True, None)
        command = run.undoing.popleft()
        run.tell(run.scheduler.compensation_interrupted, command.node, (), "pause")
        run = run.crash(len(run.events)).go_on()
    run.play()
    assert lists(run)["compensated"] == ["a"]


def test_a_cancel_of_a_run_that_nobody_works_on_leaves_its_rollback_to_the_resume() -> None:
    """C7.3: control verbs append under the lock and do not continue the run."""
    run = abc().start().play({"c": NEVER})
    run.tell(run.scheduler.pause, True, None)
    run.scheduler.ended_otherwise("interrupted", run.started.popleft().node, (), "pause", run.now)
    run.absorb()
    idle = run.crash(len(run.events))
    idle.tell(idle.scheduler.cancel_idle, "enough")
    assert not idle.undoing
    assert idle.state.status == "paused"
    assert idle.state.pause_reason == "to be rolled back: 2 completed steps"
    other = idle.crash(len(idle.events)).go_on().play()
    assert other.state.status == "cancelled"
    assert lists(other)["compensated"] == ["b", "a"]


def test_a_pause_of_a_rollback_whose_process_died_accounts_for_what_ran() -> None:
    """C7.1, C7.3"""
    run = abc().start().play({"c": fails(), "~b": NEVER})
    idle = run.crash(len(run.events))
    idle.tell(idle.scheduler.pause_idle)
    assert idle.state.status == "paused"
    assert idle.crash(len(idle.events)).go_on().play().state.status == "failed"


def test_a_pause_while_a_run_is_cancelled_holds_its_rollback() -> None:
    """C7.1: cancel wins over pause, and no compensation starts."""
    run = abc().start().play({"c": NEVER})
    run.tell(run.scheduler.cancel, "enough")
    run.tell(run.scheduler.pause, True, None)
    run.scheduler.ended_otherwise("cancelled", run.started.popleft().node, (), "enough", run.now)
    run.absorb()
    assert run.state.status == "paused"
    assert not run.undoing


LOOP = {"loop": {}, "x": {"parent": "loop", **UNDO}, "y": {"parent": "loop"}, "end": {}}


def test_items_are_compensated_one_by_one_in_reverse_completion_order() -> None:
    """C15: items compensate per item; the item that failed, too, as far as it had come."""
    run = saga("x>y", "loop>end", **LOOP).start()
    answers = {"loop": expands(["p", "q", "r"], concurrency=1), "end": fails()}
    run.play(answers)
    assert lists(run)["compensated"] == ["x[2]", "x[1]", "x[0]"]
    assert run.state.node("x").counts == {"compensated": 3}
    assert run.state.status_of("x") == "compensated"
    assert run.state.status_of("loop") == "completed"

    stopped = saga("x>y", "loop>end", **LOOP).start()
    stopped.play(lambda name, scope, attempt: fails() if (name, scope) == ("y", (1,)) else answers.get(name, OK))
    assert lists(stopped)["compensated"] == ["x[1]", "x[0]"]


def test_of_an_item_that_has_ended_only_what_compensation_reads_is_kept() -> None:
    """C10.1: memory of others unchanged."""
    declared = {"action": "t.undo", "params": {"a": "{{ nodes.y.output }}", "b": "{{ nodes.first.output }}"}}
    nodes = {"first": {}, "loop": {}, "w": {"parent": "loop"}, "y": {"parent": "loop"},
             "x": {"parent": "loop", "compensate": declared}}  # fmt: skip
    run = saga("first>loop", "w>y", "y>x", **nodes).start()
    run.play(lambda name, scope, attempt: expands([1, 2]) if name == "loop" else output([name, *scope]))
    assert run.state.status == "completed"
    assert run.state.saga is not None
    names = run.plan.ids
    kept = {
        (names[node], scope): body.output
        for scope, records in run.state.saga.kept.items()
        for node, body in records.items()
    }
    assert kept == {("x", (i,)): ["x", i] for i in (0, 1)} | {("y", (i,)): ["y", i] for i in (0, 1)}
    assert not run.state.bodies

    plain = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}})).start()
    plain.play({"loop": expands([1, 2])})
    assert plain.state.saga is None


def test_rounds_and_nested_items_compensate_each_on_its_own() -> None:
    """C15: a try's failed round had completed something, too."""
    nodes = {"outer": {}, "t": {"parent": "outer"}, "a": {"parent": "t", **UNDO}, "b": {"parent": "t"}, "end": {}}
    run = saga("a>b", "outer>end", **nodes).start()

    def answer(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        if name == "outer":
            return repeats(2)
        if name == "t":
            return tries(2)
        return fails() if name == "end" or (name, scope) == ("b", (0, 0)) else OK

    run.play(answer)
    assert lists(run)["compensated"] == ["a[1][0]", "a[0][1]", "a[0][0]"]
    assert run.state.status_of("a", (0, 0)) == "compensated"


def test_a_completed_container_compensates_before_its_items() -> None:
    """C9: it completed after them."""
    nodes = {**LOOP, "loop": UNDO}
    run = saga("x>y", "loop>end", **nodes).start().play({"loop": expands([1]), "end": fails()})
    assert lists(run)["compensated"] == ["loop", "x[0]"]


def test_a_completed_run_can_be_rolled_back_as_the_child_of_a_saga() -> None:
    """C15: a completed child run is compensated by its own saga."""
    run = saga("a>b", a=UNDO, b=UNDO).start().play()
    assert run.state.status == "completed"
    child = run.crash(len(run.events))
    child.tell(child.scheduler.roll_back, "the caller failed")
    child.play()
    assert child.state.status == "cancelled"
    assert lists(child)["compensated"] == ["b", "a"]

    plain = saga(a={}).start().play()
    before = len(plain.events)
    plain.tell(plain.scheduler.roll_back, "the caller failed")
    assert (len(plain.events), plain.state.status) == (before, "completed")


def test_a_crash_after_every_event_of_a_rollback_ends_the_same() -> None:
    """C7.4, C9: whatever prefix of the journal is left."""
    nodes = {"a": UNDO, "each": {}, "x": {"parent": "each", **patient()}, "c": patient(max_attempts=3), "bad": {}}
    nodes = {name: {"effect": "idempotent", **node} for name, node in nodes.items()}
    answers = {"each": expands(["p", "q"]), "bad": fails(), "~x": fails()}
    run = saga("a>each", "each>c", "c>bad", **nodes).start().play(answers)
    expected = (run.statuses(), lists(run), run.state.status)
    assert expected[1] == {"compensated": ["c", "a"], "failed": ["x[1]", "x[0]"], "not_needed": []}
    begin = run.story().index("run_rolling_back")
    assert len(run.events) - begin > 12
    for after in range(1, len(run.events)):
        other = run.crash(after)
        if other.state.status != "failed":
            other.go_on().play(answers)
        assert (other.statuses(), lists(other), other.state.status) == expected, f"after {run.events[after - 1]}"
        again = other.crash(len(other.events))
        assert again.state.pack() == other.state.pack()


@pytest.mark.parametrize("seed", range(60))
def test_random_sagas_compensate_every_completed_declared_node_exactly_once_in_reverse(seed: int) -> None:
    """C9: in a run that nothing disturbs."""
    chance = random.Random(seed)
    names = [f"n{i}" for i in range(chance.randint(2, 9))]
    nodes: dict[str, Any] = {}
    edges = []
    for place, name in enumerate(names):
        nodes[name] = dict(chance.choice([UNDO, UNDO, {}, patient()]))
        nodes[name]["join"] = chance.choice(["all", "any"])
        edges += [f"{source}>{name}" for source in chance.sample(names[:place], min(place, chance.randint(0, 2)))]
        if chance.random() < 0.3:
            nodes[f"{name}x"] = {"parent": name, **chance.choice([UNDO, {}])}
            nodes[f"{name}y"] = {"parent": name, **chance.choice([UNDO, {}])}
            edges.append(f"{name}x>{name}y")
    bad = chance.choice(list(nodes))
    weak = {name for name in nodes if chance.random() < 0.2}
    run = Dialogue(workflow(nodes, *edges, settings={"fail_fast": chance.random() < 0.5}), limit=chance.randint(1, 3))

    def answer(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        if name == bad or (name.removeprefix("~") in weak and name.startswith("~")):
            return fails()
        return expands([1, 2, 3], chance.randint(1, 3)) if f"{name}x" in nodes else OK

    run.start()
    while run.started:
        run.answer(answer(run.plan.ids[(command := chance.choice(list(run.started))).node], command.scope, 1), command)
    run.play(answer)
    completed = [(event.node, event.scope) for event in run.events if event.word == "node_completed"]
    declared = [key for key in completed if "compensate" in nodes[run.plan.ids[key[0]]]]
    begun = [event for event in run.events if event.word == "node_compensating" and event.attempt == 1]
    started = [(event.node, event.scope) for event in begun]
    assert run.state.status == ("failed" if run.state.error else "completed")
    assert started == (declared[::-1] if run.state.error else [])
    ended = [(event.node, event.scope) for event in run.events
             if event.word in ("node_compensated", "node_compensation_failed")]  # fmt: skip
    assert ended == started
    found = lists(run)
    assert {name.partition("[")[0] for name in found["failed"]} <= weak
    assert len(found["compensated"]) + len(found["failed"]) == len(started)
