"""Runs that a call begins without waiting for them, ``wait: false`` (C10.3)."""

from __future__ import annotations

from typing import Any

from engine_kit import Kit, chain, door, until
from ledger import Ledger, declared
from recording_store import RecordingStore, cut
from run_dialogue import workflow

from floworch.actions.context import Context
from floworch.engine import arun
from floworch.model.workflow import Workflow
from floworch.store.memory import MemoryStore


def beginning(called: Workflow, *edges: str, **fields: Any) -> Workflow:
    """A workflow whose node ``begin`` begins another one."""
    nodes = fields.pop("nodes", {})
    params = {"workflow": called.id, "wait": False, "inputs": fields.pop("given", {})}
    fields.setdefault("outputs", {"got": "{{ nodes.begin.output }}"})
    begin = {"action": "flow.call", "params": params}
    return workflow({"begin": begin, **nodes}, *edges, **{"id": "parent", **fields}).attach(called)


async def test_the_node_completes_with_the_id_of_a_run_that_has_begun() -> None:
    """(C10.3)"""
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(beginning(chain("through", id="leaf"))) as (engine, handle):
        result = await handle.result()
        assert (result.status, result.outputs) == ("completed", {"got": {"run_id": "r.begin", "workflow": "leaf"}})
        assert kit.store.load("r.begin").status == "running", "it goes on"
        assert kit.store.header("r.begin").options["parent"] == {"run_id": "r", "node": "begin", "wait": False}
        (begun,) = engine.begun()
        it.open()
        assert (await begun.result()).status == "completed"
    assert kit.story()[2:6] == [
        "node_started begin",
        "node_waiting begin",
        "node_resumed begin",
        "node_completed begin",
    ]


async def test_neither_cancel_nor_failure_nor_pause_of_the_caller_reaches_it() -> None:
    """(C7.1, C7.3, C9, C10.3): it is a run of its own"""
    it, through = door()
    kit = Kit(through=through)
    leaf = chain("through", id="leaf")
    async with kit.running(beginning(leaf, "begin>hold", nodes={"hold": {"action": "t.through"}})) as (engine, handle):
        await until(lambda: kit.store.load("r").status_of("hold") == "running")
        await handle.pause(now=True)
        await handle.result()
        assert kit.store.load("r.begin").status == "running"
        await engine.cancel("r")
        assert kit.store.load("r.begin").status == "running"
        it.open()
        (begun,) = engine.begun()
        assert (await begun.result()).status == "completed"


async def test_it_is_not_undone_with_its_caller_unless_the_node_says_how() -> None:
    """(C9)"""
    ledger = Ledger()
    undo = {"action": "t.undo", "params": {"what": "{{ output.run_id }}"}}
    for compensate, undone in ((None, []), (undo, ["r.begin"])):
        ledger.kit.store, ledger.undone = MemoryStore(), []
        begin = {"action": "flow.call", "params": {"workflow": "leaf", "wait": False}}
        nodes = {"begin": {**begin, **({"compensate": compensate} if compensate else {})}, "bad": {"action": "t.bad"}}
        parent = workflow(nodes, "begin>bad").attach(workflow({"x": declared()}, id="leaf"))
        result = await ledger.kit.run(parent)
        assert result.status == "failed"
        assert ledger.undone == undone
        assert ledger.kit.store.load("r.begin").status != "cancelled"


async def test_its_failure_is_its_own_and_it_is_retried_by_itself() -> None:
    """(C7.9)"""
    broken = [True]

    async def flake() -> str:
        if broken[0]:
            raise ValueError("broken")
        return "whole"

    kit = Kit(flake=flake)
    async with kit.running(beginning(chain("flake", id="leaf"))) as (engine, handle):
        assert (await handle.result()).status == "completed"
        await until(lambda: kit.store.load("r.begin").status.final)
        assert kit.store.load("r.begin").status == "failed"
        broken[0] = False
        assert (await (await engine.retry("r.begin")).result()).status == "completed"


