"""RemoteHost when the other side is not there, goes away, or talks nonsense."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from floworch.host import wire
from floworch.host.channel import Channel, HostUnavailable, listen
from floworch.host.client import RemoteHost
from floworch.host.control_file import ControlInfo
from floworch.host.server import ControlServer
from floworch.model.workflow import Workflow


async def test_nobody_there() -> None:
    for info in (ControlInfo("unix:/nowhere/s", "00", 1), ControlInfo("unix:/nowhere/s", "not hex", 1)):
        remote = RemoteHost(info)
        with pytest.raises(HostUnavailable):
            await remote.pause("r")
        with pytest.raises(HostUnavailable):
            await anext(remote.events("r"))
        await remote.close()


async def test_a_server_that_goes_away_fails_what_waits_for_it(engine: Any, workflow: Workflow) -> None:
    server = ControlServer(engine)
    await server.start()
    remote = RemoteHost(server.info)
    await remote.start(workflow)
    hang = asyncio.Event()

    async def hanging(run_id: str, now: bool = False) -> None:
        hang.set()
        await asyncio.Event().wait()

    engine.pause = hanging
    pausing = asyncio.create_task(remote.pause("r-1"))
    stream = remote.events("r-1")
    await anext(stream)
    await hang.wait()
    await server.close()
    with pytest.raises(HostUnavailable):
        await pausing
    with pytest.raises(HostUnavailable):
        await anext(stream)
    with pytest.raises(HostUnavailable):
        await remote.pause("r-1")
    await remote.close()


@pytest.mark.parametrize(
    "answer",
    [
        wire.Reply(1, b"not json"),
        wire.Failure(1, b"not json"),
        wire.Batch(1, [(0, 0.0, 20, 0, 1, (), b"[]")]),
        wire.End(1),
        wire.Challenge(1, b""),
    ],
)
async def test_nonsense_from_the_server_is_an_error_and_never_a_hang(answer: wire.Message) -> None:
    async def nonsense(channel: Channel) -> None:
        await channel.receive()
        await channel.send(answer)

    listener = await listen(nonsense)
    remote = RemoteHost(ControlInfo(listener.address, listener.token.hex(), 1))
    with pytest.raises((HostUnavailable, wire.ProtocolError)):
        await asyncio.wait_for(remote.request("ping"), 5)
    if not isinstance(answer, wire.End):
        with pytest.raises((HostUnavailable, wire.ProtocolError)):
            await asyncio.wait_for(anext(remote.events("r")), 5)
    await remote.close()
    await listener.close()


async def test_direct_requests_say_so() -> None:
    seen: list[bool] = []

    async def note(channel: Channel) -> None:
        request = await channel.receive()
        assert isinstance(request, wire.Request)
        seen.append(request.direct)
        await channel.send(wire.Reply(request.id, b"null"))

    listener = await listen(note)
    for direct in (True, False):
        remote = RemoteHost(ControlInfo(listener.address, listener.token.hex(), 1), direct=direct)
        await remote.retry("r")
        await remote.close()
    assert seen == [True, False]
    await listener.close()
