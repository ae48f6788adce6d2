"""Compensation of calls: what a child run did is undone by its own saga (C9, C15)."""

from __future__ import annotations

from typing import Any

import pytest
from engine_kit import door, workflow
from ledger import Ledger, declared

from floworch.errors import StoreError
from floworch.model.workflow import Workflow


def child(**nodes: Any) -> Workflow:
    return workflow(nodes, id="child", outputs={"id": "{{ run.id }}"})


async def test_a_completed_child_run_is_undone_by_its_own_saga() -> None:
    """C15: in its turn; a child in which nothing is to be undone takes no part."""
    ledger = Ledger()
    plain = workflow({"p": {"action": "t.do"}}, id="plain")
    nodes = {
        "a": declared(),
        "call": {"action": "flow.call", "params": {"workflow": "child"}},
        "other": {"action": "flow.call", "params": {"workflow": "plain"}},
        "b": declared(),
        "end": {"action": "t.bad"},
    }
    parent = workflow(nodes, "a>call", "call>other", "other>b", "b>end").attach(
        child(x=declared(), y=declared()), plain
    )
    result = await ledger.kit.run(parent)
    assert result.compensation == {"compensated": ["b", "call", "a"], "failed": [], "not_needed": []}
    assert (ledger.undone[0], ledger.undone[3]) == ("b[]", "a[]")
    assert set(ledger.undone[1:3]) == {"x[]", "y[]"}
    assert ledger.kit.store.load("r.call").status == "cancelled"
    assert ledger.kit.store.load("r.other").status == "completed"


async def test_a_call_that_declares_a_compensation_is_undone_by_that() -> None:
    """C9: what the node says wins."""
    ledger = Ledger()
    undo = {"action": "t.undo", "params": {"what": "{{ output.id }}"}}
    node = {"action": "flow.call", "params": {"workflow": "child"}, "compensate": undo}
    parent = workflow({"call": node, "end": {"action": "t.bad"}}, "call>end").attach(child(x=declared()))
    await ledger.kit.run(parent)
    assert ledger.undone == ["r.call"]
    assert ledger.kit.store.load("r.call").status == "completed"


async def test_what_a_child_cannot_undo_fails_the_compensation_of_its_call() -> None:
    """C9"""
    ledger = Ledger()
    broken = {"action": "t.do", "compensate": {"action": "t.bad"}}
    nodes = {"call": {"action": "flow.call", "params": {"workflow": "child"}}, "end": {"action": "t.bad"}}
    result = await ledger.kit.run(workflow(nodes, "call>end").attach(child(x=broken)))
    assert result.compensation["failed"] == ["call"]
    error = result.nodes["call"].error
    assert error is not None
    assert "the child run r.call could not undo x" in error["message"]


async def test_a_full_disk_where_a_child_is_undone_is_no_failure_of_its_compensation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rollback stops, as for any other write that fails, and goes on when there is space (C7.4, C9)."""
    ledger = Ledger()
    nodes = {"call": {"action": "flow.call", "params": {"workflow": "child"}}, "end": {"action": "t.bad"}}
    store = ledger.kit.store
    acquire = store.acquire

    def full(run_id: str) -> Any:
        if run_id != "r":
            raise StoreError("No space left on device.")
        return acquire(run_id)

    monkeypatch.setattr(store, "acquire", full)
    with pytest.raises(StoreError, match="No space left"):
        await ledger.kit.run(workflow(nodes, "call>end").attach(child(x=declared())))
    assert store.load("r").to_json()["compensation"]["failed"] == []
    monkeypatch.undo()
    async with ledger.kit.engine() as engine:
        result = await (await engine.resume("r")).result()
    assert (result.status, result.compensation["compensated"]) == ("failed", ["call"])
    assert store.load("r.call").status == "cancelled"


async def test_a_failed_run_whose_child_undoes_nothing_can_be_retried() -> None:
    """C7.9"""
    ledger = Ledger()
    nodes = {"call": {"action": "flow.call", "params": {"workflow": "child"}}, "end": {"action": "t.bad"}}
    result = await ledger.kit.run(workflow(nodes, "call>end").attach(child(x={"action": "t.do"})))
    assert "run_rolling_back" not in ledger.kit.story()
    assert result.compensation == {"compensated": [], "failed": [], "not_needed": []}
    async with ledger.kit.engine() as engine:
        await (await engine.retry("r")).result()


@pytest.mark.parametrize("now", [True, False])
async def test_a_pause_reaches_the_rollback_of_a_child_and_resume_goes_on(now: bool) -> None:
    """C7.1: child runs pause, too."""
    gate, through = door()
    ledger = Ledger(gate=through)
    slow = {"action": "t.do", "compensate": {"action": "t.gate"}}
    nodes = {"call": {"action": "flow.call", "params": {"workflow": "child"}}, "end": {"action": "t.bad"}}
    parent = workflow(nodes, "call>end").attach(workflow({"x": declared(), "y": slow}, "x>y", id="child"))
    async with ledger.kit.running(parent) as (engine, run):
        await gate.wait_for(1)
        await run.pause(now=now)
        if not now:
            gate.open()
        result = await run.result()
        assert (result.status, ledger.undone) == ("paused", [])
        assert ledger.kit.store.load("r.call").status == "paused"
        gate.open()
        result = await (await engine.resume("r")).result()
    assert (result.status, result.compensation["compensated"]) == ("failed", ["call"])
    assert ledger.undone == ["x[]"]
    assert gate.entered == (2 if now else 1)
    assert ledger.kit.store.load("r.call").to_json()["compensation"]["compensated"] == ["y", "x"]
