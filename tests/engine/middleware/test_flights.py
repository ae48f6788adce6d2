from __future__ import annotations

import asyncio

import pytest
from engine_kit import until
from layer_kit import Inner, RetryingHost, retrying, through

from floworch import fallback, idempotency
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


async def test_work_that_another_one_did_during_the_back_off_is_not_done_again() -> None:
    """(C5.3, C5.4) Its result ends the new attempt, past layers inside that look for failures."""
    layer = idempotency("{{ params.order }}")
    mine, other = Inner(ConnectionError("down"), "done twice"), Inner("done by the other")

    async def meanwhile() -> None:
        assert await through(layer, other, host, params={"order": 7}) == "done by the other"

    async def inside(ctx: Context) -> object:
        return await fallback("instead")(retrying(mine), ctx)

    host = RetryingHost(2, meanwhile)
    assert await through(layer, inside, host, params={"order": 7}) == "done by the other"
    assert (mine.calls, other.calls) == (1, 1)
    assert await through(layer, mine, host, params={"order": 7}) == "done by the other"  # the gate was given back


async def test_a_look_that_fails_after_the_back_off_gives_its_turn_back() -> None:
    flights, looks = Flights(), iter([None, OSError("unreadable")])

    async def look() -> None:
        found = next(looks)
        if found is not None:
            raise found

    ctx = RetryingHost(1).context()
    with pytest.raises(OSError, match="unreadable"):
        await flights.one("k", ctx, look, lambda: retrying(Inner(ConnectionError("down"), "never"))(ctx))
    assert len(flights) == 0
    async with flights.alone("k", ctx):
        pass
