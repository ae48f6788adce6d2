"""Coroutines that swallow every request to stop hold neither timeout, cancel nor pause for ever (C4.5, C7.1, C7.3)."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from engine_kit import Kit, until
from run_dialogue import workflow

from floworch.actions import asking
from floworch.executor.given_up import run_to_end, stuck


class Deaf:
    """An action that goes on until the test ends it, however often it is asked to stop."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.entered = 0
        self.asked = 0
        self.left = 0
        self.fails = False

    async def __call__(self) -> str:
        self.entered += 1
        while not self.over.is_set():
            try:
                await self.over.wait()
            except asyncio.CancelledError:
                self.asked += 1
        self.left += 1
        if self.fails:
            raise ValueError("too late")
        return "late"


@pytest.fixture
async def deaf(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Deaf]:
    monkeypatch.setattr(asking, "PATIENCE", 0.01)
    it = Deaf()
    async with asyncio.timeout(30):
        yield it
        it.over.set()
        await until(lambda: it.left == it.entered)


def kit_of(it: Deaf, **options: Any) -> Kit:
    kit = Kit()

    async def deaf() -> str:
        return await it()

    kit.add("deaf", deaf, **options)
    return kit


async def test_a_timeout_ends_the_attempt_and_what_comes_late_is_dropped_and_told(
    deaf: Deaf, caplog: pytest.LogCaptureFixture
) -> None:
    """C4.5: a late result after a timeout is never a success."""
    kit = kit_of(deaf)
    nodes = {"a": {"action": "t.deaf", "timeout": 0.01, "retry": {"max_attempts": 1}}, "b": {}, "c": {}}
    result = await kit.run(workflow(nodes, "a:error>b", "c>b", settings={"max_concurrency": 1}))
    assert result.nodes["a"].error
    assert result.nodes["a"].error["kind"] == "timeout_error"
    assert (result.status, result.nodes["b"].status) == ("completed", "completed"), "its slot is free again"
    assert deaf.asked >= asking.MOST_ASKED
    assert stuck()
    logged = [event for event in kit.store.events("r") if "left to itself" in (event.payload or {}).get("message", "")]
    assert [(event.payload or {})["level"] for event in logged] == ["warning"]
    with caplog.at_level(logging.WARNING, "floworch"):
        deaf.over.set()
        await until(
            lambda: "run r: node a has ended long after it was asked to stop; what came of it is dropped" in caplog.text
        )
    assert not stuck()
    assert kit.store.load("r").errors[0]["kind"] == "timeout_error"


async def test_a_late_error_is_dropped_too_also_inside_a_retry_layer(
    deaf: Deaf, caplog: pytest.LogCaptureFixture
) -> None:
    """C5.4: the layer asks for another attempt of a node that has ended."""
    kit = kit_of(deaf)
    deaf.fails = True
    layers = [{"use": "retry", "with": {"max_attempts": 3, "delay": 0}}]
    node = {"action": "t.deaf", "timeout": 0.01, "middleware": layers, "retry": None}
    result = await kit.run(workflow({"a": {name: value for name, value in node.items() if value is not None}}))
    assert result.error is not None
    assert result.error["kind"] == "timeout_error"
    with caplog.at_level(logging.WARNING, "floworch"):
        deaf.over.set()
        await until(lambda: "what came of it is dropped: " in caplog.text)
    assert deaf.entered == 1
    assert kit.story().count("node_started a") == 1


async def test_a_timeout_layer_comes_to_an_end_too(deaf: Deaf) -> None:
    """C5.3"""
    kit = kit_of(deaf)
    layers = [{"use": "logging"}, {"use": "timeout", "with": {"after": 0.01}}]
    result = await kit.run(workflow({"a": {"action": "t.deaf", "middleware": layers}}))
    assert result.error is not None
    assert (result.error["kind"], result.error["message"]) == ("timeout_error", "it took longer than 0.01 s")
    assert deaf.entered == 1


@pytest.mark.parametrize(("effect", "attempts"), [("idempotent", 2), ("unsafe", 1)])
async def test_the_next_attempt_of_an_unsafe_node_is_not_begun_beside_it(
    deaf: Deaf, effect: str, attempts: int
) -> None:
    """C7.8"""
    kit = kit_of(deaf, effect=effect)
    retry = {"max_attempts": 2, "delay": 0}
    result = await kit.run(workflow({"a": {"action": "t.deaf", "timeout": 0.01, "retry": retry}}))
    assert result.nodes["a"].attempts == attempts
    assert deaf.entered == attempts


@pytest.mark.parametrize(("verb", "effect", "status", "left"), [
    ("cancel", "idempotent", "cancelled", "cancelled"), ("cancel", "unsafe", "cancelled", "cancelled"),
    ("pause", "idempotent", "paused", "pending"), ("pause", "unsafe", "paused", "in_doubt"),
])  # fmt: skip
async def test_cancel_and_pause_come_to_an_end(deaf: Deaf, verb: str, effect: str, status: str, left: str) -> None:
    """C7.1, C7.3: nothing stays running for ever; whether an unsafe one runs again beside it, a person decides."""
    kit = kit_of(deaf, effect=effect)
    async with kit.running(workflow({"a": {"action": "t.deaf"}})) as (_, handle):
        await until(lambda: deaf.entered)
        await (handle.cancel() if verb == "cancel" else handle.pause(now=True))
        result = await handle.result()
    assert (result.status, result.nodes["a"].status) == (status, left)


async def test_a_run_that_was_paused_goes_on_beside_it(deaf: Deaf) -> None:
    """C7.1: what the first attempt does later is not the outcome of the second."""
    kit = kit_of(deaf)
    async with kit.running(workflow({"a": {"action": "t.deaf"}})) as (engine, handle):
        await until(lambda: deaf.entered)
        await handle.pause(now=True)
        assert (await handle.result()).status == "paused"
        again = await engine.resume("r")
        await until(lambda: deaf.entered == 2)
        deaf.over.set()
        result = await again.result()
    assert (result.status, result.nodes["a"].output, result.nodes["a"].attempts) == ("completed", "late", 2)


def test_a_loop_ends_without_what_was_left_to_itself() -> None:
    code = """
import asyncio, sys, os
from floworch import Engine, WorkflowBuilder, action
from floworch.actions import asking
from floworch.executor.given_up import run_to_end, stuck
asking.PATIENCE = 0.01
async def deaf():
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass
async def main():
    flow = WorkflowBuilder("w").node("a", deaf, timeout=0.01).build()
    async with Engine() as engine:
        return (await (await engine.start(flow)).result()).status
status = run_to_end(main())
assert stuck()
os._exit(0 if status == "failed" else 1)
"""
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_workflow_that_a_program_runs_comes_to_an_end_too() -> None:
    """C7.3: ``run`` waits for the run, not for what was left to itself; the program goes on and ends by itself."""
    code = """
import asyncio
from floworch import WorkflowBuilder
from floworch.actions import asking
asking.PATIENCE = 0.01
async def deaf():
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass
flow = WorkflowBuilder("w").node("a", deaf, timeout=0.01).build()
for _ in range(2):
    print(flow.run().status)
"""
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, ["failed", "failed"]), done.stderr


def test_a_loop_without_such_a_coroutine_is_closed() -> None:
    loops: list[asyncio.AbstractEventLoop] = []

    async def main() -> int:
        loops.append(asyncio.get_running_loop())
        return 3

    assert run_to_end(main()) == 3
    assert loops[0].is_closed()
