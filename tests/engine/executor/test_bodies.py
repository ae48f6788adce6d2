"""Bodies in threads and worker processes: stops, timeouts and late results (C4.5, C7.1, C14)."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import pytest
from engine_kit import Kit, chain, until
from run_dialogue import workflow

from floworch import Engine, WorkflowBuilder, action, compose, retry
from floworch.actions.context import Context
from floworch.actions.registry import registry
from floworch.executor import bodies
from floworch.executor.places import bounded_by
from floworch.testing import FakeHost


@pytest.fixture
def gate() -> Any:
    """An event that threads wait for; opened at the end, so that no thread is left behind."""
    event = threading.Event()
    yield event
    event.set()


async def test_a_late_result_of_a_thread_is_dropped_and_the_thread_is_told(gate: threading.Event) -> None:
    """C4.5"""
    told: list[str | None] = []
    over = threading.Event()

    def slow(ctx: Context) -> str:
        ctx.data.set("late", True)
        while ctx.cancelled is None and not gate.wait(0.001):
            pass
        told.append(ctx.cancelled)
        over.set()
        return "late"

    result = await Kit(slow=slow).run(workflow({"a": {"action": "t.slow", "timeout": 0.02, "effect": "unsafe"}}))
    assert result.nodes["a"].error
    assert result.nodes["a"].error["kind"] == "timeout_error"
    assert over.wait(10)
    assert told == ["timeout"]
    assert result.state.data == {}


async def test_a_retried_thread_is_not_mistaken_for_its_timed_out_predecessor(gate: threading.Event) -> None:
    """C4.5: each attempt is asked to stop for itself, also when a layer retries."""
    seen: list[tuple[int, str | None]] = []
    over = threading.Event()

    def slow(ctx: Context) -> str:
        if ctx.attempt > 1:
            return "second"
        while ctx.cancelled is None and not gate.wait(0.001):
            pass
        seen.append((ctx.attempt, ctx.cancelled))
        over.set()
        return "first"

    layers = [{"use": "retry", "with": {"max_attempts": 2, "delay": 0}}]
    result = await Kit(slow=slow).run(workflow({"a": {"action": "t.slow", "timeout": 0.02, "middleware": layers}}))
    assert result.nodes["a"].output == "second"
    assert over.wait(10)
    assert seen == [(1, "timeout")]


@pytest.mark.parametrize(("verb", "word", "status"), [("pause", "pause", "paused"), ("cancel", "cancel", "cancelled")])
async def test_a_thread_that_heeds_a_stop_ends_with_its_own_outcome(verb: str, word: str, status: str) -> None:
    """C7.1, C7.3"""
    entered = threading.Event()

    def polite(ctx: Context) -> str:
        entered.set()
        while ctx.cancelled is None:
            pass
        return str(ctx.cancelled)

    kit = Kit(polite=polite)
    async with kit.running(chain("polite")) as (_, handle):
        await until(entered.is_set)
        await (handle.pause(now=True) if verb == "pause" else handle.cancel())
        result = await handle.result()
    assert result.status == status
    assert result.nodes["a"].output == word


async def test_a_deaf_thread_is_left_behind(gate: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """C7.3: it cannot be killed; after a grace time the run ends without it."""
    monkeypatch.setattr(bodies, "GRACE", 0.01)
    entered = threading.Event()

    def deaf() -> None:
        entered.set()
        gate.wait()

    kit = Kit(deaf=deaf)
    async with kit.running(chain("deaf")) as (_, handle):
        await until(entered.is_set)
        await handle.cancel()
        assert (await handle.result()).status == "cancelled"


async def test_waiting_for_a_thread_counts_toward_no_timeout(gate: threading.Event) -> None:
    """C15: a thread is a slot, too."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(gate.wait)
        async with asyncio.timeout(60) as limit:
            with bounded_by(limit):
                waiting = asyncio.ensure_future(_off_loop(pool).thread(_context(), lambda: "done"))
                await asyncio.sleep(0)
                assert limit.when() is None
                gate.set()
                assert await waiting == "done"
                assert limit.when() is not None


