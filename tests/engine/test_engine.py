"""The one door: starting, resuming, controlling and closing runs (interfaces.md section 2, C7)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from engine_kit import Door, Kit, LateStore, chain, door, story, until
from run_dialogue import workflow

from floworch import (
    DefinitionError,
    Engine,
    Expand,
    FlatBuffersStore,
    MemoryStore,
    RunExists,
    RunLocked,
    RunNotFound,
    UsageError,
    Wait,
    WorkflowBuilder,
)  # fmt: skip
from floworch.actions.context import Context
from floworch.engine import arun, run


async def waits_for_go() -> Wait:
    return Wait("signal", "go")


async def test_a_run_gives_its_outputs() -> None:
    """C2.7"""

    async def double(n: int) -> int:
        return 2 * n

    kit = Kit(double=double)
    definition = workflow(
        {"a": {"action": "t.double", "params": {"n": "{{ inputs.n }}"}}},
        inputs={"n": {"type": "integer", "default": 4}},
        outputs={"x": "{{ nodes.a.output }}"},
    )  # fmt: skip
    assert (await kit.run(definition)).outputs == {"x": 8}


@pytest.mark.parametrize("bad", ["", "../x", "a/b", ".x", "x" * 129, "a b"])
async def test_a_malformed_run_id_is_refused(bad: str) -> None:
    """C13"""
    async with Kit().engine() as engine:
        with pytest.raises(UsageError):
            await engine.start(chain("any"), run_id=bad)


async def test_a_taken_run_id_an_invalid_workflow_and_bad_settings_are_refused() -> None:
    kit = Kit()
    async with kit.engine() as engine:
        await (await engine.start(chain("any"), run_id="r")).result()
        with pytest.raises(RunExists):
            await engine.start(chain("any"), run_id="r")
        with pytest.raises(DefinitionError):
            await engine.start(workflow({"a": {"action": "no.such"}}))
        with pytest.raises(UsageError):
            await engine.start(chain("any"), max_concurrency=0)
        with pytest.raises(UsageError):
            await engine.start(chain("any"), durability="paper")
        with pytest.raises(UsageError):
            await engine.start(chain("any"), {"undeclared": 1})
        assert [line.run_id for line in kit.store.list()] == ["r"]


async def test_two_engines_cannot_work_on_one_run() -> None:
    """C7.4: the second is told who does."""
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(chain("through")) as (_, handle):
        await it.wait_for()
        async with kit.engine() as other:
            for attempt in (other.resume, other.retry, other.pause, other.cancel):
                with pytest.raises(RunLocked) as caught:
                    await attempt("r")
                assert caught.value.owner["pid"]
        it.open()
        assert (await handle.result()).status == "completed"


async def test_a_paused_run_goes_on_in_another_engine_and_completed_nodes_stay(tmp_path: Path) -> None:
    """C7.2, on disk"""
    it, through = door()
    kit = Kit(through=through)

    async def counts(ctx: Context) -> int:
        kit.ran.append((ctx.node, ctx.attempt, ctx.scope))
        return ctx.attempt

    kit.add("counts", counts)
    async with kit.engine(store=FlatBuffersStore(tmp_path)) as engine:
        handle = await engine.start(chain("counts", "through", "counts"), run_id="r")
        await it.wait_for()
        await engine.pause("r", now=True)
        assert (await handle.result()).status == "paused"
    it.open()
    async with kit.engine(store=FlatBuffersStore(tmp_path)) as engine:
        result = await (await engine.resume("r")).result()
    assert result.status == "completed"
    assert kit.ran == [("a", 1, ()), ("c", 1, ())]
    assert result.nodes["b"].attempts == 2


async def test_resume_right_after_pause_waits_for_the_lock_to_be_free() -> None:
    """C7.2: pause returns once the intent is durable, which is before the journal is closed."""
    kit = Kit(waits=waits_for_go)
    async with kit.running(chain("waits", "any")) as (engine, handle):
        await handle.result()
        for _ in range(3):
            await engine.pause("r")
            again = await engine.resume("r")
            assert again is handle
            assert again.live
        await engine.pause("r")
        await engine.signal("r", "go")
        await engine.resume("r")
        assert (await handle.result()).status == "completed"


async def test_a_run_that_ended_gives_its_result_again() -> None:
    kit = Kit()
    await kit.run(chain("any"))
    async with kit.engine() as engine:
        handle = await engine.resume("r")
        assert not handle.live
        assert (await handle.result()).status == "completed"
        assert [event.seq for event in [e async for e in handle.events()]] == list(range(len(kit.story())))
        with pytest.raises(UsageError):
            await handle.pause()
        with pytest.raises(UsageError):
            await engine.pause("r")


async def test_unknown_runs_and_words_are_refused() -> None:
    async with Kit().engine() as engine:
        with pytest.raises(RunNotFound):
            await engine.resume("none")
        with pytest.raises(UsageError):
            await engine.resume("none", in_doubt="perhaps")


async def test_retry_of_a_failed_run() -> None:
    """C7.9"""
    good = False

    async def perhaps() -> str:
        if not good:
            raise ValueError("not yet")
        return "now"

    kit = Kit(perhaps=perhaps)
    async with kit.running(chain("any", "perhaps", "any")) as (engine, handle):
        assert (await handle.result()).status == "failed"
        good = True
        again = await engine.retry("r")
        assert (await again.result()).status == "completed"
        with pytest.raises(UsageError):
            await engine.retry("r")
        assert (await again.result()).nodes["a"].attempts == 1


async def test_a_live_run_cannot_be_retried() -> None:
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(chain("through")) as (engine, handle):
        with pytest.raises(UsageError):
            await engine.retry("r")
        it.open()
        assert (await handle.result()).status == "completed"


async def test_a_run_cut_off_by_a_crash_goes_on_elsewhere() -> None:
    """C7.2, C7.4: the first engine is dropped without a word."""
    it, through = door()
    kit = Kit(through=through)
    first = kit.engine()
    handle = await first.start(chain("any", "through", "any"), run_id="r")
    await it.wait_for()
    driver = handle.working("crash")
    driver.log.abandon()
    assert kit.store.load("r").status == "interrupted"
    driver.close()
    await handle.stopped()
    it.open()
    async with kit.engine() as second:
        result = await (await second.resume("r")).result()
    assert result.status == "completed"
    assert kit.story().count("node_started a") == 1
    assert result.nodes["b"].attempts == 2


@pytest.mark.parametrize("cut", range(2, 24, 3))
async def test_every_prefix_of_a_journal_ends_like_the_whole(cut: int) -> None:
    """C7.4: with a loop, a choice of ports and data."""

    async def lists() -> Expand:
        return Expand([1, 2, 3], 2)

    async def item(ctx: Context) -> int:
        ctx.data.set(f"k{ctx.index}", ctx.item)
        return int(ctx.item) * 10

    kit = Kit(item=item)
    kit.add("lists", lists, container=True)
    definition = workflow(
        {"a": {"action": "t.any"}, "l": {"action": "t.lists"}, "x": {"action": "t.item", "parent": "l"}}, "a>l",
        outputs={"x": "{{ nodes.l.output }}"},
    )  # fmt: skip
    whole = await kit.run(definition)
    assert whole.outputs == {"x": [10, 20, 30]}
    events = list(kit.store.events("r"))
    other = MemoryStore()
    log = other.create(kit.store.header("r"))
    log.append(events[:cut])
    log.abandon()
    async with kit.engine(store=other) as engine:
        result = await (await engine.resume("r")).result()
    assert (result.status, result.outputs, result.state.data) == (whole.status, whole.outputs, whole.state.data)


async def test_a_foreach_in_a_foreach_sees_both_items() -> None:
    """C10.1, C15"""
    seen: list[Any] = []

    async def lists(items: list[Any]) -> Expand:
        return Expand(items, 2)

    async def pair(outer: Any, inner: Any, at: list[int]) -> str:
        seen.append(at)
        return f"{outer}{inner}"

    kit = Kit(pair=pair)
    kit.add("lists", lists, container=True)
    definition = workflow(
        {
            "o": {"action": "t.lists", "params": {"items": ["a", "b"]}},
            "i": {"action": "t.lists", "parent": "o", "params": {"items": [1, 2]}},
            "x": {
                "action": "t.pair", "parent": "i",
                "params": {
                    "outer": "{{ outer.item }}", "inner": "{{ item }}", "at": ["{{ outer.index }}", "{{ index }}"],
                },
            },
        }
    )  # fmt: skip
    result = await kit.run(definition)
    assert result.nodes["o"].output == [["a1", "a2"], ["b1", "b2"]]
    assert sorted(seen) == [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize("now", [False, True])
async def test_a_loop_pauses_and_goes_on_with_the_items_that_had_not_ended(now: bool) -> None:
    """C7.1, C10.1"""
    it = Door()

    async def lists() -> Expand:
        return Expand(list(range(6)), 2)

    kit = Kit()

    async def item(ctx: Context) -> int:
        kit.ran.append((ctx.node, ctx.attempt, ctx.scope))
        if ctx.index == 2:
            await it(ctx)
        return int(ctx.item)

    kit.add("lists", lists, container=True)
    kit.add("item", item)
    definition = workflow({"l": {"action": "t.lists"}, "x": {"action": "t.item", "parent": "l"}})
    async with kit.running(definition) as (engine, handle):
        await it.wait_for()
        await handle.pause(now=now)
        it.open()
        assert (await handle.result()).status == "paused"
        await engine.resume("r")
        result = await handle.result()
    assert result.nodes["l"].output == list(range(6))
    scopes = [scope for _, _, scope in kit.ran]
    assert {scope for scope in scopes if scopes.count(scope) > 1} == ({(2,)} if now else set())


async def test_the_order_in_which_things_become_durable_is_kept() -> None:
    """Architecture decision 1: nothing starts before what led to it is durable; a run woken in between is not idle."""
    kit = Kit(waits=waits_for_go)
    store = LateStore()
    async with kit.engine(store=store) as engine, store.at_once_in_the_end():
        starting = asyncio.ensure_future(engine.start(chain("waits", "any"), run_id="r"))
        await until(lambda: hasattr(store, "log"))
        assert not starting.done()
        store.log.sync()
        handle = await starting
        await until(lambda: handle.state.status == "suspended")
        signalling = asyncio.ensure_future(handle.signal("go"))
        await until(lambda: handle.state.status_of("a") == "completed")
        store.log.sync()
        await signalling
        assert not handle.working("look").suspended.is_set()
        await until(lambda: handle.state.status_of("b") == "completed" or store.log.sync())
        await until(lambda: not handle.live or store.log.sync())
        assert (await handle.result()).status == "completed"


async def test_a_cancel_that_comes_while_the_pause_becomes_durable_reaches_watchers() -> None:
    """C12: what is in the journal is published."""
    kit = Kit(waits=waits_for_go)
    store = LateStore()
    async with kit.engine(store=store) as engine, store.at_once_in_the_end():
        starting = asyncio.ensure_future(engine.start(chain("waits"), run_id="r"))
        await until(lambda: hasattr(store, "log"))
        store.log.sync()
        handle = await starting
        seen: list[int] = []
        handle.subscribe(lambda batch: seen.extend(event.seq for event in batch))
        await until(lambda: handle.state.status == "suspended")
        pausing = asyncio.ensure_future(handle.pause())
        await until(lambda: handle.state.status == "paused")
        cancelling = asyncio.ensure_future(handle.cancel())
        await until(lambda: handle.state.status == "cancelled")
        store.log.sync()
        await pausing
        await cancelling
        await handle.stopped()
    assert seen == list(range(len(story(store))))
    assert story(store)[-1] == "run_cancelled"


async def test_arun_and_run_are_the_whole_way() -> None:
    kit = Kit()
    result = await arun(chain("any"), actions=kit.registry, store=kit.store, run_id="x")
    assert (result.status, result.run_id) == ("completed", "x")
    assert kit.store.owner("x") is None
    with pytest.raises(UsageError, match="event loop"):
        run(chain("any"), actions=kit.registry)


def test_run_works_without_a_loop_also_for_a_lambda() -> None:
    """interfaces.md section 2"""
    flow = WorkflowBuilder("lam").node("a", lambda: 41).node("b", lambda n: n + 1, n="{{ nodes.a.output }}", after="a")
    result = flow.output("x", "{{ nodes.b.output }}").build().run()
    assert result.outputs == {"x": 42}


def test_a_timeout_under_run_tells_of_no_error_that_never_happened() -> None:
    """C4.5"""
    never = {"n": {"action": "t.never", "timeout": "10ms"}}

    async def forever() -> None:
        await asyncio.Event().wait()

    result = run(workflow(never), actions=Kit(never=forever).registry)
    assert result.nodes["n"].error["message"] == "the attempt took longer than its timeout of 0.01 s"


async def test_an_engine_without_arguments_keeps_runs_in_memory() -> None:
    assert isinstance(Engine().store, MemoryStore)
