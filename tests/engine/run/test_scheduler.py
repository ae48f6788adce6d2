"""The scheduler against a reference interpreter, and against crashes at every event (C2, C4, C7.2, C7.4)."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from run_dialogue import OK, Dialogue, expands, fails, output
from run_reference import final_statuses, run_fails

from floworch.model.workflow import Workflow
from floworch.run.status import NodeStatus, RunStatus

PORTS = ("out", "out", "out", "done", "error", "true")


@st.composite
def runs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, str], int]:
    """A random definition, an outcome for each node, and a seed for the order of answers."""
    count = draw(st.integers(1, 12))
    names = [f"n{i}" for i in range(count)]
    nodes: dict[str, Any] = {}
    for name in names:
        node: dict[str, Any] = {"action": "t.any", "effect": "pure", "retry": {"max_attempts": 1}}
        node["join"] = draw(st.sampled_from(["all", "all", "any", "first"]))
        if draw(st.integers(0, 5)) == 0:
            node["disabled"] = True
        if draw(st.integers(0, 5)) == 0:
            node["on_error"] = "continue"
        nodes[name] = node
    edges = []
    for target in range(1, count):
        sources = sorted(draw(st.sets(st.integers(0, target - 1), max_size=3)))
        edges += [{"from": names[s], "to": names[target], "port": draw(st.sampled_from(PORTS))} for s in sources]
    outcomes = {name: draw(st.sampled_from(["out", "out", "true", "fail"])) for name in names}
    definition = {"id": "t", "nodes": nodes, "edges": edges, "settings": {"fail_fast": draw(st.booleans())}}
    return definition, outcomes, draw(st.integers(0, 2**32))


def answer(outcome: str) -> Any:
    if outcome == "fail":
        return fails()
    return OK if outcome == "out" else output(1, port=outcome)


def play(dialogue: Dialogue, outcomes: dict[str, str], seed: int) -> Dialogue:
    """Answer attempts in a random order."""
    order = random.Random(seed)
    for _ in range(1000):
        if not dialogue.started:
            return dialogue
        command = order.choice(list(dialogue.started))
        dialogue.answer(answer(outcomes[dialogue.plan.ids[command.node]]), command)
    raise AssertionError("the run does not end")


@given(runs())
@settings(max_examples=300, deadline=None)
def test_final_statuses_are_those_of_the_reference_interpreter(
    case: tuple[dict[str, Any], dict[str, str], int],
) -> None:
    """C2.2-C2.6, C4.2: in any order of endings, when independent branches go on."""
    definition, outcomes, seed = case
    definition = {**definition, "settings": {"fail_fast": False}}
    done = play(Dialogue(Workflow.model_validate(definition)).start(), outcomes, seed)
    expected = final_statuses(definition, outcomes)
    assert done.statuses() == expected
    assert done.state.status == ("failed" if run_fails(definition, expected) else "completed")


@given(runs(), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_every_run_ends_with_every_node_final_and_within_its_slots(
    case: tuple[dict[str, Any], dict[str, str], int], limit: int
) -> None:
    """C2.4, C2.5, C4.3: fail_fast or not, nothing hangs, and no more attempts run than there are slots."""
    definition, outcomes, seed = case
    done = play(Dialogue(Workflow.model_validate(definition), limit).start(), outcomes, seed)
    assert done.state.status in (RunStatus.COMPLETED, RunStatus.FAILED)
    assert all(NodeStatus(word).final for word in done.statuses().values())
    assert done.most_busy <= limit


@given(runs(), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_no_node_starts_before_what_its_join_waits_for_has_ended(
    case: tuple[dict[str, Any], dict[str, str], int], limit: int
) -> None:
    """C2.2, C2.3: ``all`` and ``any`` wait for every source, ``first`` for one; fail_fast or not."""
    definition, outcomes, seed = case
    done = play(Dialogue(Workflow.model_validate(definition), limit).start(), outcomes, seed)
    ids = done.plan.ids
    started = {ids[event.node]: event.seq for event in done.events if event.word == "node_started"}
    words = ("node_completed", "node_failed", "node_skipped", "node_bypassed", "node_cancelled")
    ended = {ids[event.node]: event.seq for event in done.events if event.word in words}
    for name, begin in started.items():
        before = [ended[edge["from"]] < begin for edge in definition["edges"] if edge["to"] == name]
        enough = any(before) if definition["nodes"][name]["join"] == "first" else all(before)
        assert enough or not before, f"{name} started too early"


@given(runs(), st.data())
@settings(max_examples=200, deadline=None)
def test_a_crash_after_any_event_ends_like_an_undisturbed_run(
    case: tuple[dict[str, Any], dict[str, str], int], data: st.DataObject
) -> None:
    """C7.2, C7.4: completed nodes never run again, and the statuses are the same."""
    definition, outcomes, seed = case
    definition = {**definition, "settings": {"fail_fast": False}}
    whole = play(Dialogue(Workflow.model_validate(definition)).start(), outcomes, seed)
    cut = data.draw(st.integers(2, len(whole.events)))
    other = whole.crash(cut)
    done_before = {name for name, word in other.statuses().items() if word == "completed"}
    if not other.state.status.final:
        other.go_on()
        again = {other.plan.ids[command.node] for command in other.started}
        assert not again & done_before
        play(other, outcomes, seed + 1)
    assert other.statuses() == whole.statuses()
    assert other.state.status == whole.state.status
    assert [event.seq for event in other.events] == list(range(len(other.events)))


LOOP = {
    "id": "t",
    "nodes": {
        "before": {"action": "t.any", "effect": "pure"},
        "loop": {"action": "t.any", "effect": "pure"},
        "one": {"action": "t.any", "effect": "pure", "parent": "loop"},
        "two": {"action": "t.any", "effect": "pure", "parent": "loop"},
        "after": {"action": "t.any", "effect": "pure"},
    },
    "edges": [{"from": "before", "to": "loop"}, {"from": "one", "to": "two"}, {"from": "loop", "to": "after"}],
}


def loop_answers(bad: frozenset[int], mode: str) -> Any:
    def answers(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        if name == "loop":
            return expands(["a", "b", "c", "d", "e"], 2, mode)
        if name == "two" and scope[0] in bad:
            return fails()
        return output([name, *scope])

    return answers


@given(st.integers(2, 60), st.sets(st.integers(0, 4), max_size=2), st.sampled_from(["stop", "collect"]))
@settings(max_examples=150, deadline=None)
def test_a_container_resumes_only_what_had_not_ended(cut: int, bad: set[int], mode: str) -> None:
    """C10.1: the item list is journaled once, ended items never run again, results keep item order."""
    answers = loop_answers(frozenset(bad), mode)
    whole = Dialogue(Workflow.model_validate(LOOP)).start().play(answers)
    other = whole.crash(min(cut, len(whole.events)))
    ended = {event.scope for event in other.events if event.kind in (42, 43)}
    if not other.state.status.final:
        other.go_on()
        assert not {command.scope for command in other.started} & ended
        other.play(answers)
    if mode == "collect" or not bad:
        assert other.statuses() == whole.statuses()
        assert other.state.output == whole.state.output
        assert other.state.bodies == {}
    else:
        assert other.state.status == "failed"
    assert sum(word.startswith("items_listed") for word in other.story()) <= 1
