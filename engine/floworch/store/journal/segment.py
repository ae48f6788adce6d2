"""The segment files of one run and the one that is being written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from floworch.store.journal.files import Files
from floworch.store.journal.format import Format
from floworch.store.journal.formats import BINARY, BY_SUFFIX
from floworch.store.journal.frame import MAX_PAYLOAD, BadFrame

#: A segment that has reached this size is followed by a new one.
SEGMENT_SIZE = 64 * 1024 * 1024
#: No segment is longer: one group beyond the rotation limit at most.
MAX_SEGMENT = SEGMENT_SIZE + 2 * MAX_PAYLOAD

_NAME = re.compile(r"journal-(\d{6})\.(?:" + "|".join(BY_SUFFIX) + ")")


def segment_path(directory: Path, number: int, suffix: str = BINARY.suffix) -> Path:
    """Where segment ``number`` (from 1) of the run in ``directory`` is."""
    return directory / f"journal-{number:06d}.{suffix}"


def format_of(directory: Path) -> Format | None:
    """The format of the journal in ``directory`` by the name of its first segment there is; None when there is none.

    Raises:
        OSError: The directory cannot be read; FileNotFoundError when there is none.
    """
    listed = segments(directory)
    return BY_SUFFIX[listed[0][1].suffix[1:]] if listed else None


def segments(directory: Path) -> list[tuple[int, Path]]:
    """The segments of a run as ``(number, path)``, in order. Raises OSError, FileNotFoundError among them.

    While a directory is listed, files that are made meanwhile may be seen or not, in any combination: a segment that
    is missing before another one is looked for once more. The writer makes them in order, so that a second look sees
    all up to the last one of the first.
    """
    found = _listed(directory)
    if found and found[-1][0] - found[0][0] >= len(found):
        last = found[-1][0]
        found = [each for each in _listed(directory) if each[0] <= last]
    return found


def _listed(directory: Path) -> list[tuple[int, Path]]:
    found = []
    for path in directory.iterdir():
        match = _NAME.fullmatch(path.name)
        if match:
            found.append((int(match[1]), path))
    return sorted(found)


class SegmentWriter:
    """The open segment of a run. Used by one thread at a time; every method may raise OSError.

    Attributes:
        format: What its bytes look like.
        number: The segment's number.
        limit: Bytes after which a group belongs into the next one.
        size: Bytes of it that were written completely; the next group goes there.
        synced: ``(segment, offset)`` before which everything is on stable storage.
    """

    def __init__(
        self, files: Files, directory: Path, seed: int, limit: int = SEGMENT_SIZE, form: Format = BINARY
    ) -> None:
        self._files = files
        self._directory = directory
        self._seed = seed
        self.limit = limit
        self.format = form
        self._fd = -1
        self.number = 0
        self.size = 0
        self.synced: tuple[int, int] = (1, 0)
        self._new_names: tuple[Path, ...] = ()

    def begin(self, first: Iterable[bytes], above: Iterable[Path] = (), sync: bool = True) -> None:
        """Make the run's first segment with these frames in it, whole or not at all.

        Args:
            first: The frames.
            above: Directories above the run's own that hold new names.
            sync: Return only once all of it is on stable storage. Else the next ``sync`` puts it there, and a loss of
                power before that leaves any part of it: then the run counts as never begun.
        """
        path = self._path(1)
        fresh = path.with_suffix(".new")
        try:
            self._open_new(fresh, 1)
        except FileExistsError:  # a beginning that a crash cut off
            self._files.remove(fresh)
            self._open_new(fresh, 1)
        self.write(first)
        if sync:
            self.sync()
        self._files.rename(fresh, path)
        self._new_names = (self._directory, *above)
        if sync:
            self._sync_names()

    @property
    def begun(self) -> bool:
        """Whether the run's beginning, with its name, is on stable storage."""
        return not self._new_names

    def open(self, number: int, size: int, above: Iterable[Path] | None = None) -> None:
        """Go on at the end of an existing segment, which is ``size`` bytes long.

        With ``above`` the beginning was perhaps never synced: the next ``sync`` does it; see ``begin``.
        """
        self._fd = self._files.open(self._path(number))
        self.number = number
        self.size = self._files.seek_end(self._fd)
        if self.size != size:
            raise OSError(f"segment {number} has {self.size} bytes, {size} were read")
        if above is not None:
            self._new_names = (self._directory, *above)

    def rotate(self) -> None:
        """Sync and close the segment and begin the next one."""
        self.sync()
        self.next()

    def next(self, frames: Iterable[bytes] = ()) -> None:
        """Begin the next segment, whole or not at all, with these frames in it; the last one is not synced."""
        self.close()
        last, synced = self.number, self.synced
        path = self._path(last + 1)
        fresh = path.with_suffix(".new")
        self._files.remove(fresh)
        try:
            self._open_new(fresh, last + 1)
            self.write(frames)
            self._files.sync(self._fd)
            self._files.rename(fresh, path)
            self._new_names = self._new_names or (self._directory,)
            self._sync_names()
        except OSError:
            self.close()
            self.number = last
            raise
        self.synced = synced

    def escape(self, frames: Iterable[bytes]) -> None:
        """Go on in a new segment because this one cannot be trusted: first what it holds unsynced, then ``frames``.

        The old segment stays as it is, and is never synced again; what stands in both is read from the new one. One
        that holds a beginning that never came to stable storage is written anew in its place: nothing can follow it.
        """
        tail = self.unsynced()
        if self.number == 1 and not self.begun:
            data = self._files.read(self._path(1))[self.format.head : self.size]
            above = self._new_names[1:]
            self.close()
            self.begin([data, *frames], above)
            return
        self.next([*([tail] if tail else ()), *frames])
        self.synced = (self.number, self.size)

    def unsynced(self) -> bytes:
        """The intact frames behind the place up to which this segment is known to be on stable storage."""
        segment, offset = self.synced
        data = self._files.read(self._path(self.number))[: self.size]
        form = self.format
        if segment != self.number or offset < form.head:
            offset = form.head if self.number > 1 else form.end_of(data, form.head)
        view, end = memoryview(data), offset
        while end < len(data):
            try:
                end = form.proven_end(view, end, self._seed)
            except BadFrame as bad:
                raise OSError(f"segment {self.number} cannot be read back: {bad}") from bad
        return data[offset:]

    def write(self, chunks: Iterable[bytes | memoryview]) -> None:
        """Write one group; short writes are continued. ``size`` grows only when all of it is written."""
        files, fd = self._files, self._fd
        total = 0
        for chunk in chunks:
            done = files.write(fd, chunk)
            total += done
            while done < len(chunk):
                chunk = memoryview(chunk)[done:]  # noqa: PLW2901 - what is left of it
                done = files.write(fd, chunk)
                total += done
        self.size += total

    def append(self, data: bytes) -> None:
        """Write a group that is one piece, as ``write`` does, with fewer calls: durability ``process`` comes here for
        every node."""
        done = self._files.write(self._fd, data)
        if done < len(data):
            self.write((memoryview(data)[done:],))
        self.size += done

    def sync(self) -> None:
        """Put everything written so far on stable storage."""
        place = (self.number, self.size)
        if place != self.synced:
            self._files.sync(self._fd)
            if self._new_names:
                self._sync_names()
            self.synced = place

    def cut(self, size: int) -> None:
        """Cut the segment to ``size`` bytes: what a failed write left behind goes."""
        self._files.truncate(self._fd, size)
        self.size = size

    @property
    def full(self) -> bool:
        """Whether the next group belongs into a new segment."""
        return self.size >= self.limit

    def close(self) -> None:
        """Close the file. Idempotent."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            self._files.close(fd)

    def _sync_names(self) -> None:
        for directory in self._new_names:
            self._files.sync_directory(directory)
        self._new_names = ()

    def _open_new(self, path: Path, number: int) -> None:
        self._fd = self._files.create(path)
        self.number = number
        self.size = 0
        self.write([self.format.segment_header(number, self._seed)])
        assert self.size == self.format.head

    def _path(self, number: int) -> Path:
        return segment_path(self._directory, number, self.format.suffix)
