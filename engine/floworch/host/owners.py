"""The processes that own runs of a store, as far as they can be reached."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from floworch.host.channel import HostUnavailable
from floworch.host.client import RemoteHost
from floworch.host.control_file import ControlInfo, read_control
from floworch.host.places import control_path

if TYPE_CHECKING:
    from floworch.store.protocol import RunStore


class Owners:
    """Finds and keeps connections to the processes that own runs.

    Args:
        store: Where the runs are; it knows who owns them, and their ``control`` files lie in its directory.
    """

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._remotes: dict[ControlInfo, RemoteHost] = {}

    async def find(self, run_id: str) -> RemoteHost | None:
        """Return a connected host of the living process that owns a run.

        None when nobody does, when it is this process, or when it left no control file or does not answer.

        Raises:
            RunNotFound, UsageError: There is no such run, or the id is malformed.
        """
        path = control_path(self._store, run_id)
        found = self._store.owner(run_id)
        if found is None or path is None or found.get("pid") == os.getpid():
            return None
        info = read_control(path)
        if info is None or info.pid != found.get("pid"):
            return None
        remote = self._remotes.get(info)
        if remote is None:
            remote = self._remotes[info] = RemoteHost(info, direct=True)
        with contextlib.suppress(HostUnavailable):
            await remote.connect()
            return remote
        return None

    async def disconnect(self) -> None:
        """Let go of every process."""
        remotes, self._remotes = list(self._remotes.values()), {}
        for remote in remotes:
            await remote.close()
