"""One connection for requests, opened when it is needed, and again after it was lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from floworch.host.channel import HostUnavailable
from floworch.host.connection import Connection
from floworch.host.server import ControlServer


async def test_requests_share_one_connection(engine: Any) -> None:
    async with ControlServer(engine) as server:
        connection = Connection(server.info)
        await asyncio.gather(*(connection.request("ping") for _ in range(20)))
        assert server.clients == 1
        await connection.close()
        await connection.close()


async def test_it_opens_again_after_it_was_closed(engine: Any) -> None:
    async with ControlServer(engine) as server:
        connection = Connection(server.info)
        await connection.request("ping")
        await connection.close()
        assert (await connection.request("ping"))["version"]
        await connection.close()


async def test_closing_it_while_it_opens_leaves_nothing_open(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reader would be a task that nobody holds: asyncio says "Task was destroyed but it is pending"."""
    async with ControlServer(engine) as server:
        connection, opened, go = Connection(server.info), asyncio.Event(), asyncio.Event()
        opening = connection._open

        async def slowly() -> Any:
            channel = await opening()
            opened.set()
            await go.wait()
            return channel

        monkeypatch.setattr(connection, "_open", slowly)
        asked = asyncio.create_task(connection.request("ping"))
        await opened.wait()
        await connection.close()
        go.set()
        with pytest.raises(HostUnavailable, match="closed while"):
            await asked
        assert connection._reader is None
        assert connection._channel is None


async def test_a_request_that_is_cancelled_leaves_nothing_behind(engine: Any) -> None:
    async with ControlServer(engine) as server:
        connection = Connection(server.info)
        await connection.connect()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.request("ping"), 0)
        assert connection._waiting == {}
        assert await connection.request("ping")
        await connection.close()


async def test_a_stream_that_is_not_read_to_its_end_closes_its_connection(engine: Any, workflow: Any) -> None:
    async with ControlServer(engine) as server:
        await engine.start(workflow)
        left = asyncio.Event()
        server.on_change = lambda: left.set() if server.clients == 0 else None
        stream = Connection(server.info).stream("r-1")
        await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]
        await asyncio.wait_for(left.wait(), 5)


async def test_nothing_goes_through_after_the_server_has_gone(engine: Any) -> None:
    server = ControlServer(engine)
    await server.start()
    connection = Connection(server.info)
    await connection.request("ping")
    await server.close()
    with pytest.raises(HostUnavailable):
        await connection.request("ping")
    await connection.close()
