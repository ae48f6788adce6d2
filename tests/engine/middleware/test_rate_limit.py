from __future__ import annotations

import asyncio
from typing import Any

import pytest
from engine_kit import door
from layer_kit import Inner, RetryingHost, foreach_with, kit_of, nodes_with, retrying, through, use

from floworch import UsageError, rate_limit
from floworch.actions.context import Context
from floworch.actions.spec import LayerSpec
from floworch.middleware.rate_limit import RateLimitOptions, chip
from floworch.testing import FakeClock


def starts(clock: FakeClock) -> tuple[list[float], Any]:
    """A list of the moments at which the returned inner call began, in seconds since the clock's start."""
    zero, moments = clock.now(), list[float]()

    async def inner(ctx: Context) -> None:
        moments.append(round(clock.now() - zero, 6))

    return moments, inner


async def test_never_more_than_the_limit_start_in_any_period(request: Any) -> None:
    """(C5.3)"""
    clock = FakeClock()
    moments, inner = starts(clock)
    layer = rate_limit(request.node.name, 2, "1s", clock=clock)
    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(through(layer, inner))
    assert moments == [0, 0, 1, 1, 2]


async def test_layers_of_a_name_share_it_and_each_keeps_its_own_limit(request: Any) -> None:
    clock = FakeClock()
    moments, inner = starts(clock)
    wide = rate_limit(request.node.name, 3, 60, clock=clock)
    narrow = rate_limit(request.node.name, 1, 1, clock=clock)
    for layer in (wide, narrow, narrow, wide):
        await through(layer, inner)
    assert moments == [0, 1, 2, 60]


async def test_the_queue_is_fair_and_a_cancelled_waiter_does_not_use_up_a_start(request: Any) -> None:
    clock = FakeClock()
    order: list[int] = []
    layer = rate_limit(request.node.name, 1, 10, clock=clock)

    async def call(number: int) -> None:
        async def inner(ctx: Context) -> None:
            order.append(number)

        await through(layer, inner)

    await call(0)
    tasks = [asyncio.create_task(call(number)) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    tasks[0].cancel()  # it is the one that waits for the time
    await asyncio.wait(tasks)
    assert order == [0, 2, 3]
    assert sum(clock.jumps) == 20


async def test_further_attempts_inside_are_starts_too(request: Any) -> None:
    clock = FakeClock()
    moments: list[float] = []
    zero = clock.now()
    inner = Inner(ConnectionError("gone"), "done")

    async def timed(ctx: Context) -> Any:
        moments.append(clock.now() - zero)
        return await inner(ctx)

    layer = rate_limit(request.node.name, 1, 5, clock=clock)
    assert await through(layer, retrying(timed), RetryingHost(1)) == "done"
    assert moments == [0, 5]


async def test_a_clock_that_is_set_back_delays_by_one_period_at_most(request: Any) -> None:
    clock = FakeClock()
    moments, inner = starts(clock)
    layer = rate_limit(request.node.name, 1, 1, clock=clock)
    await through(layer, inner)
    clock.advance(-3600)
    await through(layer, inner)
    assert moments == [0, -3599]


async def test_waiting_never_counts_toward_the_timeout_field_and_is_shared_between_runs(request: Any) -> None:
    """(C15)"""

    async def act(ctx: Context) -> float:
        return kit.clock.now()

    kit = kit_of(act)
    clock = FakeClock()
    kit.registry.register_layer(
        LayerSpec("rate_limit", lambda o: rate_limit(o.name, o.limit, o.per, clock=clock), RateLimitOptions),
        replace=True,
    )
    layers = [use("rate_limit", name=request.node.name, limit=1, per="1h")]
    async with kit.engine() as engine:
        one = await engine.start(nodes_with(layers, "a", "b", timeout="5s"), run_id="one")
        two = await engine.start(nodes_with(layers, "a", timeout="5s"), run_id="two")
        loop = await engine.start(foreach_with(layers, [1, 2], timeout="5s"), run_id="loop")
        for run in (one, two, loop):
            assert (await run.result()).status == "completed"
    assert sum(clock.jumps) == 4 * 3600


class Watch(FakeClock):
    """A clock that moves by hand only."""

    async def sleep_until(self, at: float) -> None:
        while self.now() < at:  # noqa: ASYNC110 - time that moves by hand sets no event
            await asyncio.sleep(0)


async def test_who_waits_while_the_clock_is_set_back_waits_a_period_and_no_longer(
    request: Any,
) -> None:
    """(C5.3)"""
    clock = Watch()
    layer = rate_limit(request.node.name, 1, 0.02, clock=clock)
    assert await through(layer, Inner(1)) == 1
    waiting = asyncio.ensure_future(through(layer, Inner(2)))
    await asyncio.sleep(0)
    clock.advance(-3600.0)
    async with asyncio.timeout(10):
        while not waiting.done():
            clock.advance(0.001)
            await asyncio.sleep(0)
    assert await waiting == 2
    assert clock.now() < FakeClock().now() - 3000.0


async def test_real_time_is_the_default(request: Any) -> None:
    layer = rate_limit(request.node.name, 1, "1ms")
    assert [await through(layer, Inner(n)) for n in range(3)] == [0, 1, 2]


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"per": 0}, {"per": "soon"}])
def test_wrong_options_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        rate_limit(**wrong)


def test_chip() -> None:
    assert chip({"limit": 10, "per": "1s"}) == "10 / 1s"
    assert chip({"per": 0.5}) == "10 / 0.5s"


async def test_a_cancelled_run_leaves_the_queue(request: Any) -> None:
    clock = FakeClock()
    clock.sleep_until = lambda at: asyncio.Event().wait()  # type: ignore[method-assign, assignment]
    it, act = door()
    kit = kit_of(act)
    kit.registry.register_layer(
        LayerSpec("rate_limit", lambda o: rate_limit(o.name, o.limit, o.per, clock=clock), RateLimitOptions),
        replace=True,
    )
    layers = [use("rate_limit", name=request.node.name, limit=1, per="1h")]
    async with kit.running(nodes_with(layers, "a", "b", "c")) as (_, run):
        await it.wait_for()
        await run.cancel()
        assert (await run.result()).status == "cancelled"
    assert it.entered == 1
    late = FakeClock(clock.now())
    await through(rate_limit(request.node.name, 1, "1h", clock=late), Inner(1))
    assert late.jumps == [3600]


async def test_it_waits_on_the_clock_of_an_engine_that_has_its_own(request: Any) -> None:
    """C5.3, and FakeClock skips time: runs on other clocks share nothing with it."""

    async def act(ctx: Context) -> float:
        return ctx.now()

    for _ in range(2):
        kit = kit_of(act)
        zero = kit.clock.now()
        layers = [use("rate_limit", name=request.node.name, limit=1, per="1h")]
        result = await kit.run(nodes_with(layers, "a", "b", "c", timeout="5s"))
        assert sorted(node.output - zero for node in result.nodes.values()) == [0, 3600, 7200]
