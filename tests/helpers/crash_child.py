"""``floworch`` with faults: a process that meets one fault at one named point, and otherwise is the command line.

    python crash_child.py VERB ARGUMENTS...

The environment variable CRASH_PLAN holds JSON: ``{"record": FILE}`` writes the name of every point that is passed, one
a line; ``{"point": NAME, "nth": N, "fault": FAULT}`` lets the fault happen when the N-th passage of that name comes;
``{"any": N}`` kills before the N-th passage of any name.

A point is named ``operation object``: ``write journal``, ``sync copy``, ``lock take``, ``index write``,
``spawn process``. The product has no test branches: the points are put around its file layer, its locks, its index and
the class of the standard library that starts processes, here, before it runs.

Faults: ``before`` and ``after`` kill this process (SIGKILL) on that side of the operation; ``ENOSPC`` and ``EIO`` let
it fail; ``short`` lets a write take a third of what it was given, ``torn`` does that and then kills; ``full`` lets this
and every later operation that needs space fail.
"""

from __future__ import annotations

import errno
import functools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

NEEDS_SPACE = ("write", "create", "reserve", "make_directory", "rename")


class Points:
    """Counts the points that are passed, and makes the one fault happen."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        self._seen = Counter[str]()
        self._lock = threading.Lock()
        self._full = False
        record = plan.get("record")
        self._record = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if record else -1

    def fault(self, name: str) -> str:
        """The fault of this passage, or nothing."""
        with self._lock:
            self._seen[name] += 1
            nth = self._seen[name]
        if self._record >= 0:
            os.write(self._record, f"{name}\n".encode())
        if self._plan.get("any") == self._seen.total():
            return "before"
        if name == self._plan.get("point") and nth == self._plan["nth"]:
            found: str = self._plan["fault"]
            self._full = found == "full"
            return found
        return "full" if self._full and name.split(maxsplit=1)[0] in NEEDS_SPACE else ""

    def around(self, name: str, operation: Callable[[], Any]) -> Any:
        """Do an operation that is a point."""
        return perform(self.fault(name), operation)


def perform(fault: str, operation: Callable[[], Any]) -> Any:
    """Do an operation with a fault, which may be none."""
    if fault in ("before", "torn"):
        die()
    if fault in ("ENOSPC", "full"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if fault == "EIO":
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    result = operation()
    if fault == "after":
        die()
    return result


def die() -> None:
    """End as power would: no handler runs."""
    os.kill(os.getpid(), signal.SIGKILL)


def kind_of(path: Path) -> str:
    """What a file of the store is."""
    if "artifacts" in path.parts[:-1]:
        return "artifact"
    if path.name == "artifacts":
        return "mark" if path.parent.parent.name == "runs" else "directory"
    if ".torn" in path.name:
        return "copy"
    if path.suffix in (".fbj", ".new"):
        return "journal"
    return path.name if path.name in ("lock", "reserve", "runs") else "directory"


def put_around_files(points: Points) -> None:
    """Points at every operation of the store's file layer that changes something."""
    from floworch.store.journal.files import Files

    kinds: dict[int, str] = {}

    def by_path(name: str) -> None:
        original = getattr(Files, name)

        @functools.wraps(original)
        def method(self: Any, path: Path, *rest: Any) -> Any:
            result = points.around(f"{name} {kind_of(path)}", lambda: original(self, path, *rest))
            if name in ("create", "open"):
                kinds[result] = kind_of(path)
            return result

        setattr(Files, name, method)

    def by_descriptor(name: str) -> None:
        original = getattr(Files, name)

        @functools.wraps(original)
        def method(self: Any, fd: int, *rest: Any) -> Any:
            return points.around(f"{name} {kinds.get(fd, 'file')}", lambda: original(self, fd, *rest))

        setattr(Files, name, method)

    for name in ("make_directory", "create", "open", "sync_directory", "rename", "remove", "reserve", "give_back"):
        by_path(name)
    for name in ("sync", "truncate", "close"):
        by_descriptor(name)

    put_around_writes(points, kinds)


def put_around_writes(points: Points, kinds: dict[int, str]) -> None:
    """Points at every write: it can also take only a part."""
    from floworch.store.journal.files import Files

    plain_write = Files.write

    def write(self: Any, fd: int, data: Any) -> int:
        name = f"write {kinds.get(fd, 'file')}"
        fault = points.fault(name)
        if fault in ("short", "torn"):
            taken = plain_write(self, fd, memoryview(data)[: max(1, len(data) // 3)])
            if fault == "torn":
                die()
            return taken
        return int(perform(fault, lambda: plain_write(self, fd, data)))

    Files.write = write  # type: ignore[method-assign]


def put_around_the_rest(points: Points) -> None:
    """Points at locks, the index and the start of processes."""
    from floworch.store.journal import index, lock

    def patch(owner: Any, attribute: str, name: str) -> None:
        original = getattr(owner, attribute)

        @functools.wraps(original)
        def function(*arguments: Any, **options: Any) -> Any:
            try:
                return points.around(name, lambda: original(*arguments, **options))
            except OSError as error:
                if name.startswith("index"):
                    raise sqlite3.OperationalError("disk I/O error") from error  # what SQLite makes of it
                raise

        setattr(owner, attribute, function)

    patch(lock.RunLock, "__init__", "lock take")
    patch(lock.RunLock, "release", "lock release")
    patch(index.RunIndex, "_connect", "index open")
    patch(index.RunIndex, "_write", "index write")
    patch(index.RunIndex, "_compare_names", "index rebuild")
    patch(subprocess.Popen, "__init__", "spawn process")


def prepare(plan: dict[str, Any]) -> None:
    """Put the points in place."""
    points = Points(plan)
    put_around_files(points)
    put_around_the_rest(points)


def main() -> int:
    """Be the command line, or the server that forks it."""
    if sys.argv[1:] == ["--serve"]:
        from zygote import serve

        serve(prepare)
        return 0
    prepare(json.loads(os.environ.pop("CRASH_PLAN", "{}")))
    from floworch.cli.app import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
