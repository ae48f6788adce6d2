"""What a container keeps of its rounds (C10.2, C15)."""

from __future__ import annotations

import pytest

from floworch.run.items import FAILED_ITEM, WAITING_ITEM, ItemsState
from floworch.run.round_state import RoundsState


def container(kind: str) -> ItemsState:
    items = ItemsState(["start"], 1, "stop")
    items.rounds = RoundsState({"kind": kind, "most": 3, "until": "x", "delay": 2})
    return items


def test_a_completed_round_adds_one_with_its_result_and_the_last_one_none() -> None:
    items = container("repeat")
    assert items.rounds is not None
    for index, payload in enumerate([{}, {"last": True, "met": True}]):
        items.complete(index, f"r{index}")
        items.rounds.completed(items, 5.0 + index, payload)
    assert (items.items, items.results) == ([None, "r0"], [None, "r1"])
    assert (items.rounds.ended_at, items.rounds.met, items.total) == (6.0, True, 2)


@pytest.mark.parametrize("kind", ["repeat", "try"])
def test_what_a_retry_of_the_run_begins_with(kind: str) -> None:
    """C7.9: a repeat goes on with the round that failed, a try begins anew."""
    items = container(kind)
    assert items.rounds is not None
    items.fail(0, {"kind": "k"})
    items.rounds.failed(items, 1.0, {"again": True})
    items.fail(1, {"kind": "k"})
    items.rounds.failed(items, 2.0, {})
    assert bytes(items.done) == bytes([FAILED_ITEM, FAILED_ITEM])
    items.reopen()
    assert items.failed == 0
    assert list(items.done) == [WAITING_ITEM] * (1 if kind == "try" else 2)


def test_it_comes_back_from_its_fields() -> None:
    state = RoundsState({"kind": "try", "most": 2, "catch": ["timeout_error"], "ended_at": 3.5})
    assert RoundsState(state.to_json()).to_json() == state.to_json()
    assert (state.catch, state.until, state.on_max, state.delay) == (["timeout_error"], None, "complete", 0.0)
