"""mqtt.publish and mqtt.wait against a real mosquitto (C4.5)."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mqtt_broker import mqtt_broker
from odd_server import odd_server

from floworch.actions.context import Context
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with mqtt_broker(tmp_path_factory.mktemp("broker")) as running:
        yield running


class Listening(FakeHost):
    """``ready`` is set once it listens."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = asyncio.Event()

    def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
        super().progress(ctx, fraction, message)
        self.ready.set()


async def run(action: str, port: int, host: FakeHost | None = None, **params: Any) -> Any:
    return await run_action(action, host, **{"host": "127.0.0.1", "port": port, **params})


@pytest.mark.parametrize(
    ("payload", "received"),
    [({"open": True}, {"open": True}), ("é {", "é {"), (b"\xff\x00", b"\xff\x00"), ("", "")],
)
async def test_what_is_published_is_received(port: int, payload: Any, received: Any) -> None:
    host = Listening()
    task = asyncio.ensure_future(run("mqtt.wait", port, host, topic="house/+"))
    await asyncio.wait_for(host.ready.wait(), 20)
    output = await run("mqtt.publish", port, topic="house/door", payload=payload, qos=2)
    assert output["topic"] == "house/door"
    assert await asyncio.wait_for(task, 20) == {
        "topic": "house/door", "message": received, "payload": received, "passed": 0,
    }  # fmt: skip


async def test_it_waits_for_the_message_that_fits_and_hears_what_was_retained(port: int) -> None:
    await run("mqtt.publish", port, topic="job/state", payload={"n": 1}, retain=True)
    host = Listening()
    task = asyncio.ensure_future(run("mqtt.wait", port, host, topic="job/#", until="{{ item.payload.n == 3 }}"))
    await asyncio.wait_for(host.ready.wait(), 20)
    for number in (2, 3):
        await run("mqtt.publish", port, topic="job/state", payload={"n": number})
    assert await asyncio.wait_for(task, 20) == {
        "topic": "job/state", "message": {"n": 3}, "payload": {"n": 3}, "passed": 2,
    }  # fmt: skip


async def test_a_cancel_ends_the_wait(port: int) -> None:
    """(C4.5)"""
    host = Listening()
    task = asyncio.ensure_future(run("mqtt.wait", port, host, topic="never"))
    await asyncio.wait_for(host.ready.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 20)


@pytest.mark.parametrize(
    ("action", "params", "kind", "message"),
    [
        ("mqtt.publish", {"topic": "a/#"}, ErrorKind.VALIDATION, "'a/#' holds a wildcard."),
        ("mqtt.publish", {"topic": "a", "payload": "x" * (17 << 20)}, ErrorKind.VALIDATION, "over the limit of 16 MiB"),
        ("mqtt.publish", {"topic": "a", "port": 1}, ErrorKind.CONNECTION, "127.0.0.1:1"),
        ("mqtt.wait", {"topic": "job/state", "until": "item.topic"}, ErrorKind.VALIDATION, "'until' gave 'job/state'"),
        ("mqtt.wait", {"topic": "a#"}, ErrorKind.VALIDATION, "127.0.0.1"),
        ("mqtt.wait", {"topic": "a", "tls": True}, ErrorKind.CONNECTION, "127.0.0.1"),
    ],
)
async def test_bad_input(port: int, action: str, params: dict[str, Any], kind: ErrorKind, message: str) -> None:
    await run("mqtt.publish", port, topic="job/state", payload="x", retain=True)
    with pytest.raises(ActionError) as caught:
        await run(action, **{"port": port, **params})
    assert (caught.value.kind, message in str(caught.value)) == (kind, True), str(caught.value)


async def test_a_large_message_is_held_a_few_times_at_most(port: int) -> None:
    text = "x" * (8 << 20)
    tracemalloc.start()
    try:
        await run("mqtt.publish", port, topic="large", payload=text, retain=True)
        output = await run("mqtt.wait", port, topic="large")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert output["payload"] == text
    assert peak < 6 * len(text)
    await run("mqtt.publish", port, topic="large", payload="", retain=True)


async def test_a_broker_that_goes_ends_the_wait(tmp_path: Path) -> None:
    host = Listening()
    with mqtt_broker(tmp_path) as brief:
        task = asyncio.ensure_future(run("mqtt.wait", brief, host, topic="never"))
        await asyncio.wait_for(host.ready.wait(), 20)
    with pytest.raises(ActionError) as caught:
        await asyncio.wait_for(task, 20)
    assert caught.value.kind is ErrorKind.CONNECTION


@pytest.mark.parametrize(("action", "tls"), [("mqtt.wait", False), ("mqtt.publish", False), ("mqtt.publish", True)])
async def test_a_cancel_leaves_a_broker_that_says_nothing(action: str, tls: bool) -> None:
    """(C4.5)"""
    async with odd_server() as odd:
        task = asyncio.ensure_future(run(action, odd.port, topic="a", tls=tls))
        await asyncio.wait_for(odd.met.wait(), 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)
        await asyncio.wait_for(odd.left.wait(), 5)
