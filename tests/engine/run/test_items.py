"""Records of container bodies: items, counts of body nodes, and what a retry reopens (C10.1, C7.9, C15)."""

from __future__ import annotations

import pytest
from run_dialogue import Dialogue, expands, fails, output, workflow

from floworch.run.items import DONE_ITEM, FAILED_ITEM, WAITING_ITEM, BodyCounts, ItemsState
from floworch.run.status import NodeStatus

_S = NodeStatus


def test_results_keep_item_order_and_failed_ones_stay_null() -> None:
    """C15"""
    items = ItemsState(["a", "b", "c"], 2, "collect")
    items.complete(2, "C")
    items.fail(1, {"kind": "timeout_error", "message": "slow", "node": "x", "traceback": "long"})
    assert items.results == [None, None, "C"]
    assert list(items.done) == [WAITING_ITEM, FAILED_ITEM, DONE_ITEM]
    assert (items.total, items.completed, items.failed) == (3, 1, 1)
    assert items.error_list() == [{"index": 1, "kind": "timeout_error", "message": "slow", "node": "x"}]


def test_errors_are_listed_in_item_order() -> None:
    """C15"""
    items = ItemsState([0] * 12, 4, "collect")
    for index in (10, 2, 7):
        items.fail(index, {"kind": "processing_error", "message": str(index), "node": "x"})
    assert [error["index"] for error in items.error_list()] == [2, 7, 10]


def test_reopening_leaves_completed_items_alone() -> None:
    """C7.9"""
    items = ItemsState(["a", "b"], 1, "stop")
    items.complete(0, 1)
    items.fail(1, {"kind": "x"})
    items.reopen()
    assert list(items.done) == [DONE_ITEM, WAITING_ITEM]
    assert (items.completed, items.failed, items.errors) == (1, 0, {})
    items.complete(1, 2)
    assert items.results == [1, 2]


def test_tallies_of_one_node_add_up() -> None:
    items = ItemsState([], 1, "stop")
    one = [0] * len(NodeStatus)
    one[_S.COMPLETED.code] = 1
    items.count(4, one)
    items.count(4, one)
    assert items.tally[4][_S.COMPLETED.code] == 2
    assert one[_S.COMPLETED.code] == 1


def test_counts_move_an_instance_once() -> None:
    counts = BodyCounts()
    counts.move(_S.PENDING.code, _S.RUNNING.code, fresh=True)
    counts.move(_S.RUNNING.code, _S.COMPLETED.code, fresh=False)
    counts.move(_S.PENDING.code, _S.SKIPPED.code, fresh=True)
    assert counts.to_json() == {"completed": 1, "skipped": 1}


@pytest.mark.parametrize(
    ("present", "container", "word"),
    [
        ((_S.IN_DOUBT, _S.RUNNING, _S.FAILED), _S.RUNNING, _S.IN_DOUBT),
        ((_S.RUNNING, _S.RETRYING, _S.COMPLETED), _S.RUNNING, _S.RUNNING),
        ((_S.RETRYING, _S.WAITING), _S.RUNNING, _S.RETRYING),
        ((_S.WAITING, _S.FAILED), _S.RUNNING, _S.WAITING),
        ((_S.COMPLETED,), _S.RUNNING, _S.RUNNING),
        ((), _S.RUNNING, _S.PENDING),
        ((_S.COMPLETED,), _S.PENDING, _S.PENDING),
        ((_S.COMPLETED, _S.FAILED), _S.COMPLETED, _S.FAILED),
        ((_S.COMPLETED, _S.CANCELLED), _S.CANCELLED, _S.CANCELLED),
        ((_S.COMPLETED, _S.SKIPPED, _S.BYPASSED), _S.COMPLETED, _S.COMPLETED),
        ((_S.BYPASSED,), _S.COMPLETED, _S.BYPASSED),
        ((), _S.COMPLETED, _S.BYPASSED),
        ((), _S.FAILED, _S.SKIPPED),
        ((), _S.CANCELLED, _S.SKIPPED),
        ((), _S.REUSED, _S.REUSED),
        ((), _S.RETRYING, _S.PENDING),
    ],
)
def test_one_word_for_all_instances(present: tuple[NodeStatus, ...], container: NodeStatus, word: NodeStatus) -> None:
    """C15: a live one wins, then a failed one."""
    counts = BodyCounts()
    for status in present:
        counts.counts[status.code] = 1
    assert counts.status(container) is word


def test_counts_sum_up_to_the_items_while_they_run_and_after() -> None:
    """C15: body nodes appear as counts per status."""
    run = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}})).start()
    run.answer(expands("abc", 2, "collect"))
    assert run.state.node("x").counts == {"running": 2}
    run.answer(fails())
    assert run.state.node("x").counts == {"failed": 1, "running": 2}
    run.play()
    assert run.state.node("x").counts == {"completed": 2, "failed": 1}


def test_after_a_retry_only_the_new_outcome_of_an_item_counts() -> None:
    """C7.9, C15: three items are three instances, and nothing of a completed run shows as failed."""
    definition = workflow({"loop": {}, "x": {"parent": "loop"}, "y": {"parent": "loop"}}, "x>y")
    run = Dialogue(definition).start()
    run.answer(expands("abc", 1))
    run.play(lambda name, scope, attempt: fails() if scope == (1,) else output(1))
    assert run.state.node("y").counts == {"completed": 1, "skipped": 1}
    again = run.crash(len(run.events))
    again.tell(again.scheduler.retry)
    assert again.state.node("x").counts == {"completed": 1, "running": 1}
    again.play()
    assert again.state.node("x").counts == again.state.node("y").counts == {"completed": 3}
    assert again.statuses() == {"loop": "completed", "x": "completed", "y": "completed"}


def test_a_retry_counts_the_bodies_of_inner_loops_anew_as_well() -> None:
    """C7.9: two times three instances, whatever ran before."""
    nodes = {"outer": {}, "inner": {"parent": "outer"}, "x": {"parent": "inner"}}

    def answers(name: str, scope: tuple[int, ...], attempt: int) -> object:
        if name == "x":
            return output(1)
        return expands("abc" if scope else "pq", 1)

    run = Dialogue(workflow(nodes)).start()
    run.play(lambda name, scope, attempt: fails() if scope == (1, 2) else answers(name, scope, attempt))
    assert run.state.node("x").counts == {"completed": 5, "failed": 1}
    again = run.crash(len(run.events))
    again.tell(again.scheduler.retry)
    assert again.state.node("x").counts == {"completed": 5, "running": 1}
    again.play(answers)
    assert again.state.node("x").counts == {"completed": 6}
    assert again.state.node("inner").counts == {"completed": 2}
