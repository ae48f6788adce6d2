"""A completed child run is compensated by its own saga (C9, C15)."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import pytest
from engine_kit import Kit, door, until
from run_dialogue import workflow

from floworch.actions.context import Context
from floworch.errors import ActionError, StoreError
from floworch.model.workflow import Workflow
from floworch.run.events import Event, EventKind
from floworch.store.memory import MemoryLog


def booking(undo: str = "t.undo") -> Workflow:
    """Two steps that are undone by an action, the last one first."""
    nodes = {name: {"action": "t.do", "compensate": {"action": undo}} for name in ("a", "b")}
    return workflow(nodes, "a>b", id="booking")


def trip(child: Workflow, last: Any = None, **node: Any) -> Workflow:
    call = {"action": "flow.call", "params": {"workflow": child.id}, **node}
    nodes = {"c": call, "z": last or {"action": "flow.fail", "params": {"message": "no"}}}
    return workflow(nodes, "c>z", id="trip").attach(child)


class Log:
    """Actions that write down what they do."""

    def __init__(self) -> None:
        self.done: list[str] = []

        async def do(ctx: Context) -> None:
            self.done.append(f"do {ctx.run_id} {ctx.node}")

        async def undo(ctx: Context) -> None:
            self.done.append(f"undo {ctx.run_id} {ctx.node}")

        async def cannot(ctx: Context) -> None:
            raise ActionError("it is too late")

        self.kit = Kit(do=do, undo=undo)
        self.kit.add("cannot", cannot, effect="unsafe")


DID = ["do r.c a", "do r.c b"]


async def test_a_failed_parent_undoes_its_completed_child() -> None:
    log = Log()
    result = await log.kit.run(trip(booking()))
    assert result.status == "failed"
    assert log.done == [*DID, "undo r.c b", "undo r.c a"]
    assert result.compensation == {"compensated": ["c"], "failed": [], "not_needed": []}
    child = log.kit.store.load("r.c")
    assert child.status == "cancelled"
    assert [str(child.status_of(name)) for name in "ab"] == ["compensated", "compensated"]


async def test_grandchildren_are_undone_too() -> None:
    log = Log()
    middle = trip(booking(), {"action": "t.any"}).replace(id="middle")
    result = await log.kit.run(trip(middle))
    assert log.done[2:] == ["undo r.c.c b", "undo r.c.c a"]
    assert result.compensation["compensated"] == ["c"]


async def test_a_child_with_nothing_to_undo_stays_completed() -> None:
    log = Log()
    result = await log.kit.run(trip(workflow({"a": {}}, id="booking")))
    assert result.compensation["compensated"] == []
    assert log.kit.store.load("r.c").status == "completed"


async def test_a_child_that_cannot_be_undone_is_a_failed_compensation() -> None:
    log = Log()
    result = await log.kit.run(trip(booking("t.cannot")))
    assert result.compensation["failed"] == ["c"]
    assert "could not undo b, a" in str(result.state.errors)


async def test_a_call_may_declare_another_compensation() -> None:
    log = Log()
    await log.kit.run(trip(booking(), compensate={"action": "t.undo"}))
    assert log.done[2:] == ["undo r c"]


async def test_cancel_waits_for_the_rollback_of_a_child_that_runs() -> None:
    """(C7.3, C10.3)"""
    it, through = door()
    log = Log()
    log.kit.add("through", through)
    child = booking()
    child = child.replace(nodes={**child.nodes, "b": child.nodes["b"].replace(action="t.through")})
    async with log.kit.running(trip(child)) as (_, handle):
        await it.wait_for()
        await handle.cancel()
        assert (await handle.result()).status == "cancelled"
    assert log.done == ["do r.c a", "undo r.c a"]


async def test_a_child_that_completes_before_the_cancel_of_its_late_call_reaches_it_is_undone() -> None:
    """A late result is no success (C4.5); so nothing of it stays, as after a cancel in time (C9, C10.3)."""
    it, through = door()
    log = Log()
    log.kit.add("through", through)
    child = booking()
    child = child.replace(nodes={**child.nodes, "b": child.nodes["b"].replace(action="t.through")})
    async with log.kit.running(trip(child, timeout="30s", retry={"max_attempts": 1})) as (engine, handle):
        cancel = engine.cancel

        async def slow(run_id: str, compensate: bool = True) -> None:
            it.open()
            await until(lambda: log.kit.store.load(run_id).status == "completed")
            await cancel(run_id, compensate)

        engine.cancel = slow  # type: ignore[method-assign]
        result = await handle.result()
    assert (result.nodes["c"].error or {})["kind"] == "timeout_error"
    assert log.done == ["do r.c a", "undo r.c b", "undo r.c a"]
    assert log.kit.store.load("r.c").status == "cancelled"


@pytest.mark.parametrize("compensate", [True, False])
async def test_no_compensate_holds_for_children(compensate: bool) -> None:
    it, through = door()
    log = Log()
    log.kit.add("through", through)
    child = booking()
    child = child.replace(nodes={**child.nodes, "b": child.nodes["b"].replace(action="t.through")})
    async with log.kit.running(trip(child)) as (_, handle):
        await it.wait_for()
        await handle.cancel(compensate=compensate)
        await handle.result()
    assert ("undo r.c a" in log.done) is compensate


async def test_items_undo_their_own_children() -> None:
    log = Log()
    nodes = {
        "each": {"action": "flow.foreach", "params": {"items": [1, 2], "concurrency": 1}},
        "c": {"action": "flow.call", "params": {"workflow": "booking"}, "parent": "each"},
        "z": {"action": "flow.fail", "params": {"message": "no"}},
    }
    await log.kit.run(workflow(nodes, "each>z").attach(booking()))
    assert log.done[4:] == [f"undo r.c._{i} {name}" for i in (1, 0) for name in "ba"]


async def test_a_pause_in_the_rollback_of_a_child_goes_on_at_resume() -> None:
    """(C7.1, C9)"""
    it, through = door()
    log = Log()
    log.kit.add("through", through)
    async with log.kit.running(trip(booking("t.through"))) as (engine, handle):
        await it.wait_for()
        await handle.pause(now=True)
        assert (await handle.result()).status == "paused"
        await until(lambda: log.kit.store.load("r.c").status == "paused")
        it.open()
        result = await (await engine.resume("r")).result()
    assert result.status == "failed"
    assert result.compensation["compensated"] == ["c"]


async def test_a_child_whose_rollback_could_not_be_journaled_stays_completed_and_is_undone_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """(C9, C7.4)"""
    log, append = Log(), MemoryLog.append
    refused: list[str] = []

    def full(self: MemoryLog, events: Sequence[Event], sync: bool = True) -> int:
        if self.header.run_id == "r.c" and any(event.kind == EventKind.RUN_ROLLING_BACK for event in events):
            refused.append(self.header.run_id)
            raise StoreError("No space left on device.")
        return append(self, events, sync)

    monkeypatch.setattr(MemoryLog, "append", full)
    with contextlib.suppress(StoreError):
        await log.kit.run(trip(booking()))
    assert refused
    assert log.kit.store.load("r.c").status == "completed"
    monkeypatch.undo()
    async with log.kit.engine() as engine:
        result = await (await engine.resume("r")).result()
    assert result.status == "failed"
    assert log.kit.store.load("r.c").status == "cancelled"
    assert result.compensation == {"compensated": ["c"], "failed": [], "not_needed": []}
