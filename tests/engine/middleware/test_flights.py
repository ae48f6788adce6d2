from __future__ import annotations

import asyncio

from engine_kit import until
from layer_kit import RetryingHost, retrying

from floworch.actions.context import Context
from floworch.middleware.flights import Flights
from floworch.testing import FakeHost


async def test_one_key_flies_alone_others_do_not_wait_and_keys_are_forgotten() -> None:
    flights, order, door = Flights(), list[str](), asyncio.Event()

    async def fly(key: str, name: str) -> None:
        async with flights.alone(key, FakeHost().context()):
            order.append(name)
            await door.wait()

    tasks = [asyncio.create_task(fly(*each)) for each in (("k", "first"), ("k", "second"), ("other", "third"))]
    await until(lambda: len(order) == 2)
    assert order == ["first", "third"]
    assert len(flights) == 2
    door.set()
    await asyncio.gather(*tasks)
    assert order == ["first", "third", "second"]
    assert len(flights) == 0


async def test_a_cancelled_waiter_and_a_failure_leave_nothing_behind() -> None:
    flights, door = Flights(), asyncio.Event()

    async def fly() -> None:
        async with flights.alone("k", FakeHost().context()):
            await door.wait()
            raise ValueError("no")

    one, two = asyncio.create_task(fly()), asyncio.create_task(fly())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    two.cancel()
    door.set()
    await asyncio.wait([one, two])
    assert len(flights) == 0


async def test_while_one_waits_to_try_again_another_may_go() -> None:
    flights, story = Flights(), list[str]()

    async def second() -> None:
        async with flights.alone("k", FakeHost().context()):
            story.append("second")

    async def body(ctx: Context) -> None:
        story.append(f"attempt {ctx.attempt}")
        if ctx.attempt == 1:
            raise ConnectionError("gone")

    ctx = RetryingHost(1, between=second).context()
    async with flights.alone("k", ctx):
        await retrying(body)(ctx)
    assert story == ["attempt 1", "second", "attempt 2"]
    assert len(flights) == 0
