"""What user code gets is its own, what it gives is taken by value: only events change a run (C6.1, C7.4, C12)."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any, cast

import pytest
from engine_kit import Kit, workflow

from floworch import Engine, FlatBuffersStore, RunState, WorkflowBuilder
from floworch.actions.context import Context
from floworch.middleware.custom import middleware


@pytest.fixture
def store(tmp_path: Path) -> FlatBuffersStore:
    return FlatBuffersStore(tmp_path / "store")


def folded(store: FlatBuffersStore, run_id: str) -> RunState:
    """The state that the run's events alone make."""
    state = RunState.of(store.header(run_id))
    for event in store.events(run_id):
        state.apply(event)
    return state


async def kept(store: FlatBuffersStore, flow: WorkflowBuilder, **more: Any) -> tuple[Any, RunState, RunState]:
    """Run the flow; its result, and the states that its events and its snapshot make."""
    async with Engine(store=store) as engine:
        run = await engine.start(flow.build(), run_id="r", **more)
        result = await run.result()
    return result, folded(store, "r"), store.load("r")


async def test_a_parameter_is_not_the_output_that_it_was_evaluated_from(store: FlatBuffersStore) -> None:
    """(C6.1, C7.4)"""

    def spoil(x: dict[str, Any]) -> None:
        x["l"].append(9)

    flow = (
        WorkflowBuilder("f").node("a", "data.set", fields={"l": [1]})
        .node("b", spoil, after="a", x="{{ nodes.a.output }}")
        .node("go", "flow.signal", after="b", name="go")
        .node("c", "data.set", after="go", fields={"v": "{{ nodes.a.output }}"})
    )  # fmt: skip
    async with Engine(store=store) as engine:
        run = await engine.start(flow.build(), run_id="r")
        assert (await run.result()).nodes["a"].output == {"l": [1]}
    async with Engine(store=FlatBuffersStore(store.path)) as engine:
        run = await engine.resume("r")
        await run.signal("go")
        result = await run.result()
    assert result.nodes["b"].status == "completed"
    assert result.nodes["c"].output == {"v": {"l": [1]}}


async def test_only_set_changes_the_data(store: FlatBuffersStore) -> None:
    """(C6.1, C12)"""
    held: list[Any] = [5]

    async def put(ctx: Context) -> None:
        ctx.data.set("k", {"a": held})
        held.append(6)
        ctx.data.get("k")["a"].append(7)

    async def spoil(ctx: Context) -> int:
        ctx.data.get("k")["a"].append(8)
        return len(ctx.data.get("k")["a"])

    flow = WorkflowBuilder("f").node("a", put).node("b", spoil, after="a")
    flow = flow.node("c", "data.set", after="b", fields={"x": "{{ data.k }}"})
    result, events, snapshot = await kept(store, flow)
    assert result.nodes["b"].output == 1
    assert result.nodes["c"].output == {"x": {"a": [5]}}
    assert result.state.data == events.data == snapshot.data == {"k": {"a": [5]}}


async def test_an_output_is_taken_when_it_is_returned(store: FlatBuffersStore) -> None:
    """(C6.1, C7.4)"""
    shared = [1]

    def give() -> list[int]:
        return shared

    async def spoil(ctx: Context) -> None:
        shared.append(2)
        ctx.data.output("a").append(3)
        ctx.upstream()["a"].append(4)
        ctx.evaluate("nodes.a.output").append(5)
        ctx.resolve("{{ nodes.a.output }}").append(6)

    flow = WorkflowBuilder("f").node("a", give).node("b", spoil, after="a")
    result, events, snapshot = await kept(store, flow)
    assert result.nodes["b"].status == "completed"
    assert result.nodes["a"].output == events.node("a").output == snapshot.node("a").output == [1]


async def test_a_compensation_cannot_change_the_output_that_it_undoes(store: FlatBuffersStore) -> None:
    """(C9, C7.4)"""
    seen: list[Any] = []

    def undo(ctx: Context, output: list[int]) -> None:
        seen.append((list(output), list(ctx.output)))
        output.append(1)
        ctx.output.append(2)
        if len(seen) < 3:
            raise ConnectionError

    flow = WorkflowBuilder("f").node(
        "a", lambda: [0], compensate={"action": undo, "retry": {"delay": 0, "on": ["all"]}}
    )
    flow = flow.node("b", "flow.fail", after="a", message="x", kind="validation_error")
    result, events, _ = await kept(store, flow)
    assert seen == [([0], [0])] * 3
    assert result.nodes["a"].output == events.node("a").output == [0]