async def test_a_workflow_that_cannot_begin_fails_the_node() -> None:
    kit = Kit()
    leaf = workflow({"a": {"action": "t.any"}}, id="leaf", inputs={"n": {"type": "integer", "required": True}})
    result = await kit.run(beginning(leaf, given={"n": "{{ 'x' }}"}))
    assert (result.status, result.error["kind"]) == ("failed", "validation_error")
    assert [run.run_id for run in kit.store.list()] == ["r"]


async def test_each_item_begins_a_run_of_its_own() -> None:
    kit = Kit()
    nodes = {
        "each": {"action": "flow.foreach", "params": {"items": [0, 1, 2]}},
        "begin": {"action": "flow.call", "params": {"workflow": "leaf", "wait": False}, "parent": "each"},
    }
    result = await kit.run(workflow(nodes, outputs={"n": "{{ nodes.each.output }}"}).attach(chain("any", id="leaf")))
    assert [each["run_id"] for each in result.outputs["n"]] == ["r.begin._0", "r.begin._1", "r.begin._2"]


async def test_a_program_that_runs_a_workflow_brings_to_its_end_what_that_began() -> None:
    store, kit = MemoryStore(), Kit()
    leaf = workflow({"nap": {"action": "flow.wait", "params": {"for": "2h"}}}, id="leaf")
    middle = workflow(
        {"go": {"action": "flow.call", "params": {"workflow": "leaf", "wait": False}}}, id="middle"
    ).attach(leaf)
    await arun(beginning(middle), store=store, clock=kit.clock, run_id="r")
    assert {run.run_id: str(run.status) for run in store.list()} == {
        "r": "completed", "r.begin": "completed", "r.begin.go": "completed",
    }  # fmt: skip


async def test_whatever_was_written_last_it_begins_once_and_ends_when_its_caller_is_resumed() -> None:
    """(C7.4, C10.3)"""
    ran: list[tuple[str, str]] = []

    async def count(ctx: Context) -> None:
        ran.append((ctx.run_id, ctx.node))

    kit = Kit(count=count)
    kit.store = recording = RecordingStore()
    leaf = workflow({"x": {"action": "t.count"}, "y": {"action": "t.count"}}, "x>y", id="leaf")
    last = {"last": {"action": "t.count"}}
    flow = beginning(leaf, "begin>last", nodes=last)
    async with kit.engine() as engine:
        whole = await (await engine.start(flow, run_id="r")).result()
        await until(lambda: kit.store.load("r.begin").status.final)
    order = list(recording.order)
    ended = next(
        i for i, (run, entry) in enumerate(order) if run == "r" and getattr(entry, "word", "") == "run_completed"
    )
    for length in range(1, len(order)):
        store = cut(order[:length])
        ran.clear()
        async with kit.engine(store=store) as engine:
            result = await (await engine.resume("r")).result()
            if length > ended:  # its caller has ended: nothing is left to resume there
                await (await engine.resume("r.begin")).result()
            await until(lambda store=store: store.load("r.begin").status.final)  # type: ignore[misc]
        assert (result.status, result.outputs) == ("completed", whole.outputs), length
        assert {run.run_id: str(run.status) for run in store.list()} == {"r": "completed", "r.begin": "completed"}, (
            length
        )
        assert len(ran) == len(set(ran)), length


async def test_a_cancel_after_a_crash_leaves_what_has_begun_alone() -> None:
    """(C7.3): also where its beginning was the last thing that was written"""
    it, through = door()
    kit = Kit(through=through)
    kit.store = recording = RecordingStore()
    async with kit.running(beginning(chain("through", id="leaf"))) as (_, handle):
        await handle.result()
        it.open()
    first = next(i for i, (run, _) in enumerate(recording.order) if run == "r.begin")
    resumed = next(
        i for i, (run, e) in enumerate(recording.order) if run == "r" and getattr(e, "word", "") == "node_resumed"
    )
    for length in (first, first + 2, resumed + 1):
        store = cut(recording.order[:length])
        async with kit.engine(store=store) as engine:
            await engine.cancel("r")
            assert (await (await engine.resume("r")).result()).status in ("cancelled", "completed")
            runs = {run.run_id: str(run.status) for run in store.list()}
            assert runs.get("r.begin", "") != "cancelled", (length, runs)
