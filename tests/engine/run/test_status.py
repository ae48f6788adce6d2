"""One transition table, total, and equal to contract C3."""

from __future__ import annotations

import pytest

from floworch.run.status import (
    ALLOWED,
    FINAL,
    NODE_STATUSES,
    NODE_TRANSITIONS,
    RUN_TRANSITIONS,
    NodeStatus,
    RunStatus,
)

CONTRACT_C3 = """
pending -> running skipped bypassed reused
running -> completed failed cancelled retrying waiting in_doubt pending
retrying -> running failed cancelled
waiting -> running failed cancelled
in_doubt -> running completed failed
completed -> compensating
compensating -> compensated compensation_failed
failed -> pending
skipped -> pending
cancelled -> pending
"""


def test_the_table_has_a_row_for_every_status() -> None:
    assert set(NODE_TRANSITIONS) == set(NodeStatus)


def test_the_table_is_the_contracts() -> None:
    """C3, line by line; a status without a line leads nowhere."""
    expected = {status: frozenset[NodeStatus]() for status in NodeStatus}
    for line in CONTRACT_C3.strip().splitlines():
        old, new = line.split(" -> ")
        expected[NodeStatus(old)] = frozenset(map(NodeStatus, new.split()))
    assert expected == NODE_TRANSITIONS


@pytest.mark.parametrize("old", list(NodeStatus))
@pytest.mark.parametrize("new", list(NodeStatus))
def test_the_packed_form_says_the_same(old: NodeStatus, new: NodeStatus) -> None:
    assert bool(ALLOWED[old.code * 16 + new.code]) == (new in NODE_TRANSITIONS[old])


def test_codes_are_places_in_the_list() -> None:
    assert [status.code for status in NODE_STATUSES] == list(range(len(NODE_STATUSES)))


def test_only_statuses_without_a_way_on_in_a_living_run_are_final() -> None:
    assert {status for status in NodeStatus if status.final} == FINAL
    assert not FINAL & {NodeStatus.PENDING, NodeStatus.RUNNING, NodeStatus.RETRYING, NodeStatus.WAITING}


def test_a_run_is_final_or_live_never_both() -> None:
    assert not any(status.final and status.live for status in RunStatus)
    assert not RunStatus.PAUSED.live
    assert not RunStatus.SUSPENDED.live


# runs


def test_the_table_of_runs_has_a_row_for_every_status() -> None:
    assert set(RUN_TRANSITIONS) == set(RunStatus)


@pytest.mark.parametrize("status", list(RunStatus))
def test_a_final_run_goes_on_only_by_a_retry(status: RunStatus) -> None:
    """C7.9, C7.3"""
    following = RUN_TRANSITIONS[status]
    if status is RunStatus.COMPLETED:
        assert following == {RunStatus.CANCELLING}  # the saga of its caller (C15)
    elif status.final:
        assert following == {RunStatus.RUNNING}
    elif status is not RunStatus.INTERRUPTED:
        assert following


def test_every_living_status_can_be_cancelled_and_nothing_stops_a_cancel() -> None:
    """C7.3: cancel wins over pause."""
    for status in (RunStatus.CREATED, RunStatus.RUNNING, RunStatus.PAUSING, RunStatus.PAUSED, RunStatus.SUSPENDED):
        assert RunStatus.CANCELLING in RUN_TRANSITIONS[status]
    assert RUN_TRANSITIONS[RunStatus.CANCELLING] == {RunStatus.ROLLING_BACK, RunStatus.CANCELLED}
    assert not any(RunStatus.INTERRUPTED in following for following in RUN_TRANSITIONS.values())
