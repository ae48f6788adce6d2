"""One connection for requests, opened when it is needed, and again after it was lost."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import weakref
from typing import Any

import pytest

from floworch.errors import FlowError
from floworch.host import wire
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


async def left(server: ControlServer) -> None:
    """Return once nobody is connected."""
    gone = asyncio.Event()
    server.on_change = lambda: gone.set() if server.clients == 0 else None
    server.on_change()
    await asyncio.wait_for(gone.wait(), 5)


async def test_a_request_after_it_was_closed_leaves_nothing_open(engine: Any) -> None:
    """A large definition is written out on a thread: its tab may be closed meanwhile, and nobody closes again."""
    async with ControlServer(engine) as server:
        connection = Connection(server.info)
        await connection.request("ping")
        await connection.close()
        answers = await asyncio.gather(*(connection.request("ping") for _ in range(5)))
        assert len(answers) == 5
        assert connection._channel is None
        assert connection._reader is None
        await left(server)


async def test_one_that_is_cancelled_while_it_closes_leaves_nothing_open(engine: Any) -> None:
    async with ControlServer(engine) as server:
        connection, opened = Connection(server.info), []

        async def open_and_close() -> None:
            await connection.connect()
            opened.append(connection._channel)
            await connection.close()

        asked = asyncio.create_task(open_and_close())
        while not opened:  # noqa: ASYNC110 - it must be cancelled in this very turn
            await asyncio.sleep(0)
        asked.cancel()
        await asyncio.wait([asked])
        assert asked.cancelled()
        assert opened[0]._writer.is_closing()
        await left(server)


async def test_what_is_asked_is_refused_when_it_is_closed_before_it_has_begun_to_read(engine: Any) -> None:
    async with ControlServer(engine) as server:
        connection = Connection(server.info)

        async def close() -> None:
            while connection._channel is None:  # noqa: ASYNC110 - in the turn in which it was opened
                await asyncio.sleep(0)
            await connection.close()

        asked, closing = asyncio.create_task(connection.request("ping")), asyncio.create_task(close())
        with pytest.raises(HostUnavailable):
            await asyncio.wait_for(asked, 5)
        await closing


async def test_what_could_not_be_sent_is_told_once(engine: Any) -> None:
    """Not a second time by the loop, as an error that nobody took."""
    told: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
    async with ControlServer(engine) as server:
        connection, sending = Connection(server.info), asyncio.Event()
        await connection.connect()

        async def stuck(message: wire.Message) -> None:
            sending.set()
            await asyncio.sleep(0)  # a peer that reads slowly
            raise HostUnavailable("The other process closed the connection.")

        assert connection._channel is not None
        connection._channel.send = stuck  # type: ignore[method-assign]
        asked = asyncio.create_task(connection.request("ping"))
        await sending.wait()
        await connection.close()
        with pytest.raises(HostUnavailable):
            await asked
        gc.collect()
        assert told == []


class Heavy(dict[str, Any]):
    """What can be watched."""


class Answer(wire.Reply, weakref=True):
    """An answer that can be watched."""


async def test_what_was_asked_in_vain_is_given_back_without_a_collector(engine: Any) -> None:
    """(designer.md: no frame over 100 ms) that is a definition of thousands of nodes."""
    async with ControlServer(engine) as server:
        connection, heavy = Connection(server.info), Heavy(a=1)
        kept = weakref.ref(heavy)
        await connection.connect()
        gc.disable()
        try:
            with contextlib.suppress(FlowError):
                await connection.request("no such request", workflow=heavy)
            del heavy
            await asyncio.sleep(0)  # the turn in which the answer came has ended
            assert kept() is None
        finally:
            gc.enable()
        await connection.close()


async def test_the_last_answer_is_not_kept_until_the_next(engine: Any) -> None:
    """It may be the snapshot of a large run."""
    waits, kept = asyncio.Event(), []

    class Channel:
        async def receive(self) -> Any:
            if not kept:
                answer = Answer(1, b"{}")
                kept.append(weakref.ref(answer))
                return answer
            waits.set()
            return await asyncio.Event().wait()

        def abort(self) -> None:
            pass

    async with ControlServer(engine) as server:
        reading = asyncio.create_task(Connection(server.info)._read(Channel()))  # type: ignore[arg-type]
        await waits.wait()
        assert kept[0]() is None
        reading.cancel()
        await asyncio.wait([reading])
