"""What an earlier run left for another one (C7.6)."""

from __future__ import annotations

from typing import Any

import pytest
from part_kit import earlier_of
from run_dialogue import Dialogue, expands, fails, output, workflow

from floworch.run.events import EventKind

PURE = {"effect": "pure"}


def test_a_result_is_all_that_a_node_gave() -> None:
    """C7.6: output, ports and what it wrote."""
    written = {"set": {"x": 1}, "delete": ["y"]}
    run = Dialogue(workflow({"a": PURE})).start()
    run.play({"a": output(5, port="p", also=["out"], data=written)})
    found = earlier_of(run).outcome("a")
    assert found.kind is EventKind.NODE_REUSED
    assert found.payload == {"output": 5, "port": "p", "also": ["out"], "data": written, "reused_from": "one"}
    assert earlier_of(run).writers() == {"a": frozenset({"x", "y"})}


def test_a_container_stands_for_its_body() -> None:
    """C7.6, C10.1: its results, and what was written inside it, later writes on top."""
    run = Dialogue(workflow({"loop": PURE, "x": {"parent": "loop", **PURE}})).start()

    def answers(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        if name == "loop":
            return expands([1, 2], 1)
        change = {"set": {"k": scope[0]}, "delete": []} if scope[0] else {"set": {"gone": 1}, "delete": ["k"]}
        return output(scope[0], data=change)

    found = earlier_of(run.play(answers))
    assert found.outcome("loop").payload == {
        "output": [0, 1], "data": {"set": {"gone": 1, "k": 1}}, "reused_from": "one",
    }  # fmt: skip
    assert found.outcome("x").kind is None
    assert not found.has("x")


def test_a_handled_failure_is_a_result_and_an_unhandled_one_is_not() -> None:
    """C7.6, C4.2"""
    definition = workflow(
        {"a": PURE, "b": PURE, "then": PURE, "c": PURE, "d": PURE},
        "a:error>b", "a>then", "c>d", settings={"fail_fast": False},
    )  # fmt: skip
    found = earlier_of(Dialogue(definition).start().play({"a": fails(), "c": fails()}))
    assert found.outcome("a").kind is EventKind.NODE_REUSED
    assert found.outcome("a").payload["error"]["kind"] == "processing_error"
    assert found.outcome("then").kind is EventKind.NODE_SKIPPED
    assert (found.outcome("c").kind, found.outcome("c").why) == (None, "it failed in one")
    assert found.outcome("d").kind is EventKind.NODE_SKIPPED  # by its edges: it stays so as long as c fails


def test_what_was_kept_back_by_the_end_of_the_run_is_no_result() -> None:
    """C7.6, C4.3: it would have run, had not another node failed."""
    run = Dialogue(workflow({"a": PURE, "z": PURE}), limit=1).start()
    run.play({"a": fails()})
    found = earlier_of(run)
    assert (found.outcome("z").kind, found.outcome("z").why) == (None, "it was skipped in one")


def test_branches_not_taken_and_nodes_left_out_are_told_apart() -> None:
    """C7.6, C2.4"""
    definition = workflow({"a": PURE, "b": PURE, "off": {"disabled": True}}, "a:p>b")
    run = Dialogue(definition).start().play()
    found = earlier_of(run)
    assert found.outcome("b").kind is EventKind.NODE_BYPASSED
    assert not found.outcome("b").ran
    assert found.outcome("off").payload == {"output": None, "passed": True, "reused_from": "one"}
    assert found.outcome("none").why == "one did not have it"


@pytest.mark.parametrize(("mark", "words"), [("pinned", "was pinned"), ("changed", "had changed before one")])
def test_a_result_that_was_no_own_one_is_doubtful(mark: str, words: str) -> None:
    """C7.6"""
    run = Dialogue(workflow({"a": PURE})).start()
    run.events = run.events[:1]
    other = run.crash(1)
    other.scheduler.core.emit(EventKind.NODE_REUSED, 0, payload={"output": 1, mark: True, "reused_from": None})
    other.absorb()
    assert words in earlier_of(other).outcome("a").doubtful


def test_hashes_tell_outcomes_apart() -> None:
    run = Dialogue(workflow({"a": PURE, "b": PURE, "c": PURE}, "a:p>c")).start()
    found = earlier_of(run.play({"a": output(1), "b": output(2)}))
    assert len({found.outcome(name).hash for name in "abc"}) == 3
