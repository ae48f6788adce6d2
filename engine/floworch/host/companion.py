"""The companion process: ``python -m floworch.host.companion --store DIR``.

It keeps an engine and its control server alive beside a store, so that runs outlive the window or the shell that
started them. There is one per store. It ends by itself once nobody is connected and nothing runs, and at SIGTERM it
stops in order: runs pause now and are released, to be resumed by whoever comes next.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.errors import FlowError
from floworch.executor.given_up import run_to_end, stuck
from floworch.executor.settings import log_level
from floworch.host.control_file import remove_control, write_control
from floworch.host.places import COMPANION_FILE, COMPANION_LOCK
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from floworch.engine import Engine
    from floworch.host.server import ControlServer

#: Seconds without a client and without a live run after which the companion ends.
IDLE_SECONDS = 60.0
_RESTING = frozenset({RunStatus.PAUSED, RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED})


class SingleInstance:
    """Holds a lock file for the life of the process; the operating system frees it however the process ends."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)

    def take(self) -> bool:
        """Take the lock; False when another process holds it."""
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(self._file, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Free the lock."""
        os.close(self._file)


class IdleWatch:
    """Tells when an engine process has had neither client nor live run for a while.

    Args:
        engine, server: What is watched; ``server.on_change`` is used.
        seconds: How long it must have been idle.
    """

    def __init__(self, engine: Engine, server: ControlServer, seconds: float) -> None:
        self._engine = engine
        self._server = server
        self._seconds = seconds
        self._changed = asyncio.Event()
        server.on_change = self._changed.set
        engine.on_owned.append(self._note)
        engine.on_released.append(self._note)

    def _note(self, _: object) -> None:
        self._changed.set()

    def busy(self) -> bool:
        """Whether somebody is connected, or a run is live or waits for something here."""
        return self._server.clients > 0 or any(h.fold.status not in _RESTING for h in self._engine.handles())

    async def idle(self) -> None:
        """Return once there was nothing to do for the whole time, checked again at its end."""
        while True:
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._seconds)
                continue
            if not self.busy():
                return


async def serve(store: Any, directory: Path, idle_seconds: float = IDLE_SECONDS) -> None:
    """Run the companion of a store until it is idle or is asked to stop.

    Raises:
        OSError, FlowError: It cannot start here.
    """
    from floworch.engine import Engine
    from floworch.host.server import ControlServer

    stop = asyncio.Event()
    _on_signals(stop)
    async with Engine(store) as engine:
        server = ControlServer(engine)
        await server.start()
        announced = directory / COMPANION_FILE
        write_control(announced, server.info)
        try:
            watch = IdleWatch(engine, server, idle_seconds)
            await _first(stop.wait(), watch.idle())
        finally:
            # Taken away first, so that nobody attaches to a process that is about to end.
            remove_control(announced, server.info.token)
            await engine.close()
            await server.close()


async def _first(*waits: Any) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _on_signals(stop: asyncio.Event) -> None:
    """First SIGTERM or SIGINT: stop in order. A second one: the plain crash that is equally safe (C7.3)."""

    def asked(number: int) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, asked, number)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda n, _frame: loop.call_soon_threadsafe(asked, n))


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point. Returns 0, also when another companion already serves the store; 4 when it cannot start."""
    import argparse

    parser = argparse.ArgumentParser(prog="python -m floworch.host.companion", description="Serve a store of runs.")
    parser.add_argument("--store", required=True, type=Path, help="directory of the store")
    parser.add_argument("--idle", type=float, default=IDLE_SECONDS, help="seconds without work before it ends")
    options = parser.parse_args(arguments)
    try:
        logging.basicConfig(level=log_level("WARNING"), stream=sys.stderr)
        from floworch.store.journal.opening import open_directory

        store = open_directory(options.store)
        options.store.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = SingleInstance(options.store / COMPANION_LOCK)
        if not lock.take():
            sys.stderr.write("Another companion process already serves this store.\n")
            return 0
        run_to_end(serve(store, options.store, options.idle))
        if stuck():  # Python would wait for it
            sys.stderr.flush()
            os._exit(0)
    except FlowError as error:
        _say(f"{error.message} {error.hint}\n")
        return error.exit_code
    except OSError as error:
        _say(f"The companion process cannot use the store {options.store}: {error}\n")
        return 4
    return 0


def _say(text: str) -> None:
    """Write to the log, which may lie on a full disk: then the exit code has to do."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
