"""What the engine is given of clusters: one set of sessions for each event loop (contract C14)."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections.abc import Callable
from typing import Any

from floworch.actions.proctree import to_the_end
from floworch.actions.workers import OnMessage
from floworch.distributed.attempt import Ears, Lost, RemoteAttempt
from floworch.distributed.fit import fitting
from floworch.distributed.names import name_of
from floworch.distributed.places import address_of
from floworch.distributed.sealed import STOPPED
from floworch.distributed.session import OUT_OF_REACH, Session
from floworch.errors import ActionError, ErrorKind, UsageError
from floworch.executor.clusters import ClusterJob, NotAttached, provide_clusters
from floworch.executor.worker_process import outcome_of

#: How many earlier attempts are looked for, the latest first.
_LOOK_BACK = 16
#: Seconds between two looks at whether outcomes are durable.
_SWEEP = 0.2

#: One node instance of one run.
_Key = tuple[str, float, str, tuple[int, ...]]


class DaskClusters:
    """Connections to schedulers, by address; implements ``executor.clusters.Clusters``."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._users: dict[str, int] = {}
        self._calls: dict[_Key, tuple[int, int]] = {}
        self._kept: list[tuple[RemoteAttempt, Callable[[], bool], _Key]] = []
        self._sweeper: asyncio.Task[None] | None = None

    async def call(
        self, job: ClusterJob, on_message: OnMessage, recorded: Callable[[], bool], began: Callable[[], None]
    ) -> Any:
        """Run one attempt; see ``executor.clusters.Clusters``."""
        try:
            address = address_of(job.cluster)
        except UsageError as error:
            raise ActionError(error.message, ErrorKind.VALIDATION, hint=error.hint) from None
        session = self._sessions.get(address)
        if session is None:
            session = self._sessions[address] = Session(address)
        self._users[address] = self._users.get(address, 0) + 1
        try:
            return await self._run(session, job, Ears(on_message, began), recorded)
        finally:
            self._users[address] -= 1

    async def _run(self, session: Session, job: ClusterJob, ears: Ears, recorded: Callable[[], bool]) -> Any:
        number = self._call_number(job)
        attempt = None
        while True:
            attempt = await self._begin(session, job, number, ears)
            message = await self._follow(session, attempt)
            if STOPPED not in message:
                break
            await attempt.forget()  # it was told to stop by a process that did not live to see it
        if "error" in message:
            await to_the_end(attempt.forget())
        else:
            self._keep(attempt, recorded, _key(job))
        return outcome_of(message, ears.on_message)

    def _call_number(self, job: ClusterJob) -> int:
        """How often this attempt calls its action, from 1: a layer may do so again."""
        key = _key(job)
        attempt, number = self._calls.get(key, (0, 0))
        number = number + 1 if attempt == job.attempt else 1
        self._calls[key] = job.attempt, number
        return number

    async def _begin(self, session: Session, job: ClusterJob, number: int, ears: Ears) -> RemoteAttempt:
        """Take up what an earlier process left, else submit.

        Raises:
            ActionError, NotAttached: As ``Clusters.call``.
        """
        attempt = None
        try:
            client = await session.client()
            attempt = await _attached(session, client, job, number, ears)
            if attempt is not None:
                return attempt
            if job.only_attach:
                raise NotAttached("nothing of it is left on the cluster, where it may have taken effect")
            workers = await session.workers([(job.action, job.target)], job.tags)
            chosen = fitting(session.address, job.node, workers, job.tags, job.action, job.version)
            attempt = RemoteAttempt(session, client, name_of(job, call=number), ears)
            await attempt.submit(job, chosen)
        except BaseException as error:
            if attempt is not None:
                await to_the_end(attempt.forget())
            if isinstance(error, ActionError) and job.only_attach:
                raise NotAttached(f"its cluster cannot be asked what became of it: {error.message}") from None
            if isinstance(error, OUT_OF_REACH):
                raise _lost(session, "the line to its scheduler broke") from None
            raise
        return attempt

    async def _follow(self, session: Session, attempt: RemoteAttempt) -> dict[str, Any]:
        try:
            return await self._to_its_end(session, attempt)
        except asyncio.CancelledError:
            await to_the_end(attempt.stop())
            await to_the_end(attempt.forget())
            raise

    async def _to_its_end(self, session: Session, attempt: RemoteAttempt) -> dict[str, Any]:
        """Follow an attempt; a line that broke is mended once, when the scheduler still knows the attempt."""
        try:
            return await attempt.follow()
        except Lost as lost:
            reason = str(lost)
        with contextlib.suppress(*OUT_OF_REACH):
            client = await session.client()
            if attempt.line_broke and await attempt.mend(client):
                with contextlib.suppress(Lost):
                    return await attempt.follow()
            await to_the_end(attempt.forget(lost=True))
        raise _lost(session, reason) from None

    def _keep(self, attempt: RemoteAttempt, recorded: Callable[[], bool], key: _Key) -> None:
        """Forget an attempt once its outcome is durable: until then a crash would need it again."""
        self._kept.append((attempt, recorded, key))
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.create_task(self._sweep(), name="floworch-cluster-sweep")

    async def _sweep(self) -> None:
        while self._kept:
            await asyncio.sleep(_SWEEP)
            await self._forget_recorded()

    async def _forget_recorded(self) -> None:
        ready = [kept for kept in self._kept if kept[1]()]
        self._kept = [kept for kept in self._kept if kept not in ready]
        for attempt, _, key in ready:
            self._calls.pop(key, None)
            await to_the_end(attempt.forget())

    async def close(self) -> None:
        """Let go of every scheduler that nothing runs on; what is not recorded stays published there."""
        if any(self._users.values()):
            return
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.wait({self._sweeper})
            self._sweeper = None
        await self._forget_recorded()
        self._kept.clear()
        sessions = list(self._sessions.values())
        self._sessions.clear()
        self._users.clear()
        self._calls.clear()
        for session in sessions:
            await session.close()


def _key(job: ClusterJob) -> _Key:
    return job.run_id, job.born, job.node, job.scope


async def _attached(session: Session, client: Any, job: ClusterJob, number: int, ears: Ears) -> RemoteAttempt | None:
    """The latest of the earlier attempts that is still published, taken up; None when there is none."""
    for earlier in range(job.attempt - 1, max(0, job.attempt - 1 - _LOOK_BACK), -1):
        attempt = RemoteAttempt(session, client, name_of(job, earlier, number), ears)
        if await attempt.attach():
            return attempt
    return None


def _lost(session: Session, reason: str) -> ActionError:
    return ActionError(
        f"The attempt on the cluster {session.address} was lost: {reason}.",
        ErrorKind.CONNECTION,
        hint=f"See what is left of the cluster: floworch cluster check {session.address}",
    )


_by_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, DaskClusters] = weakref.WeakKeyDictionary()


def _of_this_loop() -> DaskClusters:
    loop = asyncio.get_running_loop()
    found = _by_loop.get(loop)
    if found is None:
        found = _by_loop[loop] = DaskClusters()
    return found


provide_clusters(_of_this_loop)
