"""Which waiting node an answer is for (C8.1)."""

from __future__ import annotations

import pytest
from run_dialogue import Dialogue, expands, workflow

from floworch.errors import UsageError
from floworch.executor.answers import approval_key, submission

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


def test_the_first_that_waits_or_the_item_that_is_named() -> None:
    state = waiting().state
    assert approval_key(state, "yes") == (state.index["yes"], ())
    assert submission(state, "ask", {"a": "x"}, "ann", None)[:2] == (state.index["ask"], (0,))
    assert submission(state, "ask", {}, "ann", 1) == (state.index["ask"], (1,), {"values": {"a": None}, "by": "ann"})


@pytest.mark.parametrize(
    ("node", "message", "hint"),
    [
        ("nowhere", "has no node 'nowhere'", "Its nodes: ask, form"),
        ("yes", "does not wait for a form", "Waiting for a form or a choice: ask, form."),
        ("loop", "does not wait for a form", "Waiting for a form or a choice: ask, form."),
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
