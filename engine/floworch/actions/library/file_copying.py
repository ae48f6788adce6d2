"""Copy or compare single files piece by piece: flat in memory, stopped by a cancel, holes stay holes."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator

from floworch.actions.context import Context
from floworch.actions.library.file_errors import stop_if_cancelled
from floworch.actions.library.file_names import shown
from floworch.actions.library.file_place import link_new, temporary
from floworch.errors import ActionError, ErrorKind

CHUNK = 1 << 20  # bytes read at a time: the most that is read after a cancel
_REPORT_EVERY = 0.25
_BINARY = getattr(os, "O_BINARY", 0)
_NO_HOLES = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EOPNOTSUPP}


class Meter:
    """Tells how far a piece of work of many files is, now and then, and stops it.

    Args:
        ctx: Of the attempt.
        total: Bytes to do.
    """

    def __init__(self, ctx: Context, total: int) -> None:
        self._ctx = ctx
        self._total = total
        self._done = 0
        self._told = time.monotonic()

    def add(self, count: int, what: str) -> None:
        """Count bytes. Raises ActionError (cancelled) when the attempt is asked to stop."""
        stop_if_cancelled(self._ctx)
        self._done += count
        now = time.monotonic()
        if now - self._told >= _REPORT_EVERY:
            self._told = now
            self._ctx.progress(min(self._done / self._total, 1.0) if self._total else None, what)


def copy_file(source: str, target: str, replace: bool, add: Callable[[int], None]) -> int:
    """Copy a regular file with its permissions and times; the target is there whole or not at all.

    Args:
        source: Path of the file.
        target: Where the copy goes; its folder exists.
        replace: Whether what stands there is replaced; else it must not exist.
        add: Told the bytes of every piece; raises to stop.

    Returns:
        The size in bytes.

    Raises:
        FileExistsError: The target exists and ``replace`` is off.
        ActionError: The source changed while it was copied.
        OSError: Anything else.
    """
    origin = os.open(source, os.O_RDONLY | _BINARY)
    try:
        before = os.fstat(origin)
        with temporary(target) as (fd, place):
            for start, end in extents(origin, before.st_size):
                _copy_range(origin, fd, start, end, add)
            os.ftruncate(fd, before.st_size)
            after = os.fstat(origin)
            if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                raise ActionError(
                    f"'{shown(source)}' changed while it was copied.",
                    ErrorKind.PROCESSING,
                    hint="Wait until nobody writes to it, for example with file.wait, then retry.",
                )
            shutil.copystat(source, place)
            os.fsync(fd)
            if os.name == "nt":
                os.close(fd)  # Windows renames closed files only
            if replace:
                os.replace(place, target)
            else:
                link_new(place, target)
        return before.st_size
    finally:
        os.close(origin)


def _copy_range(origin: int, fd: int, start: int, end: int, add: Callable[[int], None]) -> None:
    os.lseek(origin, start, os.SEEK_SET)
    os.lseek(fd, start, os.SEEK_SET)
    while start < end and (piece := os.read(origin, min(CHUNK, end - start))):
        add(len(piece))
        view = memoryview(piece)
        while view:
            view = view[os.write(fd, view) :]
        start += len(piece)


def extents(fd: int, size: int) -> Iterator[tuple[int, int]]:
    """The parts of a file that hold data, as (start, end); the whole file where the system does not tell."""
    place = 0
    while place < size and hasattr(os, "SEEK_DATA"):
        try:
            start = os.lseek(fd, place, os.SEEK_DATA)
            end = os.lseek(fd, start, os.SEEK_HOLE)
        except OSError as error:
            if error.errno == errno.ENXIO:  # a hole up to the end
                return
            if error.errno in _NO_HOLES:
                break
            raise
        yield start, min(end, size)
        place = end
    if place < size:
        yield place, size


def same_content(one: str, other: str, add: Callable[[int], None]) -> bool:
    """Whether two paths hold the same: files by their bytes, links by where they lead. ``add`` as in ``copy_file``."""
    if os.path.islink(one) or os.path.islink(other):
        return os.path.islink(one) and os.path.islink(other) and os.readlink(one) == os.readlink(other)
    if not (os.path.isfile(one) and os.path.isfile(other)) or os.path.getsize(one) != os.path.getsize(other):
        return False
    with open(one, "rb", buffering=0) as left, open(other, "rb", buffering=0) as right:
        while True:
            piece = left.read(CHUNK)
            add(len(piece))
            if piece != _exactly(right, len(piece)):
                return False
            if not piece:
                return True


def _exactly(file: object, count: int) -> bytes:
    parts: list[bytes] = []
    while count and (part := file.read(count)):  # type: ignore[attr-defined]
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
