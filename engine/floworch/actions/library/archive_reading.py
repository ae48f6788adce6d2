"""The entries of a ZIP or TAR file, one after the other, with bounds that a hostile file cannot leave."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import stat
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Literal

from floworch.errors import ActionError, ErrorKind

_AT_ONCE = 16 << 20  # the most that a header may make the reader take into memory
_OPENERS: tuple[tuple[bytes, Callable[..., Any]], ...] = (
    (b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\x00", lzma.open),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the archive tells it: nothing of it is trusted.

    Attributes:
        name: Its path in the archive.
        kind: What it is; ``other`` for devices and pipes.
        link: Where a link leads; the earlier entry's name for a ``hard`` one.
        runs: Whether it may be executed.
        mtime: Epoch seconds of its last change.
        read: Gives the next bytes, at most so many; empty at the end.
    """

    name: str
    kind: Literal["file", "dir", "link", "hard", "other"]
    link: str
    runs: bool
    mtime: float
    read: Callable[[int], bytes]


@contextlib.contextmanager
def opened(path: str, password: str | None) -> Iterator[Iterator[Entry]]:
    """Open an archive and give its entries; each must be read before the next is asked for.

    Args:
        path: Of the file; its content decides what it is.
        password: For encrypted ZIP files.

    Raises:
        ActionError: validation_error when it is no archive, is damaged, or the password is wrong.
        OSError: The file cannot be read.
    """
    try:
        with open(path, "rb") as file:
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as archive:
                    yield _zip_entries(archive, password)
            else:
                file.seek(0)
                with _tar(file) as tar:
                    yield _tar_entries(tar)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, lzma.LZMAError, ArithmeticError, ValueError) as error:
        raise ActionError(
            f"It is no archive that can be read, or it is damaged: {error}.",
            ErrorKind.VALIDATION,
            hint="ZIP and TAR (also with gzip, bzip2 or xz) can be unpacked.",
        ) from None
    except (RuntimeError, NotImplementedError) as error:  # how zipfile speaks of passwords and unknown methods
        raise ActionError(
            f"The archive cannot be unpacked: {error}.",
            ErrorKind.VALIDATION,
            hint="Name the secret with the right 'password'; archives encrypted with AES cannot be read."
            if "assword" in str(error) or "encrypted" in str(error)
            else "Pack it again with the usual compression (deflate).",
        ) from None
    except Exception as error:
        if type(error).__name__ != "error" or type(error).__module__ != "zlib":
            raise
        raise ActionError(f"The archive is damaged: {error}.", ErrorKind.VALIDATION) from None


def _zip_entries(archive: zipfile.ZipFile, password: str | None) -> Iterator[Entry]:
    if password is not None:
        archive.setpassword(password.encode())
    for info in archive.infolist():
        mode = info.external_attr >> 16 if info.create_system == 3 else 0
        try:
            mtime = time.mktime((*info.date_time, 0, 0, -1))
        except (ValueError, OverflowError):
            mtime = 0.0
        if info.is_dir():
            yield Entry(info.filename, "dir", "", False, mtime, _nothing)
            continue
        with archive.open(info) as file:
            if stat.S_ISLNK(mode):
                link = file.read(4096).decode("utf-8", "surrogateescape")
                yield Entry(info.filename, "link", link, False, mtime, _nothing)
            else:
                special = bool(stat.S_IFMT(mode)) and not stat.S_ISREG(mode)
                yield Entry(info.filename, "other" if special else "file", "", bool(mode & 0o100), mtime, file.read)


def _nothing(count: int) -> bytes:
    return b""


class _Bounded:
    """A file that refuses to give much at once: a header of a TAR file is read as a whole into memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, count: int = -1) -> bytes:
        """Give up to ``count`` bytes. Raises ValueError when that is too much."""
        if not 0 <= count <= _AT_ONCE:
            raise ValueError("a header is larger than any real one")
        return self._file.read(count)


def _tar(file: IO[bytes]) -> tarfile.TarFile:
    start = file.read(6)
    file.seek(0)
    for mark, opener in _OPENERS:
        if start.startswith(mark):
            file = opener(file)
    return tarfile.open(fileobj=_Bounded(file), mode="r:")  # type: ignore[call-overload,no-any-return]


def _tar_entries(tar: tarfile.TarFile) -> Iterator[Entry]:
    for member in tar:
        data = tar.extractfile(member) if member.isreg() else None
        kind: Literal["file", "dir", "link", "hard", "other"] = "other"
        for name, fits in (("file", member.isreg()), ("dir", member.isdir()), ("link", member.issym()), ("hard", member.islnk())):  # fmt: skip  # noqa: E501
            if fits:
                kind = name  # type: ignore[assignment]
        runs = bool(member.mode & 0o100)
        yield Entry(member.name, kind, member.linkname, runs, float(member.mtime), data.read if data else _nothing)
