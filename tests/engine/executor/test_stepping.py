"""Breakpoints and steps in a running engine (C7.7)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from engine_kit import Kit, chain, door, until
from run_dialogue import workflow

from floworch import UsageError, Wait
from floworch.actions.context import Context


def say(value: Any = None, **fields: Any) -> dict[str, Any]:
    return {"action": "t.say", "params": {"v": value}, **fields}


def kit() -> Kit:
    async def put(ctx: Context, v: Any = None) -> Any:
        if v is not None:
            ctx.data.set("seen", v)
        return v

    async def waits() -> Wait:
        return Wait("signal", "go")

    return Kit(say=put, waits=waits)


async def test_a_condition_sees_what_the_parameters_of_its_node_see() -> None:
    """C7.7"""
    here = kit()
    condition = "{{ data.seen == 7 and nodes.a.output == inputs.n and run.id == 'r' }}"
    definition = workflow(
        {"a": say("{{ inputs.n }}"), "b": say("b", breakpoint=condition)}, "a>b", inputs={"n": {"default": 7}}
    )
    async with here.running(definition) as (_, handle):
        result = await handle.result()
        assert result.status == "paused"
        assert result.state.pause_reason == f"at the breakpoint of 'b': {condition}"
        await handle.resume()
        assert (await handle.result()).status == "completed"


@pytest.mark.parametrize(
    ("condition", "said"), [("{{ nodes.a.output }}", "gave int"), ("{{ nodes.a.output.x == 1 }}", "is undefined")]
)
async def test_a_condition_must_give_a_bool(condition: str, said: str) -> None:
    """C7.7, C15: validation_error of that node."""
    definition = workflow({"a": say(7), "b": say("b", breakpoint=condition)}, "a>b")
    result = await kit().run(definition)
    assert result.status == "failed"
    assert result.error is not None
    assert (result.error["kind"], result.error["node"]) == ("validation_error", "b")
    assert said in result.error["message"]
    assert result.nodes["b"].status == "failed"


async def test_breakpoints_of_items_are_asked_with_their_item() -> None:
    """C7.7, C10.1"""
    here = kit()
    definition = workflow(
        {"loop": {"action": "flow.foreach", "params": {"items": [5, 6, 7]}},
         "x": say("{{ item }}", parent="loop", breakpoint="item == 6 and index == 1")},
        outputs={"r": "{{ nodes.loop.output }}"},
    )  # fmt: skip
    async with here.running(definition) as (_, handle):
        assert (await handle.result()).state.pause_reason == (
            "at the breakpoint of 'x' in item 1: item == 6 and index == 1"
        )
        await handle.resume()
        assert (await handle.result()).outputs == {"r": [5, 6, 7]}


@pytest.mark.parametrize("how", ["argument", "environment"])
async def test_breakpoints_can_be_left_out(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """C7.7: for runs without a person near."""
    if how == "environment":
        monkeypatch.setenv("FLOWORCH_NO_BREAKPOINTS", "1")
    options = {"breakpoints": False} if how == "argument" else {}
    result = await kit().run(workflow({"a": say(1, breakpoint=True)}), **options)
    assert result.status == "completed"


async def test_a_run_that_left_them_out_goes_on_leaving_them_out() -> None:
    """C7.7: also in another process, until somebody says otherwise."""
    here = kit()
    definition = workflow({"w": {"action": "t.waits"}, "a": say(1, breakpoint=True), "b": say(1, breakpoint=True)},
                          "w>a", "a>b")  # fmt: skip
    async with here.running(definition, breakpoints=False) as (_, handle):
        await handle.result()
        await handle.pause()
    async with here.engine() as engine:
        await engine.signal("r", "go")
        handle = await engine.resume("r", breakpoints=True)
        assert (await handle.result()).state.pause_reason == "at the breakpoint of 'a'"
        handle = await engine.resume("r")
        assert (await handle.result()).status == "completed"


async def test_steps_run_one_node_each_from_the_start_to_the_end() -> None:
    """C7.7"""
    here = kit()
    definition = workflow({"a": say(1), "b": say(2), "c": say(3)}, "a>c", "b>c", outputs={"c": "{{ nodes.c.output }}"})
    async with here.running(definition, step=True) as (_, handle):
        assert (await handle.result()).state.pause_reason == "before its first step"
        await handle.step("b")
        result = await handle.result()
        assert {name: str(node.status) for name, node in result.nodes.items()} == {
            "a": "pending", "b": "completed", "c": "pending",
        }  # fmt: skip
        await handle.step()
        assert (await handle.result()).state.pause_reason == "after a step: 'a'"
        await handle.step()
        assert (await handle.result()).outputs == {"c": 3}
        with pytest.raises(UsageError, match="nothing to step"):
            await handle.step()


async def test_a_step_after_a_breakpoint_takes_its_node_first() -> None:
    """C7.7: although another one is ready and comes before it."""
    here = kit()
    definition = workflow({"a": say(1), "b": say(1), "z": say(1, breakpoint=True)}, "a>z", "a>b")
    async with here.running(definition) as (engine, handle):
        assert (await handle.result()).state.pause_reason == "at the breakpoint of 'z'"
        await engine.step("r")
        result = await handle.result()
        assert result.state.pause_reason == "after a step: 'z'"
        assert result.nodes["b"].status == "pending"


async def test_a_step_is_refused_with_what_is_ready() -> None:
    here = kit()
    async with here.running(workflow({"a": say(1), "b": say(1), "c": say(1)}, "a>c"), step=True) as (engine, handle):
        await handle.result()
        before = here.story()
        with pytest.raises(UsageError, match="not ready") as refused:
            await engine.step("r", "c")
        assert refused.value.hint == "Ready: a, b."
        with pytest.raises(UsageError, match="has no node 'x'"):
            await engine.step("r", "x")
        with pytest.raises(UsageError, match="item 3 of 'a' is not ready"):
            await engine.step("r", "a", item=3)
        assert here.story() == before
        await handle.step("a")
        await handle.result()


async def test_a_run_at_work_must_be_paused_before_it_is_stepped() -> None:
    it, through = door()
    here = Kit(through=through)
    async with here.running(chain("through", "any", "any")) as (engine, handle):
        await it.wait_for()
        with pytest.raises(UsageError, match="is running") as refused:
            await engine.step("r")
        assert "floworch pause r" in refused.value.hint
        await handle.pause()
        stepping = asyncio.ensure_future(handle.step())  # it waits for the pause
        it.open()
        await stepping
        result = await handle.result()
        assert [str(node.status) for node in result.nodes.values()] == ["completed", "completed", "pending"]


async def test_a_suspended_run_can_be_stepped_past_what_it_waits_for() -> None:
    """C7.7, C8.3"""
    here = kit()
    async with here.running(workflow({"a": {"action": "t.waits"}, "b": say(1), "c": say(1)}, "a>b", "b>c")) as (
        engine,
        handle,
    ):
        assert (await handle.result()).status == "suspended"
        with pytest.raises(UsageError, match="can start now"):
            await engine.step("r")
        await engine.signal("r", "go")
        await engine.step("r")
        result = await handle.result()
        assert [str(node.status) for node in result.nodes.values()] == ["completed", "completed", "pending"]


async def test_a_step_waits_for_the_timer_before_the_next_node() -> None:
    """C7.7, C8.1"""
    here = kit()
    definition = workflow(
        {"w": {"action": "flow.wait", "params": {"for": "20s"}}, "b": say(1), "c": say(1)}, "w>b", "b>c"
    )
    async with here.running(definition, step=True) as (_, handle):
        for expected in ("w", "b"):
            await handle.result()
            await handle.step()
            await until(lambda: handle.state.status == "paused")
            assert handle.state.pause_reason == f"after a step: {expected!r}"


async def test_a_step_of_a_run_that_has_ended_gives_its_result() -> None:
    here = kit()
    await here.run(workflow({"a": say(1)}))
    async with here.engine() as engine:
        assert (await (await engine.step("r")).result()).status == "completed"


async def test_a_step_in_another_engine_after_a_crash() -> None:
    """C7.4, C7.7: what had started and not ended is the node that is stepped."""
    it, through = door()
    here = Kit(through=through)
    definition = chain("any", "through", "any")
    async with here.running(definition) as (_, handle):
        await it.wait_for()
        events = list(here.store.events("r"))
        it.open()
        await handle.result()
    other = Kit(through=through)
    header = here.store.header("r")
    log = other.store.create(header)
    log.append(events)
    log.close()
    async with other.engine() as engine:
        result = await (await engine.step("r")).result()
        assert result.state.pause_reason == "after a step: 'b'"
        assert result.nodes["b"].attempts == 2
