"""The engine's side of the control channel: one server per process, found through the runs it owns."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from floworch.errors import FlowError, UsageError
from floworch.host import payloads, wire
from floworch.host.channel import Channel, Listener, listen
from floworch.host.control_file import ControlInfo, remove_control, write_control
from floworch.host.faults import pack_error
from floworch.host.in_process import InProcessHost
from floworch.host.places import control_path
from floworch.model import values
from floworch.versions import VERSION

if TYPE_CHECKING:
    from floworch.engine import Engine, RunHandle
    from floworch.host.protocol import EngineHost

_log = logging.getLogger("floworch.host")

#: Requests of one client that are served at a time; reading its next one waits.
MAX_REQUESTS = 64
#: Seconds that requests which are being served get to be answered when the server closes.
GRACE_SECONDS = 1.0
_SUBSCRIBE = "events"


class ControlServer:
    """Serves EngineHost to other processes of the same user.

    Args:
        engine: The engine of this process; its ``on_owned`` and ``on_released`` hooks put a ``control`` file (0600)
            into the directory of each run it owns, and take it away again.
        kind: ``auto``, ``unix`` or ``tcp``, see ``floworch.host.channel.listen``.

    ``clients`` is the number of connected clients; ``on_change`` is called when it changes.
    """

    def __init__(self, engine: Engine, kind: str = "auto") -> None:
        from floworch.host.routing import RoutedHost

        self.engine = engine
        self.clients = 0
        self.on_change: Callable[[], None] = lambda: None
        self._kind = kind
        self._answering: set[asyncio.Task[None]] = set()
        self._announced: dict[str, Path] = {}  # control files by run
        self._listener: Listener | None = None
        self._direct: EngineHost = InProcessHost(engine)
        self._routed: EngineHost = RoutedHost(self._direct, engine.store)

    @property
    def info(self) -> ControlInfo:
        """How to reach this server. Raises RuntimeError before ``start``."""
        if self._listener is None:
            raise RuntimeError("the control server has not been started")
        return ControlInfo(self._listener.address, self._listener.token.hex(), os.getpid(), VERSION)

    async def start(self) -> None:
        """Listen, and announce it beside every run the engine owns now or later.

        Raises:
            OSError: No socket can be had.
        """
        self._listener = await listen(self._serve, self._kind)
        self.engine.on_owned.append(self._owned)
        self.engine.on_released.append(self._released)
        for handle in self.engine.handles():
            self._owned(handle)

    async def close(self) -> None:
        """End every connection and take the announcements away. Idempotent."""
        if self._listener is None:
            return
        with contextlib.suppress(ValueError):
            self.engine.on_owned.remove(self._owned)
            self.engine.on_released.remove(self._released)
        for path in self._announced.values():
            remove_control(path, self._listener.token.hex())
        self._announced.clear()
        if self._answering:
            # A run that ends because it was asked to must not cut off the answer to that very request.
            await asyncio.wait(set(self._answering), timeout=GRACE_SECONDS)
        await self._listener.close()
        self._listener = None
        await self._routed_close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _routed_close(self) -> None:
        forget = getattr(self._routed, "disconnect", None)
        if forget is not None:
            await forget()

    # -- control files

    def _owned(self, handle: RunHandle) -> None:
        path = control_path(self.engine.store, handle.run_id)
        if path is not None:
            try:
                write_control(path, self.info)
                self._announced[handle.run_id] = path
            except OSError as error:
                # The run itself is not affected: it just cannot be controlled from outside this process.
                _log.warning("no control file for run %s: %s", handle.run_id, error)

    def _released(self, handle: RunHandle) -> None:
        path = self._announced.pop(handle.run_id, None)
        if path is not None and self._listener is not None:
            remove_control(path, self._listener.token.hex())

    # -- clients

    async def _serve(self, channel: Channel) -> None:
        self.clients += 1
        self.on_change()
        try:
            await _Client(channel, self._direct, self._routed, self._answering).run()
        finally:
            self.clients -= 1
            self.on_change()


class _Client:
    """One connected client: reads requests and serves each in a task of its own."""

    def __init__(
        self, channel: Channel, direct: EngineHost, routed: EngineHost, answering: set[asyncio.Task[None]]
    ) -> None:
        self._answering = answering  # of all clients; streams, which end with their runs, are left out
        self._channel = channel
        self._direct = direct
        self._routed = routed
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(MAX_REQUESTS)

    async def run(self) -> None:
        """Serve until the client leaves or breaks the protocol."""
        try:
            while (message := await self._channel.receive()) is not None:
                if not isinstance(message, wire.Request):
                    return
                await self._slots.acquire()
                task = asyncio.create_task(self._answer(message), name=f"control {message.method}")
                self._tasks.add(task)
                if message.method != _SUBSCRIBE:
                    self._answering.add(task)
                task.add_done_callback(self._done)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._answering.discard(task)
        self._slots.release()

    async def _answer(self, request: wire.Request) -> None:
        try:
            try:
                await self._perform(request)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - a request must never take the server down
                if not isinstance(error, FlowError):
                    _log.exception("request %s failed", request.method)
                await self._channel.send(wire.Failure(request.id, values.encode(pack_error(error))))
        except FlowError:
            self._channel.abort()  # the client is gone or the answer cannot be sent: the reader sees the end

    async def _perform(self, request: wire.Request) -> None:
        host = self._direct if request.direct else self._routed
        arguments = wire.decode_object(request.body)
        if request.method == _SUBSCRIBE:
            await self._stream(host, request.id, arguments)
            return
        method = _METHODS.get(request.method)
        if method is None:
            raise UsageError(f"The engine process does not know the request {request.method!r}.")
        result = await method(host, _Arguments(arguments))
        await self._channel.send(wire.Reply(request.id, values.encode(result)))

    async def _stream(self, host: EngineHost, stream: int, arguments: dict[str, Any]) -> None:
        run_id, from_seq = arguments.get("run_id"), arguments.get("from_seq", 0)
        if not isinstance(run_id, str) or not isinstance(from_seq, int):
            raise UsageError("The request 'events' has wrong arguments.")
        async for batch in host.events(run_id, from_seq):
            for frame in wire.batch_frames(stream, batch):
                await self._channel.send_frame(frame)
        await self._channel.send(wire.End(stream))


class _Arguments(dict[str, Any]):
    """Arguments of a request; asking for one that is missing is the client's mistake, said in one sentence."""

    def __missing__(self, name: str) -> Any:
        raise UsageError(f"A request to the engine process lacks its argument {name!r}.")


