"""Which nodes an edited definition keeps, runs and refuses (C7.5, C15)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_dialogue import NEVER, OK, Dialogue, expands, fails, output, waits, workflow

from floworch.model.workflow import Workflow
from floworch.run.migrate import plan_migration
from floworch.run.migration import Migration
from floworch.run.state import RunState

PURE = {"effect": "pure"}
CHANGED = {"effect": "pure", "params": {"n": 2}}


def flow(names: str, *edges: str, **changed: Any) -> Workflow:
    """Pure nodes with one-letter names; keywords give some of them other fields."""
    nodes = {name: {**PURE, **changed.pop(name, {})} for name in names}
    return workflow(nodes, *edges, **changed)


def stopped(definition: Workflow, answers: Any = None) -> Dialogue:
    """A run whose process died when there was nothing more to answer."""
    played = Dialogue(definition).start().play(answers)
    return played.crash(len(played.events))


def plan(run: Dialogue, new: Workflow, **options: Any) -> Migration:
    return plan_migration(run.state, run.plan.workflow, new, **options)


def what(migration: Migration) -> dict[str, str]:
    return {fate.node: fate.what for fate in migration.nodes}


CHAIN = flow("abc", "a>b", "b>c")


def test_completed_nodes_are_kept_and_changed_ones_that_have_not_run_run() -> None:
    """C7.5"""
    run = stopped(CHAIN, {"b": NEVER})
    new = flow("abc", "a>b", "b>c", b=CHANGED)
    assert what(plan(run, new)) == {"a": "kept", "b": "runs", "c": "runs"}
    other = run.migrate(new)
    other.go_on().play()
    assert other.state.status == "completed"
    assert other.state.attempts == [1, 2, 1]
    assert other.story().count("node_started a") == 1


def test_a_changed_completed_node_is_kept_and_listed_as_stale_unless_it_is_to_run_again() -> None:
    """C7.5, C15"""
    run = stopped(CHAIN, {"a": output(1), "c": waits()})
    new = flow("abc", "a>b", "b>c", a=CHANGED)
    assert what(plan(run, new)) == {"a": "stale", "b": "kept", "c": "kept"}
    again = plan(run, new, rerun_changed=True)
    assert what(again) == {"a": "runs", "b": "runs", "c": "runs"}
    assert [fate.reason for fate in again.nodes] == ["changed", *["after one that runs again"] * 2]
    kept = stopped(CHAIN, {"a": output(1), "c": waits()}).migrate(new)
    assert kept.state.migrated is not None
    assert kept.state.migrated.stale == ("a",)
    assert kept.go_on().state.status == "suspended"
    assert kept.state.attempts == [1, 1, 1]
    other = run.migrate(new, rerun_changed=True)
    other.go_on().play({"a": output(2)})
    assert other.state.status == "completed"
    assert other.state.attempts == [2, 2, 2]
    assert other.state.node("a").output == 2
    assert other.state.lost == {0: 1, 1: 1, 2: 1}


def test_a_node_stays_stale_until_it_has_run_again() -> None:
    """C15: a later edit of something else does not make the old result fit."""
    run = stopped(CHAIN, {"c": waits()})
    first = run.migrate(flow("abc", "a>b", "b>c", a=CHANGED))
    second = flow("abcd", "a>b", "b>c", "c>d", a=CHANGED)
    assert what(plan(first, second)) == {"a": "stale", "b": "kept", "c": "kept", "d": "new"}
    other = first.migrate(second, rerun_changed=True)
    assert other.state.migrated is not None
    assert (other.state.migrated.stale, other.state.migrated.times) == ((), 2)
    other.go_on().play()
    assert other.state.status == "completed"
    assert other.state.attempts == [2, 2, 2, 1]


def test_only_titles_and_notes_changed_nothing_is_stale() -> None:
    """C15: the logic leaves out title, name, description, notes and view."""
    run = stopped(CHAIN, {"c": waits()})
    new = flow("abc", "a>b", "b>c", a={"title": "A", "notes": "n"}, name="x", description="y", view={"z": 1})
    assert set(what(plan(run, new)).values()) == {"kept"}
    assert plan(run, new).needed
    assert not plan(run, CHAIN).needed


def test_a_removed_completed_node_is_refused_unless_allowed() -> None:
    """C7.5"""
    run = stopped(CHAIN, {"c": waits()})
    new = flow("bc", "b>c")
    migration = plan(run, new)
    assert not migration.possible
    assert migration.refused == (
        "a: it has completed and would be taken out: allow that with allow_removed (--allow-removed)",
    )
    assert what(plan(run, new, allow_removed=True)) == {"a": "removed", "b": "stale", "c": "kept"}
    other = run.migrate(new, allow_removed=True)
    assert other.state.node_ids == ("a", "b", "c")
    assert set(other.state.index) == {"b", "c"}
    assert "a" not in other.state.to_json()["nodes"]


def test_indexes_of_old_events_stay_and_a_name_that_comes_back_has_its_own_again() -> None:
    """C12: the table of a run only grows."""
    run = stopped(CHAIN, {"b": waits()})
    second = run.migrate(flow("abx", "a>b", "b>x"))
    assert second.state.node_ids == ("a", "b", "c", "x")
    third = second.migrate(flow("abc", "a>b", "b>c"))
    assert third.state.node_ids == ("a", "b", "c", "x")
    assert dict(third.state.index) == {"a": 0, "b": 1, "c": 2}
    third.go_on()
    third.tell(third.scheduler.signal, "", None)
    third.play()
    assert third.statuses() == {"a": "completed", "b": "completed", "c": "completed"}
    assert third.state.status == "completed"


def test_a_node_put_before_a_completed_one_runs_and_makes_it_stale() -> None:
    """C7.5: changed edges around completed nodes."""
    run = stopped(CHAIN, {"c": waits()})
    new = flow("abcn", "a>n", "n>b", "b>c")
    assert what(plan(run, new)) == {"a": "kept", "b": "stale", "c": "kept", "n": "new"}
    other = run.migrate(new).go_on().play()
    assert other.statuses() == {"a": "completed", "b": "completed", "c": "waiting", "n": "completed"}
    assert other.state.attempts == [1, 1, 1, 1]


def test_the_definition_of_another_workflow_is_refused() -> None:
    run = stopped(CHAIN, {"c": waits()})
    assert "other definition is of 'u'" in plan(run, CHAIN.replace(id="u")).refused[0]


def test_a_run_that_completed_or_was_rolled_back_is_refused() -> None:
    assert "it has completed" in plan(stopped(CHAIN), CHAIN).refused[0]


def test_a_waiting_node_goes_on_waiting_and_a_changed_one_begins_anew() -> None:
    """C7.5, C8.1"""
    run = stopped(CHAIN, {"b": waits(name="go")})
    assert what(plan(run, flow("abc", "a>b", "b>c", c=CHANGED)))["b"] == "kept"
    other = run.migrate(flow("abc", "a>b", "b>c", b=CHANGED))
    assert not other.state.waits
    assert other.go_on().play().state.status == "completed"


def test_a_changed_retrying_node_runs_at_once_and_its_tries_count_anew() -> None:
    """C4.4, C7.5"""
    retry = {"retry": {"max_attempts": 2, "delay": 100}}
    old = flow("abc", "a>b", "b>c", b=retry)
    played = Dialogue(old).start()
    played.answer(OK)
    played.answer(fails())
    run = played.crash(len(played.events))
    assert run.statuses()["b"] == "retrying"
    other = run.migrate(flow("abc", "a>b", "b>c", b={**retry, "params": {"n": 2}})).go_on()
    assert not other.state.retry_due
    assert [command.attempt for command in other.started] == [2]
    other.answer(fails())
    assert other.statuses()["b"] == "retrying"


def test_a_node_in_doubt_cannot_change_before_its_doubt_is_decided() -> None:
    """C7.8"""
    old = workflow({"a": {"effect": "unsafe"}, "b": PURE}, "a>b")
    new = workflow({"a": {"effect": "unsafe", "params": {"n": 1}}, "b": PURE}, "a>b")
    run = stopped(old, {"a": NEVER}).go_on()
    assert run.statuses()["a"] == "in_doubt"
    assert "in doubt" in plan(run, new).refused[0]
    assert "in doubt" in plan(run, workflow({"b": PURE}), allow_removed=True).refused[0]
    assert plan(run, workflow({"a": {"effect": "unsafe"}, "c": PURE}, "a>c")).possible
    other = run.migrate(new, doubts_settled=True)
    other.tell(other.scheduler.go_on, "", "rerun")
    assert other.play().state.status == "completed"


def test_a_failed_run_goes_on_with_the_mended_definition() -> None:
    """C7.5, C7.9"""
    run = stopped(flow("abcd", "a>b", "b>c"), {"b": fails()})
    assert run.state.status == "failed"
    new = flow("abcd", "a>b", "b>c", b=CHANGED)
    assert what(plan(run, new)) == {"a": "kept", "b": "runs", "c": "runs", "d": "kept"}
    other = run.migrate(new)
    other.tell(other.scheduler.retry)
    assert other.play().state.status == "completed"
    assert other.state.attempts == [1, 2, 1, 1]


def test_a_failure_that_is_handled_now_lets_its_new_branch_run() -> None:
    """C4.2, C7.5"""
    run = stopped(flow("abc", "a>b"), {"a": fails(), "c": NEVER})
    run.go_on().play()
    assert run.state.status == "failed"
    other = run.migrate(flow("abch", "a>b", "a:error>h"))
    other.tell(other.scheduler.retry)
    assert other.play().statuses() == {"a": "failed", "b": "skipped", "c": "completed", "h": "completed"}
    assert other.state.status == "completed"


def test_a_handled_failure_is_kept_when_its_node_changes() -> None:
    """C7.9: its branch has run."""
    run = stopped(flow("abc", "a:error>b", "b>c"), {"a": fails(), "c": waits()})
    new = flow("abc", "a:error>b", "b>c", a=CHANGED)
    assert what(plan(run, new)) == {"a": "stale", "b": "kept", "c": "kept"}


def test_what_a_branch_had_bypassed_is_decided_anew_when_the_edges_lead_there() -> None:
    """C2.4, C7.5"""
    run = stopped(flow("abcd", "a:x>b", "b>c", "a>d"), {"d": NEVER})
    assert run.statuses()["c"] == "bypassed"
    new = flow("abcd", "a>b", "b>c", "a>d")
    assert what(plan(run, new)) == {"a": "kept", "b": "runs", "c": "runs", "d": "kept"}
    other = run.migrate(new).go_on().play()
    assert other.statuses() == dict.fromkeys("abcd", "completed")


def test_a_choice_that_was_made_stays_and_its_other_branch_stays_bypassed() -> None:
    run = stopped(flow("abc", "a:x>b", "a>c"), {"c": NEVER})
    other = run.migrate(flow("abc", "a:x>b", "a>c", b=CHANGED)).go_on().play()
    assert other.statuses() == {"a": "completed", "b": "bypassed", "c": "completed"}


UNDO = {"compensate": {"action": "t.any"}}


def test_compensations_are_those_of_the_new_definition() -> None:
    """C7.5, C9: in reverse order of completion, also of what completed before it was declared."""
    run = stopped(flow("abcd", "a>b", "b>c", "c>d", a=UNDO, b=UNDO), {"d": waits()})
    new = flow("abcde", "a>b", "b>c", "c>d", "d>e", a=UNDO, c=UNDO, b={"compensate": None})
    other = run.migrate(new).go_on()
    other.tell(other.scheduler.signal, "", None)
    other.play({"e": fails()})
    assert other.state.status == "failed"
    assert other.statuses() == {
        "a": "compensated", "b": "completed", "c": "compensated", "d": "completed", "e": "failed",
    }  # fmt: skip
    undone = [word for word in other.story() if word.startswith("node_compensated")]
    assert undone == ["node_compensated c", "node_compensated a"]
    assert "it was compensated" in plan(other, new.replace(name="x")).refused[0]


def test_a_node_that_runs_again_is_compensated_once() -> None:
    """C9"""
    run = stopped(flow("abc", "a>b", "b>c", a=UNDO, b=UNDO), {"c": waits()})
    other = run.migrate(flow("abc", "a>b", "b>c", a=UNDO, b={**UNDO, **CHANGED}), rerun_changed=True).go_on()
    assert list(other.state.saga.order) == [(0, ())]  # type: ignore[union-attr]
    other.play({"b": fails()})
    assert other.statuses() == {"a": "compensated", "b": "failed", "c": "skipped"}


LOOP = workflow({"loop": PURE, "x": {"parent": "loop", **PURE}, "end": PURE}, "loop>end")
MENDED = workflow({"loop": PURE, "x": {"parent": "loop", **CHANGED}, "end": PURE}, "loop>end")


def loop_answers(name: str, scope: tuple[int, ...], attempt: int) -> Any:
    if name == "loop":
        return expands([1, 2, 3], 1, "collect")
    return fails() if name == "x" and scope == (1,) and attempt == 1 else output([name, *scope])


def test_a_container_whose_items_are_in_progress_cannot_change() -> None:
    """C10.1, C7.5"""
    run = stopped(LOOP, {"loop": expands([1, 2]), "x": NEVER})
    assert plan(run, MENDED).refused == (
        "loop: its items are in progress: let it finish, or cancel the run",
        "x: its container loop cannot change now",
    )
    assert plan(run, workflow({"end": PURE})).refused
    added = workflow({"loop": PURE, "x": {"parent": "loop", **PURE}, "end": CHANGED}, "loop>end")
    assert plan(run, added).possible
    assert run.migrate(added).go_on().play().state.status == "completed"


def test_a_container_that_has_not_begun_may_change_in_every_way() -> None:
    run = stopped(workflow({"a": PURE, "loop": PURE, "x": {"parent": "loop", **PURE}}, "a>loop"), {"a": NEVER})
    new = workflow(
        {"a": PURE, "loop": CHANGED, "y": {"parent": "loop", **PURE}, "z": {"parent": "loop", **PURE}, "x": PURE},
        "a>loop", "y>z",
    )  # fmt: skip
    other = run.migrate(new).go_on().play({"loop": expands([1, 2])})
    assert other.state.status == "completed"
    assert other.state.node("loop").output == [None, None]
    assert other.statuses() == dict.fromkeys(["a", "loop", "x", "y", "z"], "completed")
    assert other.state.node("z").counts == {"completed": 2}


def test_a_failed_loop_runs_only_its_failed_items_with_the_mended_body() -> None:
    """C7.9, C10.1"""

    def answers(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        answer = loop_answers(name, scope, attempt)
        return expands([1, 2, 3], 1) if name == "loop" else answer

    run = stopped(LOOP, answers)
    assert run.state.status == "failed"
    other = run.migrate(MENDED)
    other.tell(other.scheduler.retry)
    other.play(lambda name, scope, attempt: output(["new", *scope]))
    assert other.state.status == "completed"
    assert other.state.node("loop").output == [["x", 0], ["new", 1], ["new", 2]]
    own = workflow({"loop": CHANGED, "x": {"parent": "loop", **PURE}, "end": PURE}, "loop>end")
    again = stopped(LOOP, answers)
    assert "1 of its items are done" in plan(again, own).refused[0]
    anew = again.migrate(own, rerun_changed=True)
    anew.tell(anew.scheduler.retry)
    anew.play(lambda name, scope, attempt: expands([7]) if name == "loop" else output(["new", *scope]))
    assert anew.state.node("loop").output == [["new", 0]]
    assert anew.state.node("x").counts == {"completed": 1}


def test_a_completed_loop_with_a_changed_body_is_stale_and_runs_whole_again() -> None:
    run = stopped(LOOP, lambda name, scope, attempt: waits() if name == "end" else loop_answers(name, scope, 2))
    assert what(plan(run, MENDED)) == {"end": "kept", "loop": "stale", "x": "stale"}
    other = run.migrate(MENDED, rerun_changed=True).go_on()
    assert not other.state.items
    assert not other.state.counts
    other.play(lambda name, scope, attempt: loop_answers(name, scope, 2))
    assert other.state.status == "completed"
    assert other.state.node("x").counts == {"completed": 3}


def test_a_node_that_has_begun_cannot_move_into_a_container() -> None:
    run = stopped(flow("abl", "a>b"), {"b": waits()})
    new = workflow({"a": {"parent": "l", **PURE}, "b": PURE, "l": PURE})
    assert "move into a container" in plan(run, new).refused[0]


@pytest.mark.parametrize("twice", [False, True])
def test_the_fold_of_the_events_alone_is_the_state_at_every_moment(twice: bool) -> None:
    """C12: a prefix with the event is the migrated run, one without it the old one."""
    run = stopped(CHAIN, {"c": waits(name="go")})
    other = run.migrate(flow("abcd", "a>b", "b>c", "c>d", a=CHANGED), rerun_changed=True).go_on().play({"c": waits()})
    if twice:
        other = other.migrate(flow("bce", "b>c", "c>e"), allow_removed=True).go_on().play()
    state = RunState("r", "t", ("a", "b", "c"), {}, 0.0)
    for event in other.events:
        state.apply(event)
        copy = RunState("r", "t", ("a", "b", "c"), {}, 0.0)
        copy.unpack(state.pack())
        assert copy.pack() == state.pack()
        assert copy.to_json() == state.to_json()
    assert state.pack() == other.state.pack()


# -- the property: edits of what has not run are as if the run had begun with them


def _definition(names: list[str], edges: list[tuple[str, str]], versions: dict[str, int], joins: dict[str, str]) -> Any:
    nodes = {name: {**PURE, "params": {"v": versions[name]}, "join": joins.get(name, "all")} for name in names}
    return workflow(nodes, *(f"{one}>{two}" for one, two in edges))


def _answers(definition: Workflow) -> Any:
    def answer(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        version = definition.nodes[name].params["v"]
        if (sum(map(ord, name)) + version) % 7 == 0:
            return fails()
        return output([name, version])

    return answer


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 9), st.booleans())
def test_edits_of_nodes_that_have_not_run_give_the_result_of_an_undisturbed_run(
    seed: int, size: int, fail_fast: bool
) -> None:
    """C7.4, C7.5"""
    dice = random.Random(seed)
    names = [f"n{i:02d}" for i in range(size)]
    edges = [(one, two) for j, two in enumerate(names) for one in names[:j] if dice.random() < 0.35]
    versions = dict.fromkeys(names, 1)
    joins = {name: dice.choice(["all", "any", "all"]) for name in names}
    settings_of = {"settings": {"fail_fast": fail_fast}}
    old = workflow_with(_definition(names, edges, versions, joins), settings_of)
    whole = Dialogue(old, dice.choice([1, 3])).start().play(_answers(old))
    run = whole.crash(dice.randrange(2, len(whole.events)))
    assert not run.state.status.final
    free = {name for name in names if run.statuses()[name] in ("pending", "running")}
    new = workflow_with(_edit(dice, names, edges, versions, joins, free), settings_of)
    other = run.migrate(new).go_on().play(_answers(new))
    undisturbed = Dialogue(new).start().play(_answers(new))
    assert other.state.status == undisturbed.state.status
    if other.state.status == "completed" or not fail_fast:  # where a failure stops the rest depends on who was first
        assert other.statuses() == undisturbed.statuses()
        for name in new.nodes:
            assert other.state.node(name).output == undisturbed.state.node(name).output


def workflow_with(definition: Workflow, fields: dict[str, Any]) -> Workflow:
    return Workflow.model_validate({**definition.model_dump(by_alias=True, exclude_unset=True), **fields})


def _edit(
    dice: random.Random,
    names: list[str],
    edges: list[tuple[str, str]],
    versions: dict[str, int],
    joins: dict[str, str],
    free: set[str],
) -> Workflow:
    """Change, take out and add nodes and edges so that nothing that has run notices."""
    gone = {name for name in sorted(free) if dice.random() < 0.2}
    kept = [name for name in names if name not in gone]
    versions = {name: versions[name] + (name in free and dice.random() < 0.4) for name in kept}
    left = [
        (one, two)
        for one, two in edges
        if one not in gone and two not in gone and (two not in free or dice.random() < 0.8)
    ]
    ended = [name for name in kept if name not in free]
    open_ = [name for name in kept if name in free]
    for i in range(dice.randrange(3)):
        fresh = f"x{i}"
        left += [(one, fresh) for one in ended if dice.random() < 0.3]
        left += [(fresh, two) for two in open_ if dice.random() < 0.3]
        versions[fresh] = dice.randrange(5)
        kept.append(fresh)
    return _definition(kept or ["x9"], left, {"x9": 1, **versions}, joins)
