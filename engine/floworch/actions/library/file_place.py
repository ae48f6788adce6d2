"""How a file gets its name only when it is whole: written beside its place, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator

BINARY = getattr(os, "O_BINARY", 0)


def make_folder(folder: str) -> None:
    """Make a folder and those above it. Raises OSError; NotADirectoryError when a part of the path is a file."""
    try:
        os.makedirs(folder, exist_ok=True)
    except FileExistsError as error:  # a part of the path is a file
        raise NotADirectoryError(errno.ENOTDIR, "Not a directory") from error


@contextlib.contextmanager
def temporary(target: str) -> Iterator[tuple[int, str]]:
    """A new file beside the target; it is gone afterwards unless it was renamed."""
    folder, name = os.path.split(target)
    place = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(6)}.tmp")
    fd = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o666)
    try:
        yield fd, place
    finally:
        with contextlib.suppress(OSError):
            os.close(fd)
        with contextlib.suppress(OSError):
            os.unlink(place)


def link_new(temporary: str, target: str) -> None:
    """Give the file its name only if nothing has it, in one step where the file system can."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError, AttributeError):  # no hard links here
        if os.path.lexists(target):
            raise FileExistsError from None
        os.replace(temporary, target)


def sync_folder(folder: str) -> None:
    """Make names in a folder durable, where the system can."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):  # some file systems cannot
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