Method = Callable[["EngineHost", dict[str, Any]], Awaitable[Any]]


async def _start(host: EngineHost, a: dict[str, Any]) -> Any:
    workflow = payloads.unpack_workflow(a["workflow"])
    options = dict(a.get("options", {}))
    agreed = options.pop("trusted_once", None)
    if agreed is not None:
        from floworch.trust import content_digest, trust_once

        if agreed == content_digest(workflow):  # the user of this channel agreed to just this content
            trust_once(workflow)
    return await host.start(workflow, a.get("inputs"), a.get("run_id"), **options)


async def _explain(host: EngineHost, a: dict[str, Any]) -> Any:
    workflow = payloads.unpack_workflow(a["workflow"])
    return (await host.explain(workflow, a.get("inputs"), **a.get("options", {}))).to_json()


async def _resume(host: EngineHost, a: dict[str, Any]) -> Any:
    options = dict(a.get("options", {}))
    if options.get("workflow") is not None:
        options["workflow"] = payloads.unpack_workflow(options["workflow"])
    return await host.resume(a["run_id"], **options)


async def _retry(host: EngineHost, a: dict[str, Any]) -> None:
    await host.retry(a["run_id"])


async def _step(host: EngineHost, a: dict[str, Any]) -> None:
    await host.step(a["run_id"], a.get("node"), a.get("item"))


async def _pause(host: EngineHost, a: dict[str, Any]) -> None:
    await host.pause(a["run_id"], now=bool(a.get("now", False)))


async def _cancel(host: EngineHost, a: dict[str, Any]) -> None:
    await host.cancel(a["run_id"], compensate=bool(a.get("compensate", True)))


async def _signal(host: EngineHost, a: dict[str, Any]) -> None:
    await host.signal(a["run_id"], a["name"], a.get("payload"))


async def _approve(host: EngineHost, a: dict[str, Any]) -> None:
    await host.approve(a["run_id"], a["node"], comment=a.get("comment", ""), item=a.get("item"))


async def _reject(host: EngineHost, a: dict[str, Any]) -> None:
    await host.reject(a["run_id"], a["node"], comment=a.get("comment", ""), item=a.get("item"))


async def _submit(host: EngineHost, a: dict[str, Any]) -> None:
    await host.submit(a["run_id"], a["node"], a.get("values"), a.get("item"))


async def _header(host: EngineHost, a: dict[str, Any]) -> Any:
    return payloads.pack_header(await host.header(a["run_id"]))


async def _load(host: EngineHost, a: dict[str, Any]) -> Any:
    return payloads.pack_state(await host.load(a["run_id"]))


async def _runs(host: EngineHost, a: dict[str, Any]) -> Any:
    return [payloads.pack_summary(summary) for summary in await host.runs(**a)]


async def _compare(host: EngineHost, a: dict[str, Any]) -> Any:
    return (await host.compare(a["first"], a["second"])).to_json()


async def _label(host: EngineHost, a: dict[str, Any]) -> None:
    await host.label(a["run_id"], a.get("name", ""), a.get("tags", ()))


async def _usage(host: EngineHost, _: dict[str, Any]) -> Any:
    return await host.usage()


async def _delete(host: EngineHost, a: dict[str, Any]) -> Any:
    return await host.delete(a["run_id"])


async def _prune(host: EngineHost, a: dict[str, Any]) -> Any:
    return await host.prune(a.get("older_than"), a.get("keep"), dry_run=bool(a.get("dry_run", False)))


async def _ping(_: EngineHost, __: dict[str, Any]) -> Any:
    return {"pid": os.getpid(), "version": VERSION}


_METHODS: dict[str, Method] = {
    "start": _start,
    "explain": _explain,
    "resume": _resume,
    "retry": _retry,
    "step": _step,
    "pause": _pause,
    "cancel": _cancel,
    "signal": _signal,
    "approve": _approve,
    "reject": _reject,
    "submit": _submit,
    "header": _header,
    "load": _load,
    "runs": _runs,
    "compare": _compare,
    "label": _label,
    "usage": _usage,
    "delete": _delete,
    "prune": _prune,
    "ping": _ping,
}
