"""The body of an attempt on a Dask worker: it runs the action in a process of its own and talks to the engine.

A Dask worker runs ``run_body`` on its event loop. The action itself runs in a worker process of floworch (as with
``run_on: process``), so that it can be stopped for real, and neither crashes nor blocks the Dask worker.

Dask starts a task again when its worker is lost. A body therefore begins only with the ticket, of which there is one
for each attempt: the second one answers that the attempt is lost, and the engine decides what follows from that.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import weakref
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
from floworch.actions.workers import RemoteError
from floworch.distributed.link import TICKET, Link
from floworch.distributed.sealed import LOST, STOPPED, Sealed
from floworch.errors import ActionError, text_of
from floworch.executor.processes import shared_pool
from floworch.model.values import decode, encode

#: Seconds that a body waits for its ticket; the engine gives it once the attempt is published.
TICKET_WAIT = 60.0
#: Seconds between two signs of life.
BEAT = 5.0
#: Seconds after which an unanswered question is put again: the engine that took it may have died.
ASK_AGAIN = 10.0
#: Seconds for the last lines on their way out.
LAST_LINES = 2.0
_MOST_LINES = 1000
_BATCH = 400
_SOON = 0.02


async def run_body(name: str, sealed: Sealed) -> Sealed:
    """Run one attempt and return its outcome: the last message of a worker process, ``{"lost"}`` or ``{"stopped"}``.

    Never raises on account of the action: what is raised here, Dask writes to its logs.
    """
    import distributed

    worker: Any = distributed.get_worker()
    try:
        async with _client(distributed, worker) as client:
            link = Link(distributed, client, name)
            await link.open()
            try:
                if not await _may_begin(link):
                    return Sealed({LOST: "another worker had begun it"})
                return await _Body(link, worker).run(sealed)
            finally:
                await link.inbox.close()
                await link.outbox.close()
    except Exception as error:  # noqa: BLE001 - the scheduler is out of reach, or its own code failed
        return Sealed({LOST: f"the worker lost its scheduler ({type(error).__name__})"})


async def _may_begin(link: Link) -> bool:
    """Take the ticket; False when another body had it, or none comes."""
    if await link.begun.is_set() or await link.stop.is_set():
        return False
    await link.inbox.filled(TICKET_WAIT)
    if TICKET not in await link.inbox.take():
        return False
    await link.begun.set()
    return True


class _Body:
    """One running body: its action, its lines and its questions."""

    def __init__(self, link: Link, worker: Any) -> None:
        self._link = link
        self._worker = worker
        self._lines: deque[list[Any]] = deque(maxlen=_MOST_LINES)
        self._question: list[Any] | None = None
        self._asked = 0
        self._wake = asyncio.Event()
        self._data: Any = None

    async def run(self, sealed: Sealed) -> Sealed:
        self._tell("beat", self._place())
        post = asyncio.create_task(self._post(), name="floworch-post")
        stop = asyncio.create_task(self._stopped(), name="floworch-stop")
        action = asyncio.create_task(self._act(sealed.open()), name="floworch-action")
        try:
            await asyncio.wait({action, stop, post}, return_when=asyncio.FIRST_COMPLETED)
            if not action.done():
                action.cancel()  # kills the process with all it has started
                await asyncio.wait({action})
            message = {STOPPED: True} if action.cancelled() else action.result()
            await self._flush(post)
            return Sealed(message)
        finally:
            await _end(post, stop, action)

    async def _act(self, job: Mapping[str, Any]) -> dict[str, Any]:
        pool = await shared_pool(max(1, int(self._worker.state.nthreads)))
        try:
            value = await pool.call(job["target"], job["params"], self._on_message, context=job["context"])
            answer = _answer(value)
        except RemoteError as error:
            return {"error": _described(error)}
        except ActionError as error:
            return {"error": {"kind": str(error.kind), "message": error.message, "hint": error.hint}}
        except Exception as error:  # noqa: BLE001 - a bug of ours is told as one, where the engine hides secrets
            return {"error": {"kind": "internal_error", "message": f"{type(error).__name__}: {text_of(error)}"}}
        if self._data is not None:
            answer["data"] = self._data
        return answer

    def _on_message(self, kind: str, payload: Any) -> Any:
        if kind in ("stdout", "stderr", "log", "progress"):
            return self._tell(kind, payload)
        if kind == "data":
            self._data = payload
            return None
        return self._ask(kind, payload)

    def _tell(self, kind: str, payload: Any) -> None:
        self._lines.append([kind, payload])
        self._wake.set()

    async def _ask(self, kind: str, payload: Any) -> Any:
        """Put a question to the engine until it is answered; a worker process puts one at a time."""
        self._asked += 1
        number = self._asked
        while True:
            self._question = ["ask", {"id": number, "kind": kind, "payload": payload}]
            self._wake.set()
            await self._link.inbox.filled(ASK_AGAIN)
            for answer in map(decode, await self._link.inbox.take()):
                if answer["id"] != number:
                    continue
                if "refused" in answer:
                    refused = answer["refused"]
                    raise ActionError(refused["message"], refused["kind"], hint=refused["hint"])
                return answer["answer"]

    async def _post(self) -> None:
        """Send what was said, soon; at least a sign of life now and then. Runs until it is cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT):
                    await self._wake.wait()
            await asyncio.sleep(_SOON)
            self._wake.clear()
            if not self._lines:
                self._tell("beat", self._place())
                self._wake.clear()
            await self._send()

    async def _send(self) -> None:
        while self._lines or self._question is not None:
            batch = [self._lines.popleft() for _ in range(min(len(self._lines), _BATCH))]
            if self._question is not None:
                batch.append(self._question)
                self._question = None
            await self._link.outbox.put(encode(batch))

    async def _flush(self, post: asyncio.Task[None]) -> None:
        """Send the last lines; without an engine that takes them they are dropped."""
        await _end(post)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_LINES):
                await self._send()

    async def _stopped(self) -> None:
        while not await self._link.stop.wait(30.0):
            pass

    def _place(self) -> dict[str, str]:
        return {"worker": str(self._worker.address), "host": socket.gethostname()}


def _answer(value: Any) -> dict[str, Any]:
    """The last message for what an action returned; see ``worker_process.outcome_of``."""
    kind = type(value)
    if kind not in (Outcome, Wait, Expand, Rounds):
        return {"done": value}
    fields = {name: getattr(value, name) for name in kind.__slots__}
    return {"done": {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}, "type": kind.__name__}


def _described(error: RemoteError) -> dict[str, Any]:
    return {
        "kind": str(error.kind),
        "message": error.message,
        "retry_after": error.retry_after,
        "hint": error.hint,
        "traceback": error.traceback_text,
    }


async def _end(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


_clients: weakref.WeakKeyDictionary[Any, tuple[Any, int]] = weakref.WeakKeyDictionary()


@asynccontextmanager
async def _client(library: Any, worker: Any) -> AsyncIterator[Any]:
    """A client of the worker's scheduler, shared by the bodies that run now, closed after the last of them."""
    client, users = _clients.get(worker, (None, 0))
    if client is None:
        client = library.Client(
            worker.scheduler.address, security=worker.security, asynchronous=True, set_as_default=False, name="floworch"
        )
    _clients[worker] = client, users + 1
    try:
        opened: Awaitable[Any] = client
        yield await opened
    finally:
        client, users = _clients[worker]
        _clients[worker] = client, users - 1
        if users == 1:
            del _clients[worker]
            await client.close()
