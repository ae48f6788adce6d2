"""Frames made from the state, and items that a retry goes on in (C7.9, C7.4)."""

from __future__ import annotations

from typing import Any

from run_dialogue import Dialogue, expands, fails, output, workflow

from floworch.run.reopening import goes_again
from floworch.run.status import NodeStatus

NODES: dict[str, dict[str, Any]] = {
    "loop": {}, "a": {"parent": "loop"}, "b": {"parent": "loop", "on_error": "continue"}, "c": {"parent": "loop"},
    "d": {"parent": "loop"}, "e": {"parent": "loop", "join": "any"},
}  # fmt: skip
PURE = {name: {**node, "effect": "pure"} for name, node in NODES.items()}
EDGES = ("a>b", "b>c", "c>d", "d>e")


def failed() -> Dialogue:
    run = Dialogue(workflow(PURE, *EDGES)).start()
    run.answer(expands("pqr", 2))
    return run.play(lambda name, scope, attempt: fails() if name in "bc" else output([name, *scope]))


def test_failures_that_nobody_handled_skipped_and_cancelled_nodes_go_again() -> None:
    """C7.9, C4.2"""
    core = failed().scheduler.core
    ids = core.plan.index
    completed, failure = NodeStatus.COMPLETED.code, NodeStatus.FAILED.code
    assert not goes_again(core, ids["a"], completed, None)
    assert goes_again(core, ids["c"], failure, {})
    assert not goes_again(core, ids["b"], failure, {})


def test_an_item_that_is_opened_again_says_which_of_its_steps_go_again() -> None:
    """C12, C7.9: the first event of the item in the new try."""
    run = failed()
    run.tell(run.scheduler.retry)
    reopened = [event for event in run.events if event.word == "item_reopened"]
    assert [(event.scope, event.payload) for event in reopened] == [
        ((0,), {"reset": ["c", "d", "e"]}), ((1,), {"reset": ["c", "d", "e"]}),
    ]  # fmt: skip


def test_a_crash_after_any_event_of_the_new_try_repeats_no_completed_step() -> None:
    """C7.4, C7.9: and no more items are open than the container allows (C10.1)."""
    run = failed()
    first = len(run.events)

    def answers(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        return output([name, *scope])

    run.tell(run.scheduler.retry)
    run.play(answers)
    assert run.state.status == "completed"
    calm = run.state.node("loop").output
    for cut in range(first + 1, len(run.events)):
        other = run.crash(cut).go_on()
        assert len({c.scope for c in other.started}) <= 2
        other.play(answers)
        assert other.state.node("loop").output == calm
        words = other.story()
        assert {words.count(f"node_completed {name}[{i}]") for name in "acde" for i in range(3)} == {1}
