"""Child runs in a real engine (C10.3)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from engine_kit import Kit, chain, door, until
from run_dialogue import workflow

from floworch.actions.context import Context
from floworch.errors import ActionError, StoreError
from floworch.model.workflow import Workflow
from floworch.run.events import Event, EventKind
from floworch.store.memory import MemoryLog


def calling(called: Workflow, given: Any = None, *edges: str, **fields: Any) -> Workflow:
    """A workflow whose node ``call`` calls another one; more nodes and edges as in ``workflow``."""
    nodes = fields.pop("nodes", {})
    params = {"workflow": called.id, **({"inputs": given} if given is not None else {})}
    node = {"action": "flow.call", "params": params, **fields.pop("node", {})}
    fields.setdefault("outputs", {"got": "{{ nodes.call.output }}"})
    return workflow({"call": node, **nodes}, *edges, **{"id": "parent", **fields}).attach(called)


def doubling() -> Workflow:
    """A workflow that doubles its input ``n``."""
    nodes = {"twice": {"action": "data.set", "params": {"fields": {"n": "{{ inputs.n * 2 }}"}}}}
    inputs = {"n": {"type": "integer", "required": True}}
    return workflow(nodes, id="double", inputs=inputs, outputs={"n": "{{ nodes.twice.output.n }}"})


class Flaky:
    """An action that fails until it is mended; counts its runs by run id."""

    def __init__(self, kind: str = "processing_error") -> None:
        self.runs: list[str] = []
        self.kind: str | None = kind

    async def __call__(self, ctx: Context) -> str:
        self.runs.append(ctx.run_id)
        if self.kind is not None:
            raise ActionError("it is broken", self.kind)
        return "whole"


def flaky(kind: str = "processing_error") -> tuple[Flaky, Any]:
    it = Flaky(kind)

    async def flake(ctx: Context) -> str:
        return await it(ctx)

    return it, flake


async def test_a_call_gives_the_outputs_of_a_run_of_its_own() -> None:
    """(C10.3)"""
    kit = Kit()
    result = await kit.run(calling(doubling(), {"n": "{{ inputs.n + 1 }}"}, inputs={"n": {"required": True}}), {"n": 3})
    assert result.status == "completed"
    assert result.outputs == {"got": {"n": 8}}
    assert kit.store.load("r.call").outputs == {"n": 8}
    assert kit.store.header("r.call").options["parent"] == {"run_id": "r", "node": "call"}
    assert result.nodes["call"].child == "r.call"
    assert kit.store.load("r").to_json()["nodes"]["call"]["child"] == "r.call"


async def test_the_parent_journals_the_child_before_the_child_begins() -> None:
    """(C10.3)"""
    kit = Kit()
    await kit.run(calling(doubling(), {"n": 1}))
    parent = {event.word: event for event in kit.store.events("r") if event.node == 0}
    assert parent["node_waiting"].payload["wait"]["name"] == "r.call"
    assert parent["node_waiting"].at <= kit.store.header("r.call").created_at
    assert kit.story()[2:6] == ["node_started call", "node_waiting call", "node_resumed call", "node_completed call"]


async def test_a_call_holds_no_slot_while_it_waits() -> None:
    """(C15)"""
    it, through = door()
    kit = Kit(through=through)
    definition = calling(chain("through", id="child"), nodes={"other": {}}, settings={"max_concurrency": 1})
    async with kit.running(definition) as (_, handle):
        await it.wait_for()
        await until(lambda: handle.state.status_of("other") == "completed")
        assert handle.state.status_of("call") == "waiting"
        it.open()
        assert (await handle.result()).status == "completed"


async def test_items_call_children_of_their_own() -> None:
    """(C10.1, C10.3)"""
    kit = Kit()
    called = doubling()
    nodes = {
        "each": {"action": "flow.foreach", "params": {"items": [1, 2, 3]}},
        "call": {
            "action": "flow.call",
            "params": {"workflow": "double", "inputs": {"n": "{{ item }}"}},
            "parent": "each",
        },
    }
    result = await kit.run(workflow(nodes, outputs={"all": "{{ nodes.each.output }}"}).attach(called))
    assert result.outputs == {"all": [{"n": 2}, {"n": 4}, {"n": 6}]}
    assert {run.run_id for run in kit.store.list()} == {"r", "r.call._0", "r.call._1", "r.call._2"}
    assert kit.store.header("r.call._2").options["parent"] == {"run_id": "r", "node": "call", "item": [2]}


async def test_a_failed_child_fails_the_node_with_its_kind_and_place() -> None:
    """(C10.3, C4.1)"""
    it, flake = flaky("permission_error")
    result = await Kit(flake=flake).run(calling(chain("flake", id="child")))
    assert result.status == "failed"
    error = result.nodes["call"].error
    assert error is not None
    assert error["kind"] == "permission_error"
    assert error["message"] == "the child run r.call failed at 'a': it is broken"
    assert (error["child"], error["child_node"]) == ("r.call", "a")
    assert it.runs == ["r.call"], "a call has no retry of its own unless it is written"


async def test_a_retried_call_goes_on_with_the_same_child() -> None:
    """Completed nodes of the child never run again (C4.4, C7.9, C10.3)"""
    it, flake = flaky()
    counts: list[str] = []
    kit = Kit(flake=flake, first=_counted(counts))
    called = chain("first", "flake", id="child")
    retry = {"max_attempts": 2, "delay": 5}
    async with kit.running(calling(called, node={"retry": retry})) as (_, handle):
        await until(lambda: handle.state.status_of("call") == "retrying")
        it.kind = None
        assert (await handle.result()).status == "completed"
    assert it.runs == ["r.call", "r.call"]
    assert counts == ["r.call"]
    assert [run.run_id for run in kit.store.list()] == ["r.call", "r"]


def _counted(counts: list[str]) -> Any:
    async def count(ctx: Context) -> None:
        counts.append(ctx.run_id)

    return count


async def test_retry_of_the_parent_retries_the_child() -> None:
    """(C7.9)"""
    it, flake = flaky()
    counts: list[str] = []
    kit = Kit(flake=flake, first=_counted(counts))
    definition = calling(chain("first", "flake", id="child"))
    assert (await kit.run(definition)).status == "failed"
    it.kind = None
    async with kit.engine() as engine:
        result = await (await engine.retry("r")).result()
    assert result.status == "completed"
    assert counts == ["r.call"]


async def test_another_input_makes_another_child() -> None:
    """A failed child goes on only with the inputs it began with."""
    it, flake = flaky()
    kit = Kit(flake=flake)
    called = chain("flake", id="child", inputs={"n": {}})
    retry = {"max_attempts": 2, "delay": 5}
    nodes = {"other": {"action": "t.writes"}}

    async def writes(ctx: Context) -> None:
        ctx.data.set("n", 1)

    kit.add("writes", writes)
    definition = calling(called, {"n": "{{ data.n | default(0) }}"}, node={"retry": retry}, nodes=nodes)
    async with kit.running(definition) as (_, handle):
        await until(lambda: handle.state.status_of("call") == "retrying")
        it.kind = None
        result = await handle.result()
    assert result.status == "completed"
    assert it.runs in (["r.call", "r.call._r2"], ["r.call", "r.call"])
    assert result.nodes["call"].child == it.runs[-1]


async def test_the_timeout_of_a_call_cancels_its_child() -> None:
    """(C4.5, C10.3)"""
    it, through = door()
    kit = Kit(through=through)
    result = await kit.run(calling(chain("through", id="child"), node={"timeout": "30s"}))
    error = result.nodes["call"].error
    assert error is not None
    assert error["kind"] == "timeout_error"
    assert kit.store.load("r.call").status == "cancelled"
    assert it.stopped == 1


@pytest.mark.parametrize("now", [False, True])
async def test_pause_reaches_children_and_their_children(now: bool) -> None:
    """(C7.1, C10.3)"""
    it, through = door()
    kit = Kit(through=through)
    middle = calling(chain("through", "any", id="leaf"), id="middle")
    async with kit.running(calling(middle)) as (engine, handle):
        await it.wait_for()
        await handle.pause(now)
        if not now:
            await until(lambda: kit.store.load("r.call.call").status == "pausing")
            assert kit.store.load("r").status == "pausing", "paused only when nothing runs any more"
            it.open()
        result = await handle.result()
        assert result.status == "paused"
        assert [kit.store.load(run).status for run in ("r.call", "r.call.call")] == ["paused", "paused"]
        assert kit.store.load("r.call.call").status_of("b") == "pending"
        it.open()
        assert (await (await engine.resume("r")).result()).status == "completed"
    assert [kit.store.load(run).status for run in ("r.call", "r.call.call")] == ["completed", "completed"]


async def test_cancel_reaches_children_and_waits_for_them() -> None:
    """(C7.3, C10.3)"""
    it, through = door()
    kit = Kit(through=through)
    middle = calling(chain("through", "any", id="leaf"), id="middle")
    async with kit.running(calling(middle)) as (_, handle):
        await it.wait_for()
        await handle.cancel()
        result = await handle.result()
    assert result.status == "cancelled"
    assert result.nodes["call"].status == "cancelled"
    assert [kit.store.load(run).status for run in ("r.call", "r.call.call")] == ["cancelled", "cancelled"]
    ends = [list(kit.store.events(run))[-1].at for run in ("r.call.call", "r.call", "r")]
    assert ends == sorted(ends)


async def test_a_suspended_child_suspends_its_parent_and_wakes_it() -> None:
    """(C8.3, C10.3)"""
    kit = Kit()
    leaf = workflow({"ask": {"action": "human.approve", "params": {"message": "Go?"}}}, id="leaf")
    async with kit.running(calling(calling(leaf, id="middle"))) as (engine, handle):
        result = await handle.result()
        assert result.status == "suspended"
        assert kit.store.load("r.call").status == "suspended"
        assert kit.store.load("r").children[0, ()] == "r.call"
        await engine.approve("r.call.call", "ask")
        await until(lambda: handle.state.status.final)
        assert (await handle.result()).status == "completed"


async def test_a_suspended_child_that_was_answered_meanwhile_goes_on_at_resume() -> None:
    """(C8.1, C8.3, C10.3)"""
    kit = Kit()
    leaf = workflow({"ask": {"action": "human.approve", "params": {"message": "Go?"}}}, id="leaf")
    definition = calling(calling(leaf, id="middle"))
    assert (await kit.run(definition)).status == "suspended"
    async with kit.engine() as engine:
        await engine.approve("r.call.call", "ask")
    async with kit.engine() as engine:
        assert (await (await engine.resume("r")).result()).status == "completed"


async def test_a_timer_of_a_child_that_is_due_soon_is_waited_for() -> None:
    kit = Kit()
    assert (
        await kit.run(calling(workflow({"w": {"action": "flow.wait", "params": {"for": "30s"}}}, id="c")))
    ).status == "completed"


async def test_a_child_that_somebody_cancels_fails_its_call() -> None:
    """(C10.3)"""
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(calling(chain("through", id="child"))) as (engine, handle):
        await it.wait_for()
        await engine.cancel("r.call")
        result = await handle.result()
    assert result.status == "failed"
    assert result.error == {"kind": "cancelled", "message": "the child run r.call was cancelled", "node": "call",
                            "child": "r.call"}  # fmt: skip


async def test_a_child_that_is_paused_alone_pauses_its_parent_when_nothing_else_runs() -> None:
    """(C7.1, C10.3)"""
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(calling(chain("through", id="child"))) as (engine, handle):
        await it.wait_for()
        await engine.pause("r.call", now=True)
        result = await handle.result()
        assert result.status == "paused"
        assert result.state.pause_reason == "call waits for run r.call, which is paused: it was paused"
        it.open()
        assert (await (await engine.resume("r")).result()).status == "completed"


async def test_an_unsafe_step_of_a_child_in_doubt_pauses_the_parent_until_it_is_decided() -> None:
    """(C7.8, C10.3)"""
    it, through = door()
    kit = Kit()
    kit.add("through", through, effect="unsafe")
    engine = kit.engine()
    handle = await engine.start(calling(chain("through", id="child")), run_id="r")
    await it.wait_for()
    _crash(engine)
    async with kit.engine() as engine:
        result = await (await engine.resume("r")).result()
        assert result.status == "paused"
        assert "in doubt" in (result.state.pause_reason or "")
        result = await (await engine.resume("r", in_doubt="done")).result()
        assert result.status == "completed"
    assert handle.run_id == "r"


def _crash(engine: Any) -> None:
    """Let go of everything an engine works on as a killed process would."""
    for handle in engine.handles():
        handle.working("crash").log.abandon()
        handle.working("crash").close()


async def test_a_failed_sibling_cancels_the_child() -> None:
    """Fail-fast: what waits is cancelled (C4.3)."""
    it, through = door()
    kit = Kit(through=through)

    async def fails_later() -> None:
        await it.wait_for()
        raise ActionError("no")

    kit.add("fails_later", fails_later)
    nodes = {"bad": {"action": "t.fails_later"}}
    async with kit.running(calling(chain("through", id="child"), nodes=nodes)) as (_, handle):
        result = await handle.result()
    assert result.status == "failed"
    assert result.nodes["call"].status == "cancelled"
    assert kit.store.load("r.call").status == "cancelled"


async def test_cancel_of_a_paused_run_reaches_its_paused_children_at_once() -> None:
    """(C7.3, C10.3)"""
    it, through = door()
    kit = Kit(through=through)
    middle = calling(chain("through", id="leaf"), id="middle")
    async with kit.running(calling(middle)) as (_, handle):
        await it.wait_for()
        await handle.pause(now=True)
        await handle.result()
    async with kit.engine() as engine:
        await engine.cancel("r")
    assert [kit.store.load(run).status for run in ("r", "r.call", "r.call.call")] == ["cancelled"] * 3


async def test_pause_of_an_interrupted_run_reaches_its_children() -> None:
    """(C7.1, C7.3, C10.3)"""
    it, through = door()
    kit = Kit(through=through)
    engine = kit.engine()
    await engine.start(calling(calling(chain("through", id="leaf"), id="middle")), run_id="r")
    await it.wait_for()
    _crash(engine)
    assert kit.store.load("r.call").status == "interrupted"
    async with kit.engine() as engine:
        await engine.pause("r")
        assert [kit.store.load(run).status for run in ("r", "r.call", "r.call.call")] == ["paused"] * 3
        it.open()
        assert (await (await engine.resume("r")).result()).status == "completed"


async def test_a_run_of_that_id_that_is_no_child_is_left_alone() -> None:
    kit = Kit()
    async with kit.engine() as engine:
        await (await engine.start(chain("any"), run_id="r.call")).result()
        result = await (await engine.start(calling(doubling(), {"n": 1}), run_id="r")).result()
    assert result.status == "failed"
    assert "There is a run 'r.call' already" in str(result.error)


async def test_engine_close_pauses_parent_and_child() -> None:
    it, through = door()
    kit = Kit(through=through)
    async with kit.engine() as engine:
        await engine.start(calling(chain("through", id="child")), run_id="r")
        await it.wait_for()
    assert [kit.store.load(run).status for run in ("r", "r.call")] == ["paused", "paused"]
    it.open()
    async with kit.engine() as engine:
        assert (await (await engine.resume("r")).result()).status == "completed"
    await asyncio.sleep(0)


async def test_a_cancel_right_after_a_pause_waits_for_a_child_in_other_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the pause finds, a child that is worked on elsewhere, is no answer to the cancel (C7.3, C10.3)."""
    monkeypatch.setattr("floworch.executor.children.LOOK", 0.0)
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(calling(chain("through", id="child"))) as (_, handle):
        await it.wait_for()
        await handle.pause(now=True)
        await handle.result()
    async with kit.engine() as here, kit.engine() as elsewhere:
        child = await elsewhere.resume("r.call")
        await it.wait_for()
        handle = await here.resume("r")
        await asyncio.gather(handle.pause(), handle.cancel())
        for _ in range(200):
            await asyncio.sleep(0)
        assert kit.store.load("r").status == "cancelling"
        await child.pause(now=True)
        await child.result()
        assert (await handle.result()).status == "cancelled"
    assert [kit.store.load(run).status for run in ("r", "r.call")] == ["cancelled", "cancelled"]


