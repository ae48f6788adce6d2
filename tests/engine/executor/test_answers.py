"""Which waiting node an answer is for (C8.1)."""

from __future__ import annotations

import pytest
from run_dialogue import Dialogue, expands, workflow

from floworch.errors import UsageError
from floworch.executor.answers import Item, approval_key, submission
from floworch.run.state import RunState

DETAILS = {"fields": {"a": {"type": "string"}}}


def waiting() -> Dialogue:
    nodes = {"loop": {}, "ask": {"parent": "loop"}, "yes": {}, "form": {}}
    run = Dialogue(workflow(nodes)).start()
    for command in list(run.started):
        name = run.plan.ids[command.node]
        kind = {"loop": expands([1, 2], 2)}.get(name)
        run.answer(kind or {"wait": {"kind": "approval" if name == "yes" else "form", "details": DETAILS}}, command)
    for command in list(run.started):
        run.answer({"wait": {"kind": "form", "details": DETAILS}}, command)
    return run


def test_the_one_that_waits_or_the_item_that_is_named() -> None:
    state = waiting().state
    assert approval_key(state, "yes") == (state.index["yes"], ())
    assert submission(state, "ask", {"a": "x"}, "ann", [0])[:2] == (state.index["ask"], (0,))
    assert submission(state, "ask", {}, "ann", 1) == (state.index["ask"], (1,), {"values": {"a": None}, "by": "ann"})


@pytest.mark.parametrize(
    ("node", "message", "hint"),
    [
        ("nowhere", "has no node 'nowhere'", "Its nodes: ask, form"),
        ("yes", "does not wait for a form", "Waiting for a form or a choice: ask, form."),
        ("loop", "does not wait for a form", "Waiting for a form or a choice: ask, form."),
        ("ask", "2 items of the node 'ask' of run 'r' wait for a form", "Name one with --item, in Python item=: 0, 1."),
    ],
)
def test_one_that_does_not_wait_is_named_with_those_that_do(node: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        submission(waiting().state, node, {}, "", None)
    assert caught.value.hint.startswith(hint)


def test_one_that_was_answered_says_by_whom() -> None:
    run = waiting()
    run.tell(run.scheduler.pause, False, None)
    run.tell(run.scheduler.submit, run.plan.index["form"], (), {"values": {}, "by": "ann"})
    with pytest.raises(UsageError, match="was answered already by ann"):
        submission(run.state, "form", {}, "", None)
    run.tell(run.scheduler.resume)
    assert run.statuses()["form"] == "completed"
    assert run.state.node("form").output == {"values": {}, "by": "ann"}


@pytest.mark.parametrize(
    ("node", "item", "message", "hint"),
    [
        ("ask", 7, "Item 7 of the node 'ask' of run 'r' does not wait", "Items that wait: 0, 1."),
        ("ask", (0, 1), "Item 0,1 of the node 'ask' of run 'r' does not wait", "Items that wait: 0, 1."),
        ("form", 0, "Item 0 of the node 'form' of run 'r' does not wait", "It is in no loop: leave the item out."),
    ],
)
def test_an_item_that_does_not_wait_is_named_with_those_that_do(node: str, item: Item, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        submission(waiting().state, node, {}, "", item)
    assert caught.value.hint == hint


def test_one_item_that_is_left_needs_no_name() -> None:
    run = waiting()
    run.tell(run.scheduler.pause, False, None)
    ask = run.plan.index["ask"]
    run.tell(run.scheduler.submit, ask, (0,), {"values": {}, "by": "ann"})
    with pytest.raises(UsageError, match="Item 0 of the node 'ask' of run 'r' was answered already by ann") as caught:
        submission(run.state, "ask", {}, "", 0)
    assert caught.value.hint == "Items that wait: 1."
    assert submission(run.state, "ask", {}, "", None)[:2] == (ask, (1,))


def test_items_of_nested_loops_are_told_apart_by_all_their_indexes() -> None:
    state = RunState("r", "w", ("ask",))
    state.waits.update({(0, (outer, 1)): {"kind": "approval"} for outer in (0, 1)})
    with pytest.raises(UsageError) as caught:
        approval_key(state, "ask", 1)
    assert caught.value.hint == "Name one with --item, in Python item=: 0,1, 1,1."
    assert approval_key(state, "ask", (1, 1)) == (0, (1, 1))


def test_of_very_many_items_the_first_are_listed() -> None:
    state = RunState("r", "w", ("ask",))
    state.waits.update({(0, (i,)): {"kind": "approval"} for i in range(1000)})
    with pytest.raises(UsageError, match="1000 items") as caught:
        approval_key(state, "ask")
    assert caught.value.hint.endswith(" 18, 19 and 980 more.")
