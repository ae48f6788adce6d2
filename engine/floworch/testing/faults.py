"""A file layer with faults: for proving that a journal survives what disks do."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from floworch.store.journal.files import Files


class FaultyFiles(Files):
    """Files whose disk can be full, broken, forgetful or slow to take everything.

    Attributes:
        capacity: Bytes that can still be written before ENOSPC, or None for plenty. What ``reserve`` took counts again
            after ``give_back``, as on a real disk.
        short: Most bytes one write takes, or None for all.
        fail: Called with the operation's name (``write``, ``sync``, ``create``, ``rename``, ``truncate``...) before
            each; raise OSError from it to make the operation fail.
        calls: Names of the operations so far.
    """

    def __init__(self) -> None:
        super().__init__()
        self.capacity: int | None = None
        self.short: int | None = None
        self.fail: Callable[[str], None] = lambda _operation: None
        self.calls: list[str] = []
        self._paths: dict[int, Path] = {}
        self._synced: dict[Path, int] = {}
        self._reserved: dict[Path, int] = {}
        self._new_names: list[tuple[Path | None, Path]] = []  # (name before, name), in order, not yet synced
        self._lock = threading.RLock()  # over what is remembered: several threads use one store

    def make_directory(self, path: Path) -> None:
        """Make a directory; its name is not safe yet."""
        self._enter("make_directory")
        with self._lock:
            fresh = [each for each in (path, *path.parents) if not each.exists()]
            super().make_directory(path)
            self._new_names += [(None, each) for each in reversed(fresh)]

    def create(self, path: Path) -> int:
        """Make a file; nothing of it is on stable storage yet."""
        self._enter("create")
        with self._lock:
            fd = super().create(path)
            self._paths[fd] = path
            self._synced[path] = 0
            self._new_names.append((None, path))
        return fd

    def open(self, path: Path) -> int:
        """Open a file; what it holds counts as synced."""
        self._enter("open")
        with self._lock:
            fd = super().open(path)
            self._paths[fd] = path
            self._synced.setdefault(path, path.stat().st_size)
        return fd

    def write(self, fd: int, data: bytes | memoryview) -> int:
        """Write as much as the faults allow; a full disk takes what fits, then fails."""
        self._enter("write")
        size = len(data) if self.short is None else min(len(data), self.short)
        with self._lock:
            if self.capacity is not None:
                if self.capacity <= 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                size = min(size, self.capacity)
                self.capacity -= size
        return super().write(fd, data[:size])

    def sync(self, fd: int) -> None:
        """Remember the file's size as safe."""
        self._enter("sync")
        with self._lock:
            self._synced[self._paths[fd]] = os.fstat(fd).st_size

    def sync_directory(self, path: Path) -> None:
        """Remember the names in a directory as safe."""
        self._enter("sync_directory")
        with self._lock:
            self._new_names = [pair for pair in self._new_names if pair[1].parent != path]

    def truncate(self, fd: int, size: int) -> None:
        """Cut the file."""
        self._enter("truncate")
        with self._lock:
            super().truncate(fd, size)
            path = self._paths[fd]
            self._synced[path] = min(self._synced[path], size)

    def close(self, fd: int) -> None:
        """Close the file."""
        self._enter("close")
        with self._lock:  # else another thread's new file of this number would lose its path
            super().close(fd)
            self._paths.pop(fd, None)

    def rename(self, source: Path, target: Path) -> None:
        """Rename; what is safe of the file stays safe."""
        self._enter("rename")
        with self._lock:
            super().rename(source, target)
            self._new_names.append((source, target))
            if source in self._synced:
                self._synced[target] = self._synced.pop(source)
            for fd, path in self._paths.items():
                if path == source:
                    self._paths[fd] = target

    def remove(self, path: Path) -> None:
        """Remove the file."""
        self._enter("remove")
        with self._lock:
            super().remove(path)
            self._synced.pop(path, None)

    def reserve(self, path: Path, size: int) -> None:
        """Take bytes of the disk."""
        self._enter("reserve")
        with self._lock:
            if self.capacity is not None:
                if self.capacity < size:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                self.capacity -= size
            super().reserve(path, size)
            self._reserved[path] = size

    def give_back(self, path: Path, size: int) -> None:
        """Let others have the bytes."""
        self._enter("give_back")
        with self._lock:
            super().give_back(path, size)
            freed = self._reserved.pop(path, 0)
            if self.capacity is not None:
                self.capacity += freed

    def power_loss(self, keep: float = 0.0, zeros: bool = False, names: bool = False) -> None:
        """Lose what was not synced, as if the computer had lost its power.

        Args:
            keep: Share of each file's unsynced bytes that reached the disk all the same, from 0 to 1.
            zeros: Leave zeros where the rest was, instead of a shorter file.
            names: Lose the names, too, that no sync of their directory has made safe: files and directories that are
                new are gone, renamed ones have their old name. What was removed stays so.
        """
        for path, safe in list(self._synced.items()):
            if not path.exists():
                continue
            data = path.read_bytes()
            kept = safe + int((len(data) - safe) * keep)
            path.write_bytes(data[:kept] + (bytes(len(data) - kept) if zeros else b""))
        if names:
            self._lose_names()
        self._new_names.clear()  # what is there after it is on the disk

    def _lose_names(self) -> None:
        for before, name in reversed(self._new_names):
            if before is not None and name.exists():
                name.replace(before)
            elif name.is_dir():
                shutil.rmtree(name)
            else:
                name.unlink(missing_ok=True)

    def _enter(self, operation: str) -> None:
        self.calls.append(operation)
        self.fail(operation)


def fail_on(operation: str, error: int, after: int = 0) -> Callable[[str], None]:
    """A ``fail`` hook: every ``operation`` after the first ``after`` ones fails with this errno."""
    seen = 0

    def fail(name: str) -> None:
        nonlocal seen
        if name == operation:
            seen += 1
            if seen > after:
                raise OSError(error, os.strerror(error))

    return fail
