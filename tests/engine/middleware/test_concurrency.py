from __future__ import annotations

import asyncio
from typing import Any

import pytest
from engine_kit import door, until
from layer_kit import Inner, RetryingHost, foreach_with, kit_of, nodes_with, retrying, through, use

from floworch import UsageError, concurrency
from floworch.actions.context import Context
from floworch.middleware.concurrency import chip
from floworch.testing import FakeHost


async def test_at_most_the_limit_is_inside_and_a_name_is_shared_across_layers(request: Any) -> None:
    """(C5.3)"""
    it, inner = door()
    layers = [concurrency(request.node.name, 2) for _ in range(4)]
    tasks = [asyncio.create_task(through(layer, inner, node=f"n{i}")) for i, layer in enumerate(layers)]
    await it.wait_for(2)
    for _ in range(20):
        await asyncio.sleep(0)
    assert it.entered == 2
    it.open()
    assert await asyncio.gather(*tasks) == ["through"] * 4


async def test_a_failure_and_a_cancel_give_the_place_back(request: Any) -> None:
    layer = concurrency(request.node.name)
    with pytest.raises(ValueError, match="no"):
        await through(layer, Inner(ValueError("no")))
    it, inner = door()
    task = asyncio.create_task(through(layer, inner))
    await it.wait_for()
    task.cancel()
    await asyncio.wait([task])
    assert await through(layer, Inner("next")) == "next"


async def test_whoever_waits_to_try_again_lends_its_place(request: Any) -> None:
    """Else a run whose slots are taken by those who wait for the place could never come to an end."""
    layer = concurrency(request.node.name)
    host = RetryingHost(1, between=lambda: through(layer, Inner("meanwhile")))
    assert await through(layer, retrying(Inner(ConnectionError("gone"), "done")), host) == "done"
    assert await through(layer, Inner("free")) == "free"


async def test_a_retry_that_is_given_up_or_cancelled_leaves_the_gate_free(request: Any) -> None:
    layer = concurrency(request.node.name)
    with pytest.raises(ConnectionError):
        await through(layer, retrying(Inner(ConnectionError("gone"))), RetryingHost(0))

    def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await through(layer, retrying(Inner(ConnectionError("gone"))), RetryingHost(1, between=cancelled))
    first, second = door()
    tasks = [asyncio.create_task(through(layer, second)) for _ in range(2)]
    await first.wait_for()
    assert first.entered == 1
    first.open()
    await asyncio.gather(*tasks)


async def test_it_wraps_an_action(request: Any) -> None:
    async def add(one: int, two: int) -> int:
        return one + two

    wrapped = concurrency(request.node.name)(add)
    assert await wrapped(FakeHost().context(), one=1, two=2) == 3


async def test_nodes_and_items_of_a_real_run_share_it(request: Any) -> None:
    inside, most = 0, 0

    async def act(ctx: Context) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        for _ in range(5):
            await asyncio.sleep(0)
        inside -= 1

    layers = [use("concurrency", name=request.node.name, limit=2)]
    kit = kit_of(act)
    assert (await kit.run(nodes_with(layers, "a", "b", "c", "d", "e"))).status == "completed"
    assert most == 2
    most = 0
    async with kit.engine() as engine:
        run = await engine.start(foreach_with(layers, list(range(6))), run_id="loop")
        assert (await run.result()).status == "completed"
    assert most == 2


async def test_a_bulkhead_does_not_starve_a_retry_of_its_slot(request: Any) -> None:
    """Every slot but none for the retry: the waiting nodes must come through all the same."""
    failed: set[str] = set()

    async def act(ctx: Context) -> str:
        if ctx.node not in failed:
            failed.add(ctx.node)
            raise ConnectionError("once")
        return ctx.node

    layers = [use("concurrency", name=request.node.name)]
    definition = nodes_with(layers, "a", "b", "c")
    kit = kit_of(act)
    async with kit.engine(max_concurrency=1) as engine:
        run = await engine.start(definition, run_id="r")
        result = await run.result()
    assert result.status == "completed"
    assert {node: view.attempts for node, view in result.nodes.items()} == {"a": 2, "b": 2, "c": 2}


async def test_a_cancelled_run_gives_its_places_back(request: Any) -> None:
    it, act = door()
    layers = [use("concurrency", name=request.node.name)]
    kit = kit_of(act)
    async with kit.running(nodes_with(layers, "a", "b")) as (_, run):
        await it.wait_for()
        await run.cancel()
        assert (await run.result()).status == "cancelled"
    await until(lambda: it.stopped == 1)
    assert await through(concurrency(request.node.name), Inner("free")) == "free"


def test_options_and_chip() -> None:
    with pytest.raises(UsageError):
        concurrency("x", 0)
    assert chip({"limit": 4}) == "≤ 4"


async def test_a_run_that_pauses_now_gives_its_places_back_and_takes_them_again(request: Any) -> None:
    """(C7.1)"""
    it, act = door()
    kit = kit_of(act)
    async with kit.running(nodes_with([use("concurrency", name=request.node.name)], "a", "b")) as (_, run):
        await it.wait_for()
        await run.pause(now=True)
        assert (await run.result()).status == "paused"
        assert await through(concurrency(request.node.name), Inner("free")) == "free"
        it.open()
        await run.resume()
        assert (await run.result()).status == "completed"
