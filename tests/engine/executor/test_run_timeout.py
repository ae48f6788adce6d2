"""``settings.timeout`` in a running engine: real attempts are stopped, the moment survives a restart."""

from __future__ import annotations

import asyncio
import time

from engine_kit import Kit, chain, door, until
from run_dialogue import workflow

from floworch import Wait
from floworch.clock import SystemClock


async def test_running_coroutines_are_cancelled_and_the_run_fails() -> None:
    """C4.5: for real."""
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(chain("through", "any", settings={"timeout": "30s"})) as (_, handle):
        await it.wait_for()
        result = await handle.result()
    assert it.stopped == 1
    assert result.status == "failed"
    assert result.error == {
        "kind": "timeout_error", "message": "the run took longer than its timeout of 30 s", "node": None,
    }  # fmt: skip
    assert [str(node.status) for node in result.nodes.values()] == ["cancelled", "skipped"]
    assert result.outputs == {}


async def test_a_process_is_killed() -> None:
    """C4.5"""
    kit = Kit()
    definition = workflow(
        {"a": {"action": "shell.run", "params": {"command": "sleep 600"}}}, settings={"timeout": "500ms"}
    )
    began = time.monotonic()
    async with kit.engine(clock=SystemClock()) as engine:
        result = await (await engine.start(definition, run_id="r")).result()
    assert result.error is not None
    assert (result.error["kind"], str(result.nodes["a"].status)) == ("timeout_error", "cancelled")
    assert time.monotonic() - began < 60


async def test_a_suspended_run_is_waited_for_when_its_time_ends_soon() -> None:
    """C8.3"""

    async def waits() -> Wait:
        return Wait("signal", "go")

    kit = Kit(waits=waits)
    result = await kit.run(chain("waits", settings={"timeout": "20s"}))
    assert result.status == "failed"
    assert result.error is not None
    assert result.error["kind"] == "timeout_error"


async def test_the_moment_survives_a_restart() -> None:
    """C7.1, C7.4: it is the one that was journaled, however long the run rests."""
    it, through = door()
    kit = Kit(through=through)
    async with kit.running(chain("through", "any", settings={"timeout": "100s"})) as (_, handle):
        await it.wait_for()
        await handle.pause(now=True)
        assert (await handle.result()).status == "paused"
    resting = kit.clock.now() + 99.0
    await kit.clock.sleep_until(resting)
    async with kit.engine() as engine:
        handle = await engine.resume("r")
        await it.wait_for(2)
        assert (await handle.result()).error is not None
    assert it.stopped == 2
    assert kit.clock.now() - resting < 2.0


async def test_a_run_that_ends_in_time_leaves_no_timer() -> None:
    kit = Kit()
    assert (await kit.run(chain("any", settings={"timeout": "1h"}))).status == "completed"
    await until(lambda: not [task for task in asyncio.all_tasks() if task.get_name() == "floworch-timers"])
