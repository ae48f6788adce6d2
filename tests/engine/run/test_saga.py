"""What a rollback needs to know (C9)."""

from __future__ import annotations

from floworch.run.items import BodyNode
from floworch.run.saga import Saga
from floworch.run.state import RunState
from floworch.run.status import NodeStatus


def test_what_completed_again_counts_with_its_last_completion() -> None:
    """C7.9: after a retry of the run."""
    state = RunState("r", "t", ("a", "b"), compensates={"nodes": [0, 1], "keep": []})
    saga = state.saga
    assert saga is not None
    for node in (0, 1, 0):
        saga.completed(state, node, ())
    assert list(saga.order) == [(1, ()), (0, ())]
    assert saga.next() == (0, ())


def test_a_completed_record_is_not_replaced_by_one_that_is_not() -> None:
    """C9: what had taken effect before a retry still has."""
    saga = Saga([0], [0])
    done, again = BodyNode(), BodyNode()
    done.status, again.status = NodeStatus.COMPLETED.code, NodeStatus.FAILED.code
    saga.keep(0, (1,), done)
    saga.keep(0, (1,), again)
    assert saga.kept == {(1,): {0: done}}
    saga.keep(5, (1,), done)
    assert 5 not in saga.kept[1,]


def test_attempts_that_were_lost_do_not_count() -> None:
    """C15"""
    saga = Saga([0], [])
    saga.start((0, ()), 1)
    saga.rest(None, lost=True)
    saga.start((0, ()), 2)
    saga.rest(77.0, lost=False)
    assert saga.current is not None
    assert (saga.current.attempt, saga.current.lost, saga.current.due, saga.current.running) == (2, 1, 77.0, False)


def test_many_items_are_undone_in_a_time_that_grows_with_their_number() -> None:
    """C10.1: the last completion is found at once, however many are left or done."""
    state = RunState("r", "t", ("a",), compensates={"nodes": [0], "keep": []})
    saga = state.saga
    assert saga is not None
    saga.order = {(0, (i,)): None for i in range(100_000)}
    seen = 0
    while (key := saga.next()) is not None:
        saga.end(key, NodeStatus.COMPENSATED)
        seen += 1
    assert seen == len(saga.ended) == 100_000
