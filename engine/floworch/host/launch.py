"""Finding the companion process of a store, and starting it when there is none."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from floworch.errors import UsageError
from floworch.host.channel import HostUnavailable
from floworch.host.client import RemoteHost
from floworch.host.control_file import read_control
from floworch.host.places import COMPANION_FILE, COMPANION_LOG

#: Seconds for the companion process to come up before it is given up.
START_SECONDS = 30.0
_POLL_SECONDS = 0.02
_TAIL_BYTES = 2000
_PROBE_BYTES = 16 * 1024


class Companion:
    """The companion process of one store.

    Args:
        store_dir: Directory of the store.
        start_seconds: How long the companion may take to come up.
        command: Command line that starts a companion for a store; for tests.
    """

    def __init__(
        self,
        store_dir: Path,
        start_seconds: float = START_SECONDS,
        command: Callable[[Path], list[str]] | None = None,
    ) -> None:
        self.store_dir = store_dir
        self._start_seconds = start_seconds
        self._command = command or companion_command
        self._remote: RemoteHost | None = None
        self._lock = asyncio.Lock()
        self._closings = 0

    async def close(self) -> None:
        """Let go of the companion; it goes on by itself. Idempotent."""
        self._closings += 1
        remote, self._remote = self._remote, None
        if remote is not None:
            await remote.close()

    async def forget(self, remote: RemoteHost) -> None:
        """Note that the companion behind a connection is gone."""
        _reap()
        if self._remote is remote:
            self._remote = None
        await remote.close()

    async def connected(self) -> RemoteHost:
        """Return a connection to the companion, which is started if there is none.

        Raises:
            HostUnavailable: It cannot be started or does not answer, or it was let go of meanwhile.
        """
        async with self._lock:
            closings, remote = self._closings, self._remote
            if remote is not None:
                try:
                    await remote.connect()
                    return remote
                except HostUnavailable:
                    await self.forget(remote)
            if closings == self._closings:
                remote = await self._attach() or await self._launch()
            if remote is None or closings != self._closings:  # nobody would close this connection again
                if remote is not None:
                    await remote.close()
                raise HostUnavailable("The engine process was let go of while it was being connected.")
            self._remote = remote
            return remote

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
            process: subprocess.Popen[bytes] = subprocess.Popen(  # pyright: ignore[reportAssignmentType] - bytes: no text=
                self._command(self.store_dir),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                **detached(),
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
        full = None if tail else _unwritable(self.store_dir)  # on a full disk its last words are lost with the rest
        if full is not None:
            return HostUnavailable(
                f"The store {self.store_dir} cannot be written: {full.strerror or full}.",
                "Free some space, or choose another directory with --store or FLOWORCH_STORE.",
            )
        said = f" It said: {tail.splitlines()[-1]}" if tail else ""
        return HostUnavailable(
            f"The engine process for the store {self.store_dir} did not start: {why}.{said}",
            f"Run '{' '.join(self._command(self.store_dir))}' in a terminal to see why.",
        )


def _unwritable(directory: Path) -> OSError | None:
    """Why a file cannot be written in a directory, found by trying; None when it can."""
    probe = directory / f".probe-{os.getpid()}"
    try:
        try:
            with open(probe, "wb") as file:
                file.write(bytes(_PROBE_BYTES))
                file.flush()
                os.fsync(file.fileno())
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        return error
    return None


def companion_command(store_dir: Path) -> list[str]:
    """Return the command line that starts the companion of a store, which imports nothing from the current folder.

    Raises:
        UsageError: This program is not run by a Python interpreter that could start it.
    """
    if not sys.executable:
        raise UsageError("The Python interpreter of this program cannot be found, so no engine process can be started.")
    return [sys.executable, "-P", "-m", "floworch.host.companion", "--store", str(store_dir.absolute())]


#: Companions that this process started. They outlive it; while it lives, it must collect those that ended, because
#: a dead child that was not collected still looks alive to whoever asks for its pid.
_children: list[subprocess.Popen[bytes]] = []


def _reap() -> None:
    _children[:] = [child for child in _children if child.poll() is None]


def detached() -> dict[str, Any]:
    """Arguments of Popen for a process that outlives this one and gets none of its terminal's signals."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
