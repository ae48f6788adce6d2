"""Which engine the window talks to: a companion process (the default), or one inside the window."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from floworch.host.protocol import EngineHost


def store_dir(configured: str = "") -> Path:
    """The run store: the configured directory, else ``FLOWORCH_STORE``, else the user data directory."""
    chosen = configured or os.environ.get("FLOWORCH_STORE", "")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("floworch", appauthor=False) / "store"


def open_host(store: Path, in_process: bool) -> EngineHost:
    """Make a host for a store. Nothing is started before the first request.

    Raises:
        StoreError: The store cannot be opened (in-process only; a companion reports it at the first request).
    """
    if not in_process:
        from floworch.host import ProcessHost

        process: EngineHost = ProcessHost(store)
        return process
    import floworch
    from floworch.host import InProcessHost

    engine = floworch.Engine(store=floworch.FlatBuffersStore(store))
    owned: Any = _Owned(InProcessHost(engine), engine)
    host: EngineHost = owned
    return host


class _Owned:
    """An in-process host that closes its engine with itself."""

    def __init__(self, host: Any, engine: Any) -> None:
        self._host, self._engine = host, engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    async def close(self) -> None:
        """Pause live runs, release their locks, and let go."""
        await self._host.close()
        with contextlib.suppress(OSError):
            await self._engine.close()


class _Shared:
    """A host that outlives whoever asked for it: closing it lets go and stops nothing."""

    def __init__(self, host: EngineHost) -> None:
        self._host = host

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    async def close(self) -> None:
        """Let go; runs go on."""


class HostChoice:
    """Opens hosts by a choice that may change while the window is open.

    Those inside the window share one engine, so that every tab sees and controls the runs of the others.

    Attributes:
        store: Directory of the run store.
        in_process: Whether new hosts run inside the window.
        factory: Replaces ``open_host``; for tests.
    """

    def __init__(
        self, store: Path, in_process: bool = False, factory: Callable[[Path, bool], EngineHost] = open_host
    ) -> None:
        self.store, self.in_process, self.factory = store, in_process, factory
        self._inside: EngineHost | None = None

    def __call__(self) -> EngineHost:
        """A host as chosen now."""
        if not self.in_process:
            return self.factory(self.store, False)
        if self._inside is None:
            self._inside = self.factory(self.store, True)
        shared: Any = _Shared(self._inside)
        host: EngineHost = shared
        return host

    async def close(self) -> None:
        """Close the engine inside the window, whose live runs are paused."""
        inside, self._inside = self._inside, None
        if inside is not None:
            await inside.close()
