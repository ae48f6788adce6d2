"""Everything the journal asks of the file system, behind one object that tests replace to inject faults."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

FILE_MODE = 0o600

_BINARY: int = getattr(os, "O_BINARY", 0)
_CLOEXEC: int = getattr(os, "O_CLOEXEC", 0)


def directory_mode(mode: int) -> int:
    """The mode of directories whose files have this one: who may read may look in."""
    return mode | (mode & 0o444) >> 2 | 0o700


class Files:
    """The operating system's files. Every method raises OSError as the system does.

    Files are made with mode 0600 and directories with 0700, whatever the umask allows beyond that; or with other modes.

    Args:
        mode: Of new files; directories get the ``x`` that goes with it. The umask may take something away.

    Attributes:
        mode: As given.
    """

    mode = FILE_MODE

    def __init__(self, mode: int = FILE_MODE) -> None:
        self.mode = mode

    def make_directory(self, path: Path) -> None:
        """Make a directory; it may exist already."""
        path.mkdir(mode=directory_mode(self.mode), parents=True, exist_ok=True)

    def create(self, path: Path) -> int:
        """Make a new file for reading and writing and return its descriptor; it must not exist."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY | _CLOEXEC, self.mode)

    def open(self, path: Path) -> int:
        """Open an existing file for reading and writing and return its descriptor."""
        return os.open(path, os.O_RDWR | _BINARY | _CLOEXEC)

    def read(self, path: Path, size: int = -1) -> bytes:
        """The content of a file, up to ``size`` bytes of it from the start when that is not negative."""
        with path.open("rb") as file:
            return file.read(size)

    def seek_end(self, fd: int) -> int:
        """Move to the end of a file and return its size."""
        return os.lseek(fd, 0, os.SEEK_END)

    def write(self, fd: int, data: bytes | memoryview) -> int:
        """Write some of ``data`` at the current place and return how many bytes."""
        return os.write(fd, data)

    def sync(self, fd: int) -> None:
        """Return once the file's content and size are on stable storage."""
        if sys.platform == "darwin":
            import fcntl

            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
        elif sys.platform == "win32":
            os.fsync(fd)
        else:
            os.fdatasync(fd)

    def sync_directory(self, path: Path) -> None:
        """Return once the names in a directory are on stable storage (nothing to do on Windows)."""
        if sys.platform == "win32":
            return
        fd = os.open(path, os.O_RDONLY | _CLOEXEC)
        try:
            os.fsync(fd)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # a file system whose directories need none
                raise
        finally:
            os.close(fd)

    def truncate(self, fd: int, size: int) -> None:
        """Cut a file, and move to its new end."""
        os.ftruncate(fd, size)
        os.lseek(fd, size, os.SEEK_SET)

    def close(self, fd: int) -> None:
        """Close a descriptor."""
        os.close(fd)

    def rename(self, source: Path, target: Path) -> None:
        """Give a file another name, replacing what has it."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file; it may be gone already."""
        path.unlink(missing_ok=True)

    def reserve(self, path: Path, size: int) -> None:
        """Let an existing file take ``size`` bytes of the disk: zeros follow what it holds."""
        fd = os.open(path, os.O_RDWR | _BINARY | _CLOEXEC)  # reading, too: where no file system helps, the library does
        try:
            if sys.platform == "linux":
                os.posix_fallocate(fd, 0, size)
            else:
                os.write(fd, bytes(max(size - os.lseek(fd, 0, os.SEEK_END), 0)))
        finally:
            os.close(fd)

    def give_back(self, path: Path, size: int) -> None:
        """Give back what ``reserve`` took: the file keeps its first ``size`` bytes."""
        os.truncate(path, size)
