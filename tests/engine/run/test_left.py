"""What is kept of items that did not end well, and where a retry goes on in them (C7.9)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import Dialogue, expands, fails, output, tries, workflow

from floworch.model.values import decode, encode
from floworch.run.events import Event, EventKind
from floworch.run.left import inside
from floworch.run.state import RunState

PAIR = workflow({"loop": {}, "x": {"parent": "loop"}, "y": {"parent": "loop"}}, "x>y")
NESTED = workflow(
    {"outer": {}, "a": {"parent": "outer"}, "inner": {"parent": "outer"},
     "x": {"parent": "inner"}, "y": {"parent": "inner"}},
    "a>inner", "x>y",
)  # fmt: skip


def test_inside_sees_through_nested_containers() -> None:
    parents = {2: 1, 1: 0}
    assert inside(parents, 2, 0)
    assert inside(parents, 2, 1)
    assert not inside(parents, 0, 2)


def started(run: Dialogue) -> list[str]:
    """What ran, as ``x[0]``, in order."""
    words = [word for word in run.story() if word.startswith("node_started ")]
    return [word.removeprefix("node_started ") for word in words]


def retried(run: Dialogue, answers: Any, **snapshot: bool) -> list[str]:
    """What runs when a failed run is retried, by a process that reads its events or its snapshot."""
    again = run.crash(len(run.events))
    if snapshot.get("snapshot"):
        state = RunState("r", "t", run.plan.ids, {}, 0.0, dict(run.plan.parents), run.plan.compensates)
        state.unpack(decode(encode(run.state.pack())))
        again = Dialogue(run.plan.workflow, 16, state)
        again.events, again.now = list(run.events), run.now
    before = len(started(again))
    again.tell(again.scheduler.retry)
    again.play(answers)
    assert again.state.status == "completed", again.statuses()
    folded = again.crash(len(again.events)).state
    assert folded.pack() == again.state.pack()
    assert not any(items.left for items in folded.items.values())
    return started(again)[before:]


@pytest.mark.parametrize("snapshot", [False, True])
def test_of_an_item_that_failed_only_what_did_not_complete_runs_again(snapshot: bool) -> None:
    """C7.9: in the item that failed, and in the one that its failure cut off."""
    run = Dialogue(PAIR).start()
    run.answer(expands("abc", 2))
    run.answer(output("x0"))  # now x[1] and y[0] run, then y[0] fails: y[1] is skipped
    names = [(run.plan.ids[c.node], c.scope) for c in run.started]
    run.answer(fails(), run.started[names.index(("y", (0,)))])
    run.answer(output("x1"))
    assert run.statuses() == {"loop": "failed", "x": "completed", "y": "failed"}
    again = retried(run, lambda name, scope, attempt: output(f"{name}{scope[0]}"), snapshot=snapshot)
    assert sorted(again) == ["loop", "x[2]", "y[0]", "y[1]", "y[2]"]


@pytest.mark.parametrize("snapshot", [False, True])
def test_a_loop_in_an_item_keeps_its_completed_items(snapshot: bool) -> None:
    """C7.9, C10.1: nothing that completed runs again, however deep."""

    def answers(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        return expands("pq" if name == "outer" else "abc", 1) if name in ("outer", "inner") else output([name, *scope])

    def failing(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        return fails() if (name, scope) == ("y", (1, 1)) else answers(name, scope, attempt)

    run = Dialogue(NESTED).start().play(failing)
    assert run.state.status == "failed"
    again = retried(run, answers, snapshot=snapshot)
    assert again == ["outer", "inner[1]", "y[1][1]", "x[1][2]", "y[1][2]"]


def test_a_try_goes_on_in_its_last_round() -> None:
    """C7.9, C15: as its first one, so that it has all of its tries again."""
    run = Dialogue(PAIR).start()
    run.play(lambda name, scope, attempt: tries(3) if not scope else fails() if name == "y" else output("x"))
    assert started(run) == ["loop", "x[0]", "y[0]", "x[1]", "y[1]", "x[2]", "y[2]"]
    assert retried(run, {"y": output("y")}) == ["loop", "y[0]"]


def test_a_journal_from_before_goes_on_as_it_did() -> None:
    """C7.4: without ``item_reopened``, the steps of a retried item start as new ones."""
    run = Dialogue(PAIR).start()
    run.answer(expands("a", 1))
    run.play({"y": fails()})
    run.tell(run.scheduler.retry)
    old = [e for e in run.events if e.kind != EventKind.ITEM_REOPENED][:-1]
    old.append(Event(0, run.now, EventKind.NODE_STARTED, run.plan.index["x"], 1, (0,)))
    state = RunState("r", "t", run.plan.ids, {}, 0.0, dict(run.plan.parents))
    for seq, event in enumerate(old):
        payload = None if event.kind == EventKind.RUN_RETRIED else event.payload
        state.apply(Event(seq, event.at, event.kind, event.node, event.attempt, event.scope, payload))
    other = Dialogue(PAIR, 16, state)
    other.tell(other.scheduler.go_on, "crash", "rerun")
    other.play()
    assert started(other) == ["x[0]", "y[0]"]
    assert other.state.status == "completed"


def test_a_saga_undoes_once_what_completed_before_and_after_a_retry() -> None:
    """C9, C7.9: a retry that fails again rolls back all of it, in reverse."""
    undo = {"effect": "idempotent", "compensate": {"action": "u"}}
    nodes = {"loop": {}, "x": {"parent": "loop", **undo}, "y": {"parent": "loop", **undo}, "z": {"parent": "loop"}}
    run = Dialogue(workflow(nodes, "x>y", "y>z")).start()
    run.answer(expands("a", 1))
    run.play({"z": fails()})
    assert run.state.to_json()["compensation"]["compensated"] == ["y[0]", "x[0]"]
