"""EngineHost in the companion process of a store: starts it when there is none, attaches, and comes back after it died."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from floworch.errors import UsageError
from floworch.host.channel import HostUnavailable
from floworch.host.client import RemoteHost
from floworch.host.control_file import read_control
from floworch.host.places import COMPANION_FILE, COMPANION_LOG

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch.run.events import Event
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader, RunSummary

T = TypeVar("T")

#: Seconds for the companion process to come up before it is given up.
START_SECONDS = 30.0
_POLL_SECONDS = 0.02
_TAIL_BYTES = 2000


class ProcessHost:
    """The default host of the designer and of ``floworch run --detach``. See ``EngineHost`` for the methods.

    Args:
        store_dir: Directory of the store.
        start_seconds: How long the companion may take to come up.
        command: Command line that starts a companion for a store; for tests.

    ``prestart`` may be called early, so that the first run does not wait for a process to start. After the companion
    ended (idle, or killed) the next request starts another one. Requests that only read are repeated then; one that
    changes something is not, because nobody knows whether it was carried out.
    """

    def __init__(
        self,
        store_dir: Path | str,
        start_seconds: float = START_SECONDS,
        command: Callable[[Path], list[str]] | None = None,
    ) -> None:
        self.store_dir = Path(store_dir)
        self._start_seconds = start_seconds
        self._command = command or companion_command
        self._remote: RemoteHost | None = None
        self._lock = asyncio.Lock()

    async def prestart(self) -> None:
        """Start or find the companion now. Raises HostUnavailable when it cannot start."""
        await self._connected()

    async def start(
        self, workflow: Workflow, inputs: dict[str, Any] | None = None, run_id: str | None = None, **options: Any
    ) -> str:
        """Start a run and return its id once it is durable."""
        return await (await self._connected()).start(workflow, inputs, run_id, **options)

    async def resume(self, run_id: str, **options: Any) -> None:
        """Continue a paused, suspended or interrupted run."""
        await (await self._connected()).resume(run_id, **options)

    async def retry(self, run_id: str) -> None:
        """Run the failed, skipped and cancelled nodes of a failed run again (C7.9)."""
        await (await self._connected()).retry(run_id)

    async def pause(self, run_id: str, now: bool = False) -> None:
        """Ask for a pause; returns once the intent is durable (C7.1)."""
        await (await self._connected()).pause(run_id, now)

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        """Cancel for good; returns once the intent is durable (C7.3)."""
        await (await self._connected()).cancel(run_id, compensate)

    async def signal(self, run_id: str, name: str, payload: Any = None) -> None:
        """Send a named signal (C8.2)."""
        await (await self._connected()).signal(run_id, name, payload)

    async def approve(self, run_id: str, node: str, comment: str = "") -> None:
        """Answer a waiting approval with yes."""
        await (await self._connected()).approve(run_id, node, comment)

    async def reject(self, run_id: str, node: str, comment: str = "") -> None:
        """Answer a waiting approval with no."""
        await (await self._connected()).reject(run_id, node, comment)

    async def events(self, run_id: str, from_seq: int = 0) -> AsyncIterator[list[Event]]:
        """Batches of events from ``from_seq`` on.

        When the companion dies meanwhile, a new one gives what is stored and the stream ends; ``load`` then says
        ``interrupted`` for a run that was live.
        """
        position = from_seq
        for last_try in (False, True):
            remote = await self._connected()
            try:
                async for batch in remote.events(run_id, position):
                    position = batch[-1].seq + 1
                    yield batch
                return
            except HostUnavailable:
                if last_try:
                    raise
                await self._forget(remote)

    async def header(self, run_id: str) -> RunHeader:
        """The header of a run."""
        return await self._read(lambda remote: remote.header(run_id))

    async def load(self, run_id: str) -> RunState:
        """The state of a run now."""
        return await self._read(lambda remote: remote.load(run_id))

    async def runs(self, **filters: Any) -> list[RunSummary]:
        """Runs of the store, newest first; filters are those of ``RunStore.list``."""
        return await self._read(lambda remote: remote.runs(**filters))

    async def close(self) -> None:
        """Let go of the companion; its runs go on. Idempotent."""
        remote, self._remote = self._remote, None
        if remote is not None:
            await remote.close()

    # -- the companion process

    async def _read(self, ask: Callable[[RemoteHost], Awaitable[T]]) -> T:
        remote = await self._connected()
        try:
            return await ask(remote)
        except HostUnavailable:
            await self._forget(remote)
            return await ask(await self._connected())

    async def _forget(self, remote: RemoteHost) -> None:
        _reap()
        if self._remote is remote:
            self._remote = None
        await remote.close()

    async def _connected(self) -> RemoteHost:
        async with self._lock:
            if self._remote is not None:
                try:
                    await self._remote.connect()
                    return self._remote
                except HostUnavailable:
                    await self._forget(self._remote)
            self._remote = await self._attach() or await self._launch()
            return self._remote

    async def _attach(self) -> RemoteHost | None:
        info = read_control(self.store_dir / COMPANION_FILE)
        if info is None:
            return None
        remote = RemoteHost(info)
        try:
            await remote.connect()
        except HostUnavailable:
            return None
        return remote

    async def _launch(self) -> RemoteHost:
        loop = asyncio.get_running_loop()
        process = self._spawn()
        deadline = loop.time() + self._start_seconds
        while loop.time() < deadline:
            ended = process.poll()
            remote = await self._attach()
            if remote is not None:
                return remote
            if ended not in (None, 0):
                raise self._cannot_start(f"it ended with code {ended}")
            await asyncio.sleep(_POLL_SECONDS)
            if ended == 0:
                # Another companion holds the store but is just coming up or going down: try our luck again.
                process = self._spawn()
                await asyncio.sleep(_POLL_SECONDS * 5)
        process.kill()
        raise self._cannot_start(f"it did not answer within {self._start_seconds:g} seconds")

    def _spawn(self) -> subprocess.Popen[bytes]:
        try:
            self.store_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            log = os.open(self.store_dir / COMPANION_LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        except OSError as error:
            raise HostUnavailable(
                f"The store {self.store_dir} cannot be written: {error.strerror or error}.",
                "Choose another directory with --store or FLOWORCH_STORE.",
            ) from error
        try:
            process = subprocess.Popen(
                self._command(self.store_dir),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                **_detached(),
            )
            _children.append(process)
            return process
        except OSError as error:
            raise HostUnavailable(f"The engine process cannot be started: {error}.") from error
        finally:
            os.close(log)

    def _cannot_start(self, why: str) -> HostUnavailable:
        try:
            tail = (self.store_dir / COMPANION_LOG).read_bytes()[-_TAIL_BYTES:].decode("utf-8", "replace").strip()
        except OSError:
            tail = ""
        said = f" It said:\n{tail}" if tail else ""
        return HostUnavailable(
            f"The engine process for the store {self.store_dir} did not start: {why}.{said}",
            f"Run '{' '.join(self._command(self.store_dir))}' in a terminal to see why.",
        )


def companion_command(store_dir: Path) -> list[str]:
    """Return the command line that starts the companion of a store.

    Raises:
        UsageError: This program is not run by a Python interpreter that could start it.
    """
    if not sys.executable:
        raise UsageError("The Python interpreter of this program cannot be found, so no engine process can be started.")
    return [sys.executable, "-m", "floworch.host.companion", "--store", str(store_dir.absolute())]


#: Companions that this process started. They outlive it; while it lives, it must collect those that ended, because
#: a dead child that was not collected still looks alive to whoever asks for its pid.
_children: list[subprocess.Popen[bytes]] = []


def _reap() -> None:
    _children[:] = [child for child in _children if child.poll() is None]


def _detached() -> dict[str, Any]:
    """Arguments of Popen for a process that outlives this one and gets none of its terminal's signals."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