async def test_a_full_disk_where_a_child_begins_is_no_failure_of_its_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run stops, as for any other write that fails, and goes on when there is space (C7.4, C10.3)."""
    kit = Kit()
    create = kit.store.create

    def full(header: Any) -> Any:
        if header.run_id != "r":
            raise StoreError("No space left on device.")
        return create(header)

    monkeypatch.setattr(kit.store, "create", full)
    async with kit.running(calling(doubling(), {"n": 4})) as (_, handle):
        with pytest.raises(StoreError, match="No space left"):
            await handle.result()
    assert kit.store.load("r").status_of("call") == "waiting"
    monkeypatch.undo()
    async with kit.engine() as engine:
        result = await (await engine.resume("r")).result()
    assert (result.status, result.outputs) == ("completed", {"got": {"n": 8}})


async def test_an_end_that_its_journal_refuses_is_no_end_of_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not durable has not happened: the caller pauses with it, and both go on (C7.4, C10.3)."""
    kit = Kit()
    append = MemoryLog.append

    def full(self: MemoryLog, events: Sequence[Event], sync: bool = True) -> int:
        if self.header.run_id == "r.call" and any(event.kind == EventKind.RUN_COMPLETED for event in events):
            raise StoreError("No space left on device.")
        return append(self, events, sync)

    monkeypatch.setattr(MemoryLog, "append", full)
    result = await kit.run(calling(doubling(), {"n": 4}))
    assert result.status == "paused"
    assert "No space left" in str(kit.store.load("r").pause_reason)
    assert (kit.store.load("r").status_of("call"), kit.store.load("r.call").status) == ("waiting", "paused")
    monkeypatch.undo()
    async with kit.engine() as engine:
        result = await (await engine.resume("r")).result()
    assert (result.status, result.outputs) == ("completed", {"got": {"n": 8}})
