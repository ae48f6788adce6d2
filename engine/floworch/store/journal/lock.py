"""One owner per run (C7.4): a lock of the operating system, which a process that is killed gives back by dying."""

from __future__ import annotations

import errno
import json
import os
import sys
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from floworch.errors import RunLocked
from floworch.store.journal.files import FILE_MODE
from floworch.store.journal.owner import identity, seems_alive

#: Somebody who only asks who the owner is holds a shared lock for a moment; taking the lock tries this often.
_TRIES, _PAUSE = 20, 0.005
#: A process that is killed while it starts another leaves a copy of its open files with that one until it has come to
#: its own program: so often is a lock that the dead hold looked at again.
_DYING = 200
_UNSUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}
#: Where Windows locks one byte: beyond the text, which stays readable.
_BYTE = 1 << 30


class Busy(Exception):  # noqa: N818 - reads as what was found
    """Another process holds the lock."""


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _take(fd: int, shared: bool) -> None:
        os.lseek(fd, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise Busy from error

    def _give(fd: int) -> None:
        os.lseek(fd, _BYTE, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(fd: int, shared: bool) -> None:
        try:
            fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
                raise Busy from error
            raise

    def _give(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_UN)


class RunLock:
    """The lock of one run, held from construction to ``release``.

    Args:
        path: The lock file, made when it is missing; the owner's identity is its content, and zeros may follow it.
        run_id: For the message.
        mode: Of the file when it is made.

    Raises:
        RunLocked: A living process holds it; ``owner`` says which.
        OSError: The file cannot be made or written.

    Attributes:
        path: As given.
        owner: The identity of this process.
        size: Bytes that it takes in the file.
    """

    def __init__(self, path: Path, run_id: str, mode: int = FILE_MODE) -> None:
        self.path = path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), mode)
        try:
            self._wait(run_id)
            self.owner = identity()
            os.ftruncate(self._fd, 0)
            os.lseek(self._fd, 0, os.SEEK_SET)
            self.size = os.write(self._fd, json.dumps(self.owner).encode())
        except BaseException:
            os.close(self._fd)
            self._fd = -1
            raise
        _held.add(self)

    def release(self) -> None:
        """Empty the file and give the lock back. Idempotent."""
        if self._fd < 0:
            return
        fd, self._fd = self._fd, -1
        _held.discard(self)
        try:
            os.ftruncate(fd, 0)
            _give(fd)
        except OSError:
            pass  # closing gives it back anyway
        os.close(fd)

    def _wait(self, run_id: str) -> None:
        for attempt in range(_DYING):
            try:
                _take(self._fd, shared=False)
            except Busy:
                owner = _words(self.path)
                last = (_DYING if _of_the_dead(owner) else _TRIES) - 1
                if owner.get("pid") == os.getpid() or (attempt and seems_alive(owner)) or attempt >= last:
                    raise _locked(run_id, owner) from None
                time.sleep(_PAUSE)
                continue
            except OSError as error:
                if error.errno not in _UNSUPPORTED:
                    raise
                if seems_alive(owner := _words(self.path)):  # no locks here: the words have to do
                    raise _locked(run_id, owner) from None
            return


def hold_file(path: Path, shared: bool, mode: int = FILE_MODE) -> Callable[[], None]:
    """Lock a file, made when it is missing, and return what gives it free again.

    Raises:
        Busy: Somebody holds it otherwise.
        OSError: It cannot be made. Where files cannot be locked, nothing is held.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), mode)
    try:
        _take(fd, shared)
    except Busy:
        os.close(fd)
        raise
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            os.close(fd)
            raise
    return lambda: os.close(fd)


def owner_of(path: Path) -> dict[str, Any] | None:
    """The identity of the living process that holds the lock, or None.

    Where the words in the file are those of a process that has died, the lock is given a second to become free.
    """
    try:
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return None
    try:
        for attempt in range(_DYING):
            try:
                _take(fd, shared=True)
            except Busy:
                owner = _words(path)
                if attempt == _DYING - 1 or not _of_the_dead(owner):
                    return owner
                time.sleep(_PAUSE)
            else:
                return None
    except OSError:
        owner = _words(path)
        return owner if seems_alive(owner) else None
    finally:
        os.close(fd)
    return None


def _of_the_dead(owner: dict[str, Any]) -> bool:
    """Whether these words name a process, and it has gone."""
    return "pid" in owner and not seems_alive(owner)


def _words(path: Path) -> dict[str, Any]:
    """What the lock file says; empty when it says nothing readable."""
    try:
        words = json.loads(path.read_bytes().rstrip(b"\0") or b"{}")
    except (OSError, ValueError):
        return {}
    return words if isinstance(words, dict) else {}


def _locked(run_id: str, owner: dict[str, Any]) -> RunLocked:
    if owner.get("pid") == os.getpid():
        return RunLocked(
            f"Run '{run_id}' is owned by this process already.", "Use the handle it was started with.", owner
        )
    who = f"process {owner['pid']} on {owner.get('host', 'this host')}" if "pid" in owner else "another process"
    return RunLocked(
        f"Run '{run_id}' is owned by {who}.",
        "Pause or cancel it there; the lock is free as soon as that process lets go or ends.",
        owner,
    )


_held: weakref.WeakSet[RunLock] = weakref.WeakSet()


def _forget_in_child() -> None:
    """A forked child shares the open files: it must not keep the lock of a parent that dies."""
    for lock in tuple(_held):
        if lock._fd >= 0:
            os.close(lock._fd)
            lock._fd = -1
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
