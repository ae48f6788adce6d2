"""One attempt on the cluster, as the engine sees it: submitted or taken up, followed, stopped, forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch.actions.workers import OnMessage
from floworch.distributed.body import run_body
from floworch.distributed.link import TICKET, Link
from floworch.distributed.sealed import LOST, STOPPED, Sealed
from floworch.distributed.session import OUT_OF_REACH
from floworch.errors import ActionError, ErrorKind, FlowError
from floworch.model.values import decode, encode

if TYPE_CHECKING:
    from floworch.distributed.session import Session
    from floworch.executor.clusters import ClusterJob

#: Seconds without a sign of life of a body that has begun, until it counts as lost.
SILENCE = 30.0
#: Seconds between two looks at whether its worker is still there.
LOOK_EVERY = 2.0
#: Seconds that a body is given to stop.
GRACE = 10.0
#: Seconds for what the scheduler is told at the end.
FAREWELL = 5.0


class Lost(Exception):  # noqa: N818 - what happened
    """The attempt, or the line to it, is lost; the text says how."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Who hears of an attempt: ``on_message`` as ``WorkerPool.call`` has it, ``began`` once when its body begins."""

    on_message: OnMessage
    began: Callable[[], None]


class RemoteAttempt:
    """One attempt under its name.

    Attributes:
        name: Its key on the scheduler.
        fresh: Whether it was submitted here; else it was taken up.
        line_broke: Whether it was lost with the line to its scheduler, so that it may still be there.
    """

    def __init__(self, session: Session, client: Any, name: str, ears: Ears) -> None:
        self.name = name
        self.fresh = True
        self.line_broke = False
        self._session = session
        self._client = client
        self._ears = ears
        self._link = Link(session.library, client, name)
        self._future: Any = None
        self._allowed: frozenset[str] = frozenset()
        self._worker = ""
        self._heard = asyncio.get_running_loop().time()

    # beginning

    async def submit(self, job: ClusterJob, workers: Sequence[str]) -> None:
        """Submit, publish, and only then give the ticket: what nobody could take up again never begins.

        Raises:
            OSError: The scheduler is lost.
        """
        sealed = Sealed({"target": job.target, "params": dict(job.params), "context": dict(job.context)})
        self._allowed = frozenset(workers)
        await self._link.open()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that parameters are large: they go through the scheduler once
            self._future = self._client.submit(
                run_body, self.name, sealed, key=self.name, workers=list(workers), allow_other_workers=False,
                resources=dict.fromkeys(job.tags, 1), retries=0, pure=False,
            )  # fmt: skip
        await self._client.publish_dataset([self._future, list(workers)], name=self.name, override=True)
        await self._link.inbox.put(TICKET)

    async def attach(self) -> bool:
        """Take up the attempt that is published under this name; False when there is none.

        Raises:
            OSError: The scheduler is lost.
        """
        found = await self._client.get_dataset(self.name, default=None)
        if found is None:
            return False
        self.fresh = False
        self._future, self._allowed = found[0], frozenset(found[1])
        self._heard = asyncio.get_running_loop().time()
        await self._link.open()
        if not await self._link.begun.is_set() and not self._future.done():
            await self._link.inbox.put(TICKET)  # its engine may have died before that; a second ticket is never read
        return True

    async def mend(self, client: Any) -> bool:
        """Take itself up again over a new line; False when the scheduler does not know it any more."""
        self._client = client
        self._link = Link(self._session.library, client, self.name)
        self.line_broke = False
        return await self.attach()

    # the way to the end

    async def follow(self) -> dict[str, Any]:
        """Pass messages on until the body has ended, and return its outcome.

        Raises:
            Lost: The attempt, or the line to it, is lost.
        """
        outcome = asyncio.create_task(self._outcome(), name="floworch-outcome")
        mail = asyncio.create_task(self._read(), name="floworch-mail")
        watch = asyncio.create_task(self._watch(), name="floworch-watch")
        tasks: set[asyncio.Task[Any]] = {outcome, mail, watch}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if outcome.done():
                message = outcome.result()
                with contextlib.suppress(*OUT_OF_REACH):
                    await self._deliver()
                return message
            for ended in (watch, mail):
                if ended.done():
                    ended.result()
            raise Lost("the line to it was closed")
        except OUT_OF_REACH as error:
            self.line_broke = True
            raise Lost(f"the line to its scheduler broke ({type(error).__name__})") from None
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            for task in tasks:
                if not task.cancelled():
                    task.exception()

    async def _outcome(self) -> dict[str, Any]:
        try:
            sealed = await self._future.result()
        except asyncio.CancelledError as error:
            if type(error) is asyncio.CancelledError:
                raise
            self.line_broke = True
            raise Lost("the line to its scheduler broke") from None
        except Exception as error:  # noqa: BLE001 - Dask's own: it gave the task up, or the worker could not load it
            raise Lost(f"Dask gave it up ({_reason(error)})") from None
        message: dict[str, Any] = sealed.open()
        if LOST in message:
            raise Lost(message[LOST])
        return message

    async def _read(self) -> None:
        while True:
            if await self._link.outbox.filled():
                await self._deliver()

    async def _deliver(self) -> None:
        for batch in await self._link.outbox.take():
            self._heard = asyncio.get_running_loop().time()
            for kind, payload in decode(batch):
                if kind == "beat":
                    if not self._worker:
                        self._ears.began()
                    self._worker = payload["worker"]
                elif kind == "ask":
                    await self._link.inbox.put(encode(self._answer(payload)))
                else:
                    self._ears.on_message(kind, payload)

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"id": question["id"], "answer": self._ears.on_message(question["kind"], question["payload"])}
        except FlowError as error:
            kind = str(getattr(error, "kind", ErrorKind.PROCESSING))
            return {"id": question["id"], "refused": {"message": error.message, "kind": kind, "hint": error.hint}}

    async def _watch(self) -> None:
        """Return never; raise Lost when nothing can come of the attempt any more."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                there = (await self._session.identity())["workers"]
            except ActionError as error:
                self.line_broke = True
                raise Lost(error.message.rstrip(".")) from None
            silent = asyncio.get_running_loop().time() - self._heard
            if self._worker:
                if self._worker not in there:
                    raise Lost(f"its worker {self._worker} is gone")
                if silent > SILENCE:
                    raise Lost(f"its worker {self._worker} gave no sign of life for {SILENCE:g} s")
            elif not self._allowed & there.keys():
                raise Lost("every worker that could run it is gone")
            elif silent > SILENCE and await self._link.begun.is_set():
                raise Lost(f"it gave no sign of life for {SILENCE:g} s")

    # the end

    async def stop(self) -> dict[str, Any] | None:
        """Ask the body to stop and wait until it has, at most ``GRACE`` seconds; its outcome when it had one."""
        with contextlib.suppress(*OUT_OF_REACH, Lost):
            async with asyncio.timeout(GRACE):
                await self._link.stop.set()
                if TICKET in await self._link.inbox.take():
                    return None  # nobody has begun it, and nobody can any more
                message = await self._outcome()
                return None if STOPPED in message else message
        return None

    async def forget(self, lost: bool = False) -> None:
        """Let the scheduler forget the attempt.

        Args:
            lost: A body may still run where nobody reaches it: it is to stop as soon as it can be told.
        """
        with contextlib.suppress(*OUT_OF_REACH, asyncio.CancelledError):
            async with asyncio.timeout(FAREWELL):
                link = self._link
                if lost:
                    await link.stop.set()
                await self._client.unpublish_dataset(self.name)
                if self._future is not None:
                    await self._client.cancel([self._future], force=True)
                await link.inbox.close(times=4)
                await link.outbox.close(times=4)
                await link.inbox.clear()
                await link.outbox.clear()
                await link.begun.clear()
                if not lost:
                    await link.stop.set()
                    await link.stop.clear()


def _reason(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__