@pytest.mark.parametrize("reason", ["pause", "timeout"])
async def test_what_is_stopped_while_it_waits_for_a_thread_never_begins(gate: threading.Event, reason: str) -> None:
    """C7.1: from the intent no attempt starts."""
    ran: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        pool.submit(gate.wait)
        off_loop, ctx = _off_loop(pool), _context()
        waiting = asyncio.ensure_future(off_loop.thread(ctx, lambda: ran.append("late")))
        await asyncio.sleep(0)
        off_loop.expired(ctx, reason)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        gate.set()
    assert ran == []


def _off_loop(pool: ThreadPoolExecutor) -> bodies.OffLoop:
    return bodies.OffLoop(lambda: pool, lambda *_: None, lambda *_: None)  # type: ignore[arg-type, return-value]


def _context() -> Context:
    return Context(FakeHost(), "r", "w", "a")


async def test_a_command_is_killed_by_its_timeout() -> None:
    """C4.5: for real, not only forgotten."""
    definition = workflow(
        {"a": {"action": "shell.run", "params": {"command": "sleep 60"}, "timeout": 0.1, "effect": "unsafe"}}
    )
    result = await Kit().run(definition)
    assert result.nodes["a"].error
    assert result.nodes["a"].error["kind"] == "timeout_error"


def whereabouts(n: int = 1) -> list[int]:
    """A body that another process imports by its name."""
    return [os.getpid(), n]


ACTIONS = registry.copy()


@action("tests.bodies.stubborn", run_on="process", into=ACTIONS)
@retry(3, delay=0)
def stubborn(ctx: Context) -> list[int]:
    """Its module gives it with the layer around it."""
    if ctx.attempt < 3:
        raise ConnectionError("not yet")
    return [os.getpid(), ctx.attempt]


async def test_layers_around_a_function_run_here_and_only_the_function_elsewhere() -> None:
    """C5.2, C14: where they are written down they do; one that only Python can hold was left out, without a word."""
    seen: list[int] = []

    async def layer(call_next: Any, ctx: Context) -> Any:
        seen.append(os.getpid())
        return {"inside": await call_next(ctx.replace(params={"n": ctx.params["n"] + 1}))}

    around = compose([layer, retry(2, predicate=lambda error: False)], whereabouts)
    builder = WorkflowBuilder("w", catalog=ACTIONS)
    flow = builder.node("a", around, run_on="process", n=4).node("b", stubborn, after="a").build()
    async with Engine(actions=ACTIONS) as engine:
        result = await (await engine.start(flow)).result()
    assert result.status == "completed", result.error
    pid, n = result.nodes["a"].output["inside"]
    assert (n, seen) == (5, [os.getpid()])
    assert pid != os.getpid()
    assert result.nodes["b"].output[0] != os.getpid()
    assert (result.nodes["b"].output[1], result.nodes["b"].attempts) == (3, 3)


async def test_a_thread_sees_the_context_variables_of_its_attempt() -> None:
    """As ``asyncio.to_thread`` does it: the span of a layer is that of what the function does."""
    who: ContextVar[str] = ContextVar("who", default="nobody")

    async def named(call_next: Any, ctx: Context) -> Any:
        token = who.set(f"{ctx.node} {ctx.attempt}")
        try:
            return await call_next(ctx)
        finally:
            who.reset(token)

    def plain() -> str:
        seen = who.get()
        who.set("changed in the thread")
        return seen

    flow = WorkflowBuilder("w").node("a", compose([named], plain), timeout=5).node("b", plain, after="a").build()
    who.set("the caller")
    result = await flow.arun()
    assert (result.nodes["a"].output, result.nodes["b"].output, who.get()) == ("a 1", "the caller", "the caller")


async def test_a_run_that_a_thread_begins_leaves_the_time_of_the_attempt_alone() -> None:
    inner = WorkflowBuilder("inner").node("a", os.getpid).build()

    def begins() -> bool:
        return inner.run().nodes["a"].output == os.getpid()

    result = await WorkflowBuilder("w").node("a", begins, timeout=5).build().arun()
    assert (result.status, result.nodes["a"].output) == ("completed", True)
