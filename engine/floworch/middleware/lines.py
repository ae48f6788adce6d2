"""Lines appended to a file that several threads and processes write to."""

from __future__ import annotations

import os
import threading
from pathlib import Path

_lock = threading.Lock()


def append_line(path: Path, line: bytes) -> None:
    """Append a line to a file in one write and make it durable; a torn line before it is ended first.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _lock:
        fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            size = os.lseek(fd, 0, os.SEEK_END)
            if size and os.lseek(fd, size - 1, os.SEEK_SET) >= 0 and os.read(fd, 1) != b"\n":
                line = b"\n" + line
            if os.write(fd, line) < len(line):
                raise OSError(f"{path}: the disk took only a part of the line")
            os.fsync(fd)
        finally:
            os.close(fd)
