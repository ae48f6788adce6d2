"""Whole process trees: tie one to this process's life, and end one for certain (contract C4.5, C7.3).

A tree is the process group that a child leads (it is started with ``start_new_session``) and whatever
descends from it. It lives beside the actions because both ``shell.run`` and the worker pool above need it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

#: Seconds between SIGTERM and SIGKILL where nothing else is asked for.
GRACE = 2.0
_F_SETSIG = 10  # fcntl's F_SETSIG, which the standard library does not name
_LINUX = sys.platform.startswith("linux")
_WAITS = 'read -r _ < "$0" || exit 137; exec "$@"'
_POLL = 0.01
_GIVE_UP = 5.0


class Lifeline:
    """Kills a child's whole process group when this process goes, however it goes (Linux; elsewhere it does nothing).

    The child inherits the reading end of a pipe and this process keeps the writing end. The reading end is
    set to signal the child's group with SIGKILL when the pipe hangs up, so the kernel does the killing: it
    works when this process gets SIGKILL, and when the child is stuck in C code. ``close`` has the same effect
    on whatever is still left of the group.

    Between the start of a child and ``attach`` nothing would kill it: one that is started as ``gated`` says waits for
    that, and ends without having done anything when it never comes.
    """

    def __init__(self) -> None:
        self._ends: tuple[int, int] | None = os.pipe() if _LINUX else None
        self._reader_open = self._ends is not None
        self._gate: tuple[int, int] | None = None

    @property
    def pass_fds(self) -> tuple[int, ...]:
        """Descriptors the child must inherit."""
        ends = (self._ends[0],) if self._ends is not None else ()
        return (*ends, self._gate[0]) if self._gate is not None else ends

    def gated(self, argv: Sequence[str]) -> list[str]:
        """The command that does the same once it is attached; asked before ``pass_fds``, of a program that exists."""
        if self._ends is None or not os.path.exists("/dev/fd"):
            return list(argv)
        self._gate = os.pipe()
        return ["/bin/sh", "-c", _WAITS, f"/dev/fd/{self._gate[0]}", *argv]

    def attach(self, pid: int) -> None:
        """Arm it for the group that ``pid`` leads."""
        if self._ends is None:
            return
        import fcntl

        reader = self._ends[0]
        try:
            fcntl.fcntl(reader, fcntl.F_SETOWN, -pid)
            fcntl.fcntl(reader, _F_SETSIG, int(signal.SIGKILL))
            fcntl.fcntl(reader, fcntl.F_SETFL, fcntl.fcntl(reader, fcntl.F_GETFL) | os.O_ASYNC)
        except OSError:
            pass  # the group is gone already, or a kernel without it: the tree is still killed on cancel
        self._close_reader()
        if self._gate is not None:
            with contextlib.suppress(OSError):  # it has ended already
                os.write(self._gate[1], b"\n")
            self._close_gate()

    def _close_gate(self) -> None:
        for end in self._gate or ():
            os.close(end)
        self._gate = None

    def _close_reader(self) -> None:
        if self._ends is not None and self._reader_open:
            self._reader_open = False
            os.close(self._ends[0])

    def close(self) -> None:
        """Let go, which ends what is left of the group. Safe to call twice."""
        self._close_gate()
        if self._ends is not None:
            self._close_reader()
            os.close(self._ends[1])
            self._ends = None


def _stat(pid: int) -> tuple[str, int] | None:
    """State letter and parent of a process, or None when there is no such process (Linux)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    fields = text[text.rindex(b")") + 2 :].split()
    return fields[0].decode(), int(fields[1])


def alive(pid: int) -> bool:
    """Whether the process exists and is more than a zombie."""
    if _LINUX:
        stat = _stat(pid)
        return stat is not None and stat[0] not in "ZX"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _parents() -> dict[int, int]:
    """Parent by process id for every process of this machine (POSIX)."""
    if _LINUX:
        with os.scandir("/proc") as entries:
            pids = [int(entry.name) for entry in entries if entry.name.isdigit()]
        return {pid: stat[1] for pid in pids if (stat := _stat(pid)) is not None}
    listing = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=False).stdout
    pairs = (line.split() for line in listing.splitlines())
    return {int(pair[0]): int(pair[1]) for pair in pairs if len(pair) == 2}


def descendants(pid: int) -> list[int]:
    """Every process below ``pid``, also those that moved to a session of their own; without ``pid`` itself."""
    children: dict[int, list[int]] = {}
    for child, parent in _parents().items():
        children.setdefault(parent, []).append(child)
    found: list[int] = []
    todo = [pid]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def _signal_all(pid: int, below: Iterable[int], number: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(pid, number)
    for each in below:
        with contextlib.suppress(OSError):
            os.kill(each, number)


def _group_alive(pid: int) -> bool:
    """Whether the group that ``pid`` led has members; a group of zombies only counts until somebody reaps it."""
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return alive(pid)
    return True


async def _gone(pids: set[int], seconds: float) -> bool:
    """Wait up to ``seconds`` until none of these processes is alive."""
    until = time.monotonic() + seconds
    pause = 0.001
    while any(alive(pid) for pid in pids):
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(pause)
        pause = min(pause * 2, _POLL)
    return True


async def kill_tree(pid: int, grace: float = GRACE) -> None:
    """End a child that leads its own session, and everything below it; return when all of it is gone.

    Args:
        pid: The child. It must not have been waited for yet, or its id may belong to someone else.
        grace: Seconds between asking (SIGTERM) and killing (SIGKILL); 0 kills at once. Windows always kills.

    The wait after SIGKILL is bounded to a few seconds, for processes stuck in the kernel.
    """
    if sys.platform == "win32":
        await _taskkill(pid)
        return
    below = descendants(pid)
    if grace > 0:
        _signal_all(pid, below, signal.SIGTERM)
        if await _gone({pid, *below}, grace) and not _group_alive(pid):
            return
    # what was forked while it was asked to stop is only visible now
    below = sorted({*below, *descendants(pid)})
    _signal_all(pid, (each for each in below if alive(each)), signal.SIGKILL)
    await _gone({pid, *below}, _GIVE_UP)


async def _taskkill(pid: int) -> None:
    process = await asyncio.create_subprocess_exec(
        "taskkill",
        "/F",
        "/T",
        "/PID",
        str(pid),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    await process.wait()


def exit_words(code: int | None) -> str:
    """How a process ended, in words: ``exit code 3`` or ``signal 9 (SIGKILL)``."""
    if code is None:
        return "no exit code"
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = "unknown"
    return f"signal {-code} ({name})"


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Await something that must not be left half done, such as a kill: cancellation waits until it is finished.

    Raises:
        CancelledError: It was asked to stop meanwhile; the work is done all the same.
    """
    task = asyncio.ensure_future(work)
    stopped = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            stopped = True
        except BaseException:
            if not task.done():
                raise
    if stopped:
        task.exception()  # seen: the stop comes first
        raise asyncio.CancelledError
    return task.result()
