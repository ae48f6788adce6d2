"""The asking side of the control channel: an EngineHost that lives in another process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from floworch.errors import FlowError
from floworch.host import payloads, wire
from floworch.host.channel import Channel, HostUnavailable, connect
from floworch.host.control_file import ControlInfo
from floworch.host.faults import unpack_error
from floworch.model import codec, values
from floworch.model.workflow import Workflow
from floworch.run.events import Event
from floworch.run.state import RunState
from floworch.store.protocol import RunHeader, RunSummary


class RemoteHost:
    """EngineHost over a control channel. See ``floworch.host.protocol`` for the methods.

    Every method raises HostUnavailable when the other process does not answer or goes away. Requests share one
    connection, opened on first use; each event stream has its own, so that a slow reader delays nothing else.

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
        self._last_id = 0

    async def connect(self) -> None:
        """Open the connection for requests now. Raises HostUnavailable."""
        async with self._opening:
            if self._channel is None:
                self._channel = await self._open()
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

    async def start(
        self, workflow: Workflow, inputs: dict[str, Any] | None = None, run_id: str | None = None, **options: Any
    ) -> str:
        """Start a run and return its id once it is durable."""
        text = codec.dumps(workflow)
        options = {key: list(value) if isinstance(value, tuple) else value for key, value in options.items()}
        return str(await self.request("start", workflow=text, inputs=inputs, run_id=run_id, options=options))

    async def resume(self, run_id: str, **options: Any) -> None:
        """Continue a paused, suspended or interrupted run."""
        if isinstance(options.get("workflow"), Workflow):
            options["workflow"] = codec.dumps(options["workflow"])
        await self.request("resume", run_id=run_id, options=options)

    async def retry(self, run_id: str) -> None:
        """Run the failed, skipped and cancelled nodes of a failed run again (C7.9)."""
        await self.request("retry", run_id=run_id)

    async def pause(self, run_id: str, now: bool = False) -> None:
        """Ask for a pause; returns once the intent is durable (C7.1)."""
        await self.request("pause", run_id=run_id, now=now)

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        """Cancel for good; returns once the intent is durable (C7.3)."""
        await self.request("cancel", run_id=run_id, compensate=compensate)

    async def signal(self, run_id: str, name: str, payload: Any = None) -> None:
        """Send a named signal (C8.2)."""
        await self.request("signal", run_id=run_id, name=name, payload=payload)

    async def approve(self, run_id: str, node: str, comment: str = "") -> None:
        """Answer a waiting approval with yes."""
        await self.request("approve", run_id=run_id, node=node, comment=comment)

    async def reject(self, run_id: str, node: str, comment: str = "") -> None:
        """Answer a waiting approval with no."""
        await self.request("reject", run_id=run_id, node=node, comment=comment)

    async def header(self, run_id: str) -> RunHeader:
        """The header of a run."""
        return payloads.unpack_header(await self.request("header", run_id=run_id))

    async def load(self, run_id: str) -> RunState:
        """The state of a run now."""
        return payloads.unpack_state(await self.request("load", run_id=run_id))

    async def runs(self, **filters: Any) -> list[RunSummary]:
        """Runs of the store, newest first; filters are those of ``RunStore.list``."""
        return [payloads.unpack_summary(packed) for packed in await self.request("runs", **filters)]

    async def events(self, run_id: str, from_seq: int = 0) -> AsyncIterator[list[Event]]:
        """Batches of events from ``from_seq`` on; see the protocol for when they end."""
        channel = await self._open()
        try:
            body = values.encode({"run_id": run_id, "from_seq": from_seq})
            await channel.send(wire.Request(1, "events", body, self._direct))
            while True:
                message = await channel.receive()
                if isinstance(message, wire.Batch):
                    yield wire.unpack_events(message.events)
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
        channel, self._channel = self._channel, None
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        if channel is not None:
            await channel.close()

    async def _open(self) -> Channel:
        try:
            token = bytes.fromhex(self.info.token)
        except ValueError:
            raise HostUnavailable("The control file holds no token.") from None
        return await connect(self.info.address, token)

    async def _read(self, channel: Channel) -> None:
        error: FlowError = HostUnavailable("The other process ended before it answered.")
        try:
            while (message := await channel.receive()) is not None:
                self._deliver(message)
        except FlowError as broken:
            error = broken
        finally:
            if self._channel is channel:
                self._channel = None
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(error)
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
