"""Processes of the command line that cost next to nothing: forks of one that has imported everything.

The server is ``crash_child.py --serve``. It has no thread and no event loop, reads orders (a line of JSON each), and
forks for each; the child puts its points in place and is the command line from then on. It is an operating-system
process like any other: it has its own number and its own memory, SIGKILL ends it at any instruction, and what it leaves
is what is on the disk. Only the imports, a third of a second of processor time, are not done anew. A child that ends in
order tells which modules it had to import, and the server imports them for those to come.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("crash_child.py")
PATIENCE = 500.0


# --- the client ---


@dataclass
class Ended:
    """How a process ended: its exit code (negative for a signal) and what it wrote."""

    code: int
    stdout: bytes
    stderr: bytes


class Zygote:
    """A server and the way to it. One order at a time."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="zygote-")
        self._server = subprocess.Popen(
            [sys.executable, str(CHILD), "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        atexit.register(self.close)

    def run(
        self,
        arguments: tuple[str, ...],
        environment: dict[str, str],
        plan: dict[str, Any] | None = None,
        kill_after: float | None = None,
    ) -> Ended:
        """Run the command line in a process of its own, and kill it after some seconds if it lives so long.

        With a ``plan`` it has points (``crash_child.py``) and ends as soon as it has an exit code; without one it is
        the plain program and ends as Python ends.
        """
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        out, err = Path(self._folder.name, "out"), Path(self._folder.name, "err")
        order = {
            "arguments": arguments,
            "environment": environment,
            "plan": plan,
            "folder": os.getcwd(),
            "kill_after": kill_after,
            "out": str(out),
            "err": str(err),
        }
        self._server.stdin.write(json.dumps(order).encode() + b"\n")
        self._server.stdin.flush()
        answer = self._server.stdout.readline()
        assert answer, "the server of processes is gone"
        return Ended(int(answer), out.read_bytes(), err.read_bytes())

    def close(self) -> None:
        """End the server."""
        with contextlib.suppress(BrokenPipeError):
            self._server.__exit__(None, None, None)
        self._folder.cleanup()


_mine = threading.local()


def zygote() -> Zygote:
    """The server of this thread."""
    if not hasattr(_mine, "zygote"):
        _mine.zygote = Zygote()
    found: Zygote = _mine.zygote
    return found


# --- the server ---


def serve(prepare: Callable[[dict[str, Any]], None]) -> None:
    """Fork for every order; ``prepare`` is called in the child with its plan."""
    from floworch.cli import app  # noqa: F401 - whatever else a verb needs is learned from the first child

    for line in sys.stdin.buffer:
        order = json.loads(line)
        assert threading.active_count() == 1, "a fork copies one thread only"
        gc.collect()
        gc.freeze()
        alive, learned = os.pipe(), os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(alive[0])
            os.close(learned[0])
            sys.exit(_be(order, prepare, learned[1]))
        os.close(alive[1])
        os.close(learned[1])
        _watch(pid, alive[0], order["kill_after"])
        _, status = os.waitpid(pid, 0)
        _learn(learned[0])
        os.close(alive[0])
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _watch(pid: int, alive: int, kill_after: float | None) -> None:
    """Wait until a child has ended, which closes its end of a pipe; kill it when its time is over."""
    ended, _, _ = select.select([alive], [], [], PATIENCE if kill_after is None else kill_after)
    if not ended:
        os.kill(pid, signal.SIGKILL if kill_after is not None else signal.SIGABRT)


def _learn(source: int) -> None:
    """Import what a child had to import."""
    with open(source, encoding="utf-8") as file:
        for name in file.read().split():
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def _be(order: dict[str, Any], prepare: Callable[[dict[str, Any]], None], learned: int) -> int:
    """Be the command line; returns its exit code only without points."""
    code = 70
    try:
        for number, name in ((1, "out"), (2, "err")):
            file = os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(file, number)
            os.close(file)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["folder"])
        known = set(sys.modules)
        if order["plan"] is not None:
            prepare(order["plan"])
        code = _command(order["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(learned, "\n".join(name for name in sys.modules if name not in known).encode()[:60_000])
        if order["plan"] is None:
            return code
    except BaseException:  # noqa: BLE001 - the child must never come back to the server's loop
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(code)


def _command(arguments: list[str]) -> int:
    """``python -m floworch`` with these arguments; returns its exit code."""
    from floworch.__main__ import main

    sys.argv = ["floworch", *arguments]
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    raise AssertionError("the command line returned")
