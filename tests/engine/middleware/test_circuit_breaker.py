from __future__ import annotations

import asyncio
from typing import Any

import pytest
from layer_kit import Inner, foreach_with, kit_of, nodes_with, through, use

from floworch import ActionError, ErrorKind, UsageError, circuit_breaker
from floworch.actions.context import Context
from floworch.middleware.circuit_breaker import chip
from floworch.testing import FakeHost


async def fails(layer: Any, host: FakeHost, error: BaseException | None = None) -> None:
    with pytest.raises(BaseException):  # noqa: B017 - whichever it is
        await through(layer, Inner(error or ConnectionError("down")), host)


async def test_it_opens_refuses_and_closes_after_a_good_probe(request: Any) -> None:
    """(C5.3)"""
    host, layer = FakeHost(now=100), circuit_breaker(request.node.name, 2, "30s")
    await fails(layer, host)
    await fails(layer, host)
    host.time = 110
    inner = Inner("never")
    with pytest.raises(ActionError, match="is open after 2 failures in a row; try again in 20 s") as caught:
        await through(layer, inner, host)
    assert (caught.value.kind, caught.value.retry_after, inner.calls) == (ErrorKind.CIRCUIT_OPEN, 20, 0)
    host.time = 130
    assert await through(layer, Inner("back"), host) == "back"
    await fails(layer, host)
    assert await through(layer, Inner("closed"), host) == "closed"


async def test_another_layer_of_the_name_shares_it_and_without_a_name_it_is_the_nodes_own(request: Any) -> None:
    host = FakeHost()
    await fails(circuit_breaker(request.node.name, 1), host)
    with pytest.raises(ActionError, match="is open"):
        await through(circuit_breaker(request.node.name, 1), Inner(), host, node="other")
    own = circuit_breaker(threshold=1)
    with pytest.raises(ConnectionError):
        await through(own, Inner(ConnectionError("down")), host, node="mine", workflow_id=request.node.name)
    with pytest.raises(ActionError, match="of node 'mine' is open"):
        await through(own, Inner(), host, node="mine", workflow_id=request.node.name)
    assert await through(own, Inner(1), host, node="yours", workflow_id=request.node.name) == 1


@pytest.mark.parametrize("error", [ValueError("bad input"), FileNotFoundError("gone"), PermissionError("no")])
async def test_errors_that_say_nothing_about_the_service_do_not_count(request: Any, error: Exception) -> None:
    host, layer = FakeHost(), circuit_breaker(request.node.name, 1)
    await fails(layer, host, error)
    assert await through(layer, Inner(1), host) == 1


async def test_a_cancelled_probe_gives_its_place_back(request: Any) -> None:
    host, layer = FakeHost(), circuit_breaker(request.node.name, 1, 10)
    await fails(layer, host)
    host.time = 10
    await fails(layer, host, asyncio.CancelledError())
    assert await through(layer, Inner("probe"), host) == "probe"


async def test_a_retry_outside_comes_back_when_the_circuit_says_so(request: Any) -> None:
    """The engine's clock is the circuit's, and ``retry_after`` overrides the delay (C4.4)."""
    answers = iter([ConnectionError("down"), "up"])

    async def act(ctx: Context) -> Any:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    kit = kit_of(act)
    began = kit.clock.now()
    layers = [
        use("retry", max_attempts=5, delay=1, jitter=0, on=["all"]),
        use("circuit_breaker", name=request.node.name, threshold=1, reset="1m"),
    ]
    result = await kit.run(nodes_with(layers, effect="unsafe"))
    assert (result.status, result.nodes["a"].output, result.nodes["a"].attempts) == ("completed", "up", 3)
    assert kit.clock.now() - began >= 60


async def test_items_of_a_container_share_it_by_name(request: Any) -> None:
    async def act(ctx: Context) -> None:
        ran.append(ctx.index)
        raise ConnectionError("down")

    ran: list[Any] = []
    kit = kit_of(act)
    layers = [use("concurrency", name=request.node.name), use("circuit_breaker", name=request.node.name, threshold=2)]
    result = await kit.run(foreach_with(layers, [1, 2, 3, 4], retry={"max_attempts": 1}))
    assert result.status == "completed"
    assert len(ran) == 2


def test_options_and_chip() -> None:
    with pytest.raises(UsageError):
        circuit_breaker("x", 0)
    with pytest.raises(UsageError):
        circuit_breaker("x", reset="soon")
    assert chip({"threshold": 3, "reset": "1m"}) == "3 → 1m"
