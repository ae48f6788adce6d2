from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from engine_kit import Kit, door, until
from layer_kit import nodes_with, use

from floworch import Engine, MemoryStore, WorkflowBuilder
from floworch.clock import SystemClock
from floworch.middleware.shared import Gate, RealTime, Shared
from floworch.testing import FakeHost


async def hold(gate: Gate, order: list[int], number: int, door: asyncio.Event, limit: int = 1) -> None:
    async with gate.place(limit):
        order.append(number)
        await door.wait()


async def test_a_gate_lets_in_as_many_as_the_limit_and_the_others_in_the_order_they_came() -> None:
    gate, order, door = Gate(), list[int](), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(hold(gate, order, number, door, limit=2))
        await until(lambda: gate.waiting == 3)
        assert (order, gate.busy) == ([0, 1], 2)
        door.set()
    assert order == [0, 1, 2, 3, 4]
    assert (gate.busy, gate.waiting) == (0, 0)


async def test_a_cancelled_waiter_gives_its_place_in_the_queue_back() -> None:
    gate, order, door = Gate(), list[int](), asyncio.Event()
    first = asyncio.create_task(hold(gate, order, 0, door))
    await until(lambda: gate.busy == 1)
    waiters = [asyncio.create_task(hold(gate, order, number, door)) for number in (1, 2)]
    await until(lambda: gate.waiting == 2)
    waiters[0].cancel()
    await until(lambda: gate.waiting == 1)
    door.set()
    await asyncio.gather(first, waiters[1])
    assert order == [0, 2]
    assert gate.busy == 0


async def test_a_waiter_cancelled_in_the_moment_it_is_let_in_lets_the_next_one_in() -> None:
    gate = Gate()
    await gate.enter()
    one, two = asyncio.create_task(gate.enter()), asyncio.create_task(gate.enter())
    await until(lambda: gate.waiting == 2)
    gate.leave()  # one has the place now, but has not run yet
    one.cancel()
    await two
    assert one.cancelled()
    assert gate.busy == 1


async def test_a_cancelled_waiter_with_a_narrow_limit_no_longer_blocks_a_wider_one() -> None:
    gate = Gate()
    await gate.enter(2)
    narrow, wide = asyncio.create_task(gate.enter(1)), asyncio.create_task(gate.enter(2))
    await until(lambda: gate.waiting == 2)
    narrow.cancel()
    await wide
    assert gate.busy == 2


async def test_a_gate_serves_the_loops_of_several_threads() -> None:
    gate, inside = Gate(), threading.Event()
    await gate.enter()

    async def other() -> None:
        async with gate.place():
            inside.set()

    thread = threading.Thread(target=lambda: asyncio.run(other()))
    thread.start()
    await until(lambda: gate.waiting, turns=10**7)
    assert not inside.is_set()
    gate.leave()
    await asyncio.to_thread(thread.join)
    assert inside.is_set()
    assert gate.busy == 0


async def test_a_waiter_whose_loop_is_gone_is_passed_over() -> None:
    gate = Gate()
    await gate.enter()
    loop = asyncio.new_event_loop()
    pending = gate.enter()

    async def begin() -> None:
        pending.send(None)  # type: ignore[attr-defined]

    await asyncio.to_thread(loop.run_until_complete, begin())
    loop.close()
    gate.leave()
    await gate.enter()
    assert gate.busy == 1
    with pytest.raises((RuntimeError, GeneratorExit)):
        pending.throw(GeneratorExit)  # type: ignore[attr-defined]


def test_states_are_shared_by_name_and_without_a_name_by_node() -> None:
    host, shared = FakeHost(), Shared(list)
    a, b = host.context(node="a", run_id="1"), host.context(node="b", run_id="1")
    assert shared.get("bank", a) is shared.get("bank", b)
    assert shared.get("", a) is not shared.get("", b)
    assert shared.get("", a) is shared.get("", host.context(node="a", run_id="2"))


async def test_real_time_goes_on() -> None:
    clock = RealTime()
    at = clock.now() + 0.001
    await clock.sleep_until(at)
    assert clock.now() >= at


@pytest.mark.parametrize("layer", ["concurrency", "rate_limit"])
async def test_a_name_is_shared_by_every_engine_of_the_process(layer: str, request: pytest.FixtureRequest) -> None:
    """(C5.3) Other stores, other registries, other workflows: the name decides, and another name has its own state."""
    it, act = door()
    name = request.node.name
    options = {"name": name, "limit": 1, **({"per": "1h"} if layer == "rate_limit" else {})}
    one, two = Kit(act=act), Kit(act=act)
    async with one.engine(clock=SystemClock()) as here, two.engine(clock=SystemClock()) as there:
        first = await here.start(nodes_with([use(layer, **options)]))
        second = await there.start(nodes_with([use(layer, **options)]))
        await it.wait_for()
        await until(lambda: second.state.status_of("a") == "running")
        assert it.entered == 1
        assert (await Kit(act=_at_once).run(nodes_with([use(layer, **{**options, "name": f"{name} 2"})]))).error is None
        it.open()
        assert (await first.result()).status == "completed"
        if layer == "rate_limit":
            await second.cancel()  # its turn comes in an hour
        assert (await second.result()).status == ("cancelled" if layer == "rate_limit" else "completed")
    assert it.entered == (1 if layer == "rate_limit" else 2)


async def test_a_circuit_that_one_engine_opened_is_open_for_the_others(request: pytest.FixtureRequest) -> None:
    """(C5.3)"""

    async def down() -> None:
        raise ConnectionError("down")

    options = {"name": request.node.name, "threshold": 1, "reset": "1h"}
    once = {"retry": {"max_attempts": 1}}
    await Kit(act=down).run(nodes_with([use("circuit_breaker", **options)], **once))
    refused = await Kit(act=_at_once).run(nodes_with([use("circuit_breaker", **options)], **once))
    assert refused.error is not None
    assert refused.error["kind"] == "circuit_open_error"
    other = {**options, "name": f"{request.node.name} 2"}
    assert (await Kit(act=_at_once).run(nodes_with([use("circuit_breaker", **other)], **once))).status == "completed"


async def _at_once() -> str:
    return "done"


async def test_without_a_name_a_state_is_that_of_one_node_in_one_store() -> None:
    """C5.3: shared per name. Another program's node of the same name has nothing to do with it."""

    def down() -> None:
        raise ConnectionError("down")

    def up() -> str:
        return "up"

    layers = [{"use": "circuit_breaker", "with": {"threshold": 1, "reset": "1h"}}]

    async def kind(action: Callable[..., Any], store: MemoryStore | None) -> str:
        flow = WorkflowBuilder("unnamed-state").node("a", action, middleware=layers).build()
        async with Engine(store) as engine:
            result = await (await engine.start(flow)).result()
        return result.error["kind"] if result.error else str(result.status)

    one, two = MemoryStore(), MemoryStore()
    for store in (one, two, None):
        assert [await kind(down, store) for _ in range(2)] == ["connection_error", "circuit_open_error"]
    assert await kind(up, one) == "completed"