async def test_literals_of_the_definition_are_the_same_in_every_attempt_item_and_run() -> None:
    """(C7.4)"""
    seen: list[int] = []

    def spoil(ctx: Context, x: list[int] | dict[str, Any], y: Any = None) -> int:
        part = x if isinstance(x, list) else x["l"]
        part.append(1)
        ctx.params["z"] = y  # type: ignore[index]
        seen.append(len(part) + len(ctx.params) - 3)
        if ctx.attempt < 3:
            raise ConnectionError
        return len(part)

    again = {"max_attempts": 3, "delay": 0, "on": ["all"]}
    flow = WorkflowBuilder("f").node("a", spoil, x=[0], retry=again).node("b", spoil, x={"l": [0]}, retry=again)
    flow = flow.node("each", "flow.foreach", items=[[0], [0]]).node(
        "c", spoil, parent="each", x="{{ item }}", retry=again
    )
    flow = flow.node("d", spoil, x=[0], middleware=[{"use": "retry", "with": again}])
    built = flow.build()
    for _ in range(2):
        async with Engine() as engine:
            result = await (await engine.start(built)).result()
        assert [result.nodes[node].output for node in ("a", "b", "d", "each")] == [2, 2, 2, [2, 2]]
    assert seen == [2] * (2 * 5 * 3)
    assert built.nodes["a"].params == {"x": [0]}


async def test_an_item_is_the_functions_own(store: FlatBuffersStore) -> None:
    """(C6.1, C10.1)"""

    def spoil(ctx: Context) -> Any:
        ctx.item.append(1)
        return ctx.item

    flow = (
        WorkflowBuilder("f")
        .node("a", lambda: [[0], [0]])
        .node("each", "flow.foreach", after="a", items="{{ nodes.a.output }}")
    )
    flow = flow.node("b", spoil, parent="each").node("c", spoil, parent="each", after="b")
    result, _, _ = await kept(store, flow)
    assert result.nodes["each"].output == [[0, 1], [0, 1]]
    assert result.nodes["a"].output == [[0], [0]]


async def test_a_layer_of_ones_own_cannot_change_what_is_recorded(store: FlatBuffersStore) -> None:
    """(C5.2, C6.1)"""

    async def around(call_next: Any, ctx: Context) -> Any:
        ctx.params["fields"]["l"].append(2)
        result = await call_next(ctx)
        result["l"].append(3)
        performed = await ctx.perform("data.set", {"fields": "{{ nodes.a.output }}"})
        performed["l"].append(4)
        return result

    kit = Kit()
    middleware("spoil", target=kit.registry)(around)
    inner = {"action": "data.set", "params": {"fields": "{{ nodes.a.output }}"}, "middleware": [{"use": "spoil"}]}
    definition = workflow({"a": {"action": "data.set", "params": {"fields": {"l": [1]}}}, "b": inner}, "a>b")
    async with Engine(store=store, actions=kit.registry) as engine:
        result = await (await engine.start(definition, run_id="r")).result()
    assert result.nodes["b"].output == {"l": [1, 2, 3]}
    assert result.nodes["a"].output == {"l": [1]}


async def test_inputs_and_signals_are_taken_when_they_are_given(store: FlatBuffersStore) -> None:
    """(C6.1, C8.2)"""
    given, sent = {"q": [1]}, [1]
    flow = WorkflowBuilder("f").input("q").node("go", "flow.signal", name="go")
    async with Engine(store=store) as engine:
        run = await engine.start(flow.build(), given, run_id="r")
        given["q"].append(2)
        await run.result()
        await run.signal("go", sent)
        sent.append(2)
        result = await run.result()
    assert result.nodes["go"].output == folded(store, "r").node("go").output == [1]
    assert result.state.inputs == {"q": [1]}


async def test_a_live_output_has_the_types_that_the_journal_gives_back(store: FlatBuffersStore) -> None:
    """(C6.2, C7.4)"""

    class Level(IntEnum):
        HIGH = 3

    class Row(dict[str, Any]): ...

    def give(ctx: Context) -> Any:
        ctx.data.set("k", Level.HIGH)
        return Row(level=Level.HIGH)

    result, events, _ = await kept(store, WorkflowBuilder("f").node("a", give))
    live, again = result.nodes["a"].output, events.node("a").output
    assert (type(live), type(live["level"])) == (type(again), type(again["level"])) == (dict, int)
    assert type(result.state.data["k"]) is int


