"""A connection to the engine process of a control file: requests with their answers, and event streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from floworch.errors import FlowError
from floworch.host import wire
from floworch.host.channel import Channel, HostUnavailable, connect
from floworch.host.control_file import ControlInfo
from floworch.host.faults import unpack_error
from floworch.model import values
from floworch.run.events import Event


class Connection:
    """Requests share one connection, opened on first use; each event stream has its own, so that a slow reader delays
    nothing else. What is asked after it was closed opens it for that long only, since nobody closes it again. Every
    method raises HostUnavailable when the other process does not answer or goes away.

    Args:
        info: Where the server listens and its token.
        direct: Ask the server to act itself, never to pass a request on to another process.
    """

    def __init__(self, info: ControlInfo, direct: bool = False) -> None:
        self.info = info
        self._direct = direct
        self._channel: Channel | None = None
        self._reader: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._last_id = self._closings = 0

    async def connect(self) -> None:
        """Open the connection for requests now. Raises HostUnavailable, also when it is closed meanwhile."""
        async with self._opening:
            if self._channel is None:
                closings = self._closings
                channel = await self._open()
                if closings != self._closings:  # nobody would close it again
                    channel.abort()
                    raise HostUnavailable("The connection was closed while it was being opened.")
                self._channel = channel
                self._reader = asyncio.create_task(self._read(self._channel), name="control replies")

    async def request(self, method: str, **arguments: Any) -> Any:
        """Send one request and return its decoded result; raises the error it ended with."""
        await self.connect()
        channel = self._channel
        if channel is None:
            raise HostUnavailable("The other process closed the connection.")
        self._last_id += 1
        number = self._last_id
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            await channel.send(wire.Request(number, method, values.encode(arguments), self._direct))
            return await future
        finally:
            self._waiting.pop(number, None)
            if future.done() and not future.cancelled():
                future.exception()  # it may have been refused while it could not even be sent: that is told once
            del future  # it keeps its error, and that this frame: what was asked would stay until a collector comes
            if self._closings and not self._waiting:
                self._drop()

    async def stream(self, run_id: str, from_seq: int = 0) -> AsyncIterator[list[Event]]:
        """Batches of a run's events from ``from_seq`` on, until the other side ends them."""
        channel = await self._open()
        try:
            body = values.encode({"run_id": run_id, "from_seq": from_seq})
            await channel.send(wire.Request(1, "events", body, self._direct))
            while True:
                message = await channel.receive()
                if isinstance(message, wire.Batch):
                    events = wire.unpack_events(message.events)
                    del message
                    yield events
                    del events  # while the next ones are waited for
                elif isinstance(message, wire.End):
                    return
                elif isinstance(message, wire.Failure):
                    raise unpack_error(wire.decode_object(message.body))
                else:
                    raise HostUnavailable("The other process ended while its events were being followed.")
        finally:
            channel.abort()

    async def close(self) -> None:
        """Close the connection; runs of the other process go on. Idempotent."""
        self._closings += 1
        channel, reader = self._channel, self._reader
        self._drop()  # whatever becomes of who waits below
        if reader is not None:
            await asyncio.gather(reader, return_exceptions=True)
        if channel is not None:
            await channel.close()

    def _drop(self) -> None:
        """Let go of the connection for requests at once, and refuse what is not answered yet."""
        channel, self._channel = self._channel, None
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.cancel()
        if channel is not None:
            channel.abort()
            self._refuse(_gone())

    def _refuse(self, error: FlowError) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(error)

    async def _open(self) -> Channel:
        try:
            token = bytes.fromhex(self.info.token)
        except ValueError:
            raise HostUnavailable("The control file holds no token.") from None
        return await connect(self.info.address, token)

    async def _read(self, channel: Channel) -> None:
        error: FlowError | None = None
        try:
            while (message := await channel.receive()) is not None:
                self._deliver(message)
                del message  # while the next one is waited for
        except FlowError as broken:
            error = broken.with_traceback(None)  # which is this frame, that keeps it
        finally:
            if self._channel is channel:
                self._channel = self._reader = None
                self._refuse(error or _gone())
            channel.abort()

    def _deliver(self, message: wire.Message) -> None:
        if not isinstance(message, wire.Reply | wire.Failure):
            return
        future = self._waiting.get(message.id)
        if future is None or future.done():
            return
        if isinstance(message, wire.Failure):
            future.set_exception(unpack_error(wire.decode_object(message.body)))
        else:
            try:
                future.set_result(values.decode(message.body))
            except (ValueError, TypeError) as error:
                future.set_exception(wire.ProtocolError(f"The answer cannot be read: {error}"))


def _gone() -> FlowError:
    return HostUnavailable("The other process ended before it answered.")
