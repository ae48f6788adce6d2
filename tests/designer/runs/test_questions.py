"""What a run asks people: each node once, of the items of a loop the first that nobody has answered."""

from __future__ import annotations

from types import SimpleNamespace

from floworch.run.status import RunStatus
from floworch_designer.runs.questions import questions


def state(waits, answered=(), status=RunStatus.RUNNING):
    made = {key: {"kind": kind, "details": {"message": f"{kind} {key[1]}"}} for key, kind in waits.items()}
    known = {"node_ids": ["a", "b"], "index": {"a": 0, "b": 1}, "parents": {}, "items": {}}
    return SimpleNamespace(status=status, waits=made, approvals=dict.fromkeys(answered), **known)


def test_a_run_that_is_over_or_waits_for_something_else_asks_nothing():
    assert questions(None) == {}
    assert questions(state({(0, ()): "approval"}, status=RunStatus.CANCELLED)) == {}
    assert questions(state({(0, ()): "timer", (1, ()): "signal"})) == {}


def test_every_node_asks_by_itself():
    found = questions(state({(0, ()): "approval", (1, ()): "form"}))
    assert list(found) == [("approval", "a"), ("form", "b")]
    assert [(each.item, each.waiting, each.message) for each in found.values()] == [
        ((), 1, "approval ()"),
        ((), 1, "form ()"),
    ]


def test_items_of_a_loop_ask_one_after_the_other():
    waits = {(0, (10,)): "approval", (0, (2,)): "approval", (0, (3,)): "approval"}
    first = questions(state(waits))["approval", "a"]
    assert (first.item, first.waiting, first.message) == ((2,), 3, "approval (2,)")
    then = questions(state(waits, answered=[(0, (2,))]))["approval", "a"]
    assert (then.item, then.waiting) == ((3,), 2)