@pytest.mark.parametrize("threaded", [False, True])
async def test_the_live_state_is_the_fold_of_the_events_whatever_a_function_changes(
    store: FlatBuffersStore, threaded: bool
) -> None:
    """(C6.1, C7.4, C12)"""

    def deface(value: Any) -> Any:
        inside = list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
        for each in inside:
            deface(each)
        if isinstance(value, dict):
            value["defaced"] = True
        elif isinstance(value, list):
            value.append("defaced")
        return value

    def spoil(ctx: Context, whole: Any, data: Any, inputs: Any, literal: Any) -> Any:
        mine = {"mine": [1]}
        ctx.data.set("mine", mine)
        reached = [whole, data, inputs, literal, ctx.item, ctx.output, dict(ctx.upstream()), mine]
        reached += [ctx.data.get(key) for key in ("k", "mine")]
        reached += [ctx.data.output("a"), ctx.resolve("{{ nodes.a.output }}"), ctx.evaluate("data.k")]
        for each in reached:
            deface(each)
        return reached

    async def spoil_here(ctx: Context, whole: Any, data: Any, inputs: Any, literal: Any) -> Any:
        return spoil(ctx, whole, data, inputs, literal)

    params = {
        "whole": "{{ nodes.a.output }}", "data": "{{ data.k }}", "inputs": "{{ inputs.q }}", "literal": [{"l": []}],
    }  # fmt: skip
    function: Any = spoil if threaded else spoil_here
    flow = WorkflowBuilder("f").input("q").node("a", "data.set", fields={"l": [[1], {"x": []}]})
    flow = flow.node("k", lambda ctx: ctx.data.set("k", {"y": [[]]}), after="a").node(
        "b", function, after="k", **params
    )
    flow = flow.node("each", "flow.foreach", after="b", items=[[{}]]).node("c", function, parent="each", **params)
    flow = flow.node("d", "flow.fail", after="each", message="x", kind="validation_error")
    result, events, snapshot = await kept(store, flow, inputs={"q": [{}]})
    assert "defaced" in str(result.nodes["b"].output)
    assert result.nodes["each"].status == "completed"
    for state in (events, snapshot):
        assert state.data == result.state.data
        assert state.inputs == result.state.inputs
        assert {node: state.node(node).output for node in "abkcd"} == {n: result.nodes[n].output for n in "abkcd"}
        assert state.node("each").output == result.nodes["each"].output
    assert result.nodes["a"].output == {"l": [[1], {"x": []}]}
    assert result.state.data == {"k": {"y": [[]]}, "mine": {"mine": [1]}}


async def test_what_a_result_a_handle_an_event_and_a_context_give_is_the_callers_own() -> None:
    """(C6.1): changing it changes neither the run nor its journal."""

    async def write(ctx: Context) -> dict[str, Any]:
        ctx.data.set("k", [1])
        return {"n": [1]}

    async def spoil(ctx: Context) -> list[Any]:
        assert ctx.base is not None
        cast("Any", ctx.base)["k"].append(2)
        return cast("list[Any]", ctx.data.get("k"))

    kit = Kit(write=write, spoil=spoil)
    flow = workflow(
        {"a": {"action": "t.write"}, "b": {"action": "t.spoil"}}, "a>b", outputs={"x": "{{ nodes.a.output }}"}
    )
    async with kit.running(flow) as (_, handle):
        async for event in handle.events():
            event.payload.setdefault("data", {}).setdefault("set", {}).clear()
        result = await handle.result()
        for spoilt in (
            result.nodes["a"].output,
            result.outputs["x"],
            handle.state.outputs["x"],
            handle.state.output[0],
        ):
            spoilt["n"].append(2)
        for state in (result.state, handle.state, kit.store.load("r")):
            state.data["k"].append(2)
            state.inputs["x"] = 1
        assert (await handle.result()).outputs == {"x": {"n": [1]}}
    after = kit.store.load("r")
    assert (after.data, after.inputs, after.outputs, after.node("b").output) == ({"k": [1]}, {}, {"x": {"n": [1]}}, [1])
