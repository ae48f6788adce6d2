"""The files of large values: content-addressed, compressed, written before what refers to them (contract C6.3)."""

from __future__ import annotations

import errno
import os
import re
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from floworch.artifact import Artifact
from floworch.errors import CorruptArtifact
from floworch.store.journal.files import Files
from floworch.store.journal.lock import Busy, hold_file
from floworch.store.journal.segment import segments

#: Compression of zstd, from 1 (quick) to 19 (small).
LEVEL = 3
#: A run that has this file in its directory refers to artifacts, or may.
MARK = "artifacts"
#: What a journal of any format holds where it refers to an artifact.
REFERENCE = re.compile(rb'"\$type":\s?"artifact",\s?"value":\s?"([0-9a-f]{64}):(\d+)"')
#: Seconds to wait for somebody who removes artifacts.
PATIENCE = 60.0
_NAME = re.compile(r"([0-9a-f]{64})\.zst")


def _zstd() -> Any:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


class ArtifactFiles:
    """The artifacts of one store. Safe to use from several threads and processes.

    A writer holds the folder's lock shared from before it looks for a file until what refers to it is in the
    operating system; who removes files holds it alone while it looks for references. So nothing is removed that a
    journal refers to, or is about to.

    Args:
        path: The folder, made with the first artifact.
        files: The file layer.
        level: Compression level of zstd.

    Attributes:
        deferring: Whether this thread deletes many runs and will ``sweep`` once at the end.
    """

    def __init__(self, path: Path, files: Files, level: int = LEVEL) -> None:
        self.path = path
        self._files = files
        self._level = level
        self._deferred = threading.local()

    def file(self, digest: str) -> Path:
        """Where an artifact is or would be."""
        return self.path / digest[:2] / f"{digest}.zst"

    @contextmanager
    def holding(self, alone: bool = False) -> Iterator[None]:
        """Hold the folder's lock, shared or alone. Raises OSError (ETIMEDOUT when somebody holds it for a minute)."""
        self._files.make_directory(self.path)
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                release = hold_file(self.path / "lock", not alone, self._files.mode)
                break
            except Busy:
                if time.monotonic() > give_up:
                    raise OSError(errno.ETIMEDOUT, "the artifacts are locked by another process") from None
                time.sleep(0.005)
        try:
            yield
        finally:
            release()

    def keep(self, artifacts: Iterable[Artifact], run: Path) -> None:
        """Put artifacts that a run is about to refer to on stable storage. Call it while ``holding``.

        Raises:
            OSError: One could not be written, or is a reference to something that is nowhere.
        """
        mark = run / MARK
        if not mark.exists():
            self._files.close(self._files.create(mark))
            self._files.sync_directory(run)
        for artifact in artifacts:
            if not self._has(artifact):
                try:
                    content = artifact.read()
                except CorruptArtifact as error:
                    raise OSError(errno.ENOENT, error.message) from error
                self._write(self.file(artifact.sha256), content)

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Within the ``with``, deleting a run leaves its artifacts for a later ``sweep``."""
        before = self.deferring
        self._deferred.on = True
        try:
            yield
        finally:
            self._deferred.on = before

    @property
    def deferring(self) -> bool:
        """Whether this thread is within ``deferred``."""
        return bool(getattr(self._deferred, "on", False))

    @contextmanager
    def keeping(self, artifacts: Sequence[Artifact], run: Path) -> Iterator[None]:
        """Keep artifacts, and let nobody remove them before the ``with`` ends: write what refers to them within it.

        Raises:
            OSError: As ``keep`` and ``holding``.
        """
        with self.holding():
            self.keep(artifacts, run)
            for artifact in artifacts:
                artifact.content = None  # from here on it is read from its file
            yield

    def read(self, digest: str, size: int) -> bytes | None:
        """The content of an artifact, checked; None when it is not here.

        Raises:
            CorruptArtifact: The file is not what its name says.
            OSError: It cannot be read.
        """
        path = self.file(digest)
        try:
            packed = self._files.read(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        zstd = _zstd()
        try:
            unpack = zstd.ZstdDecompressor()
            content: bytes = unpack.decompress(packed, max_length=size + 1)
        except (zstd.ZstdError, EOFError) as error:
            raise CorruptArtifact(digest, path, "compressed data", str(error)) from error
        if len(content) != size:
            raise CorruptArtifact(digest, path, f"{size} bytes", "more" if len(content) > size else f"{len(content)}")
        if (found := sha256(content).hexdigest()) != digest:
            raise CorruptArtifact(digest, path, "its own checksum", found[:16])
        return content

    def names(self) -> list[tuple[str, Path]]:
        """Every artifact as ``(sha256, file)``, in order."""
        return [(path.name[:64], path) for path in self._entries() if _NAME.fullmatch(path.name)]

    def leftovers(self) -> list[Path]:
        """Files that are no artifacts: what a crash left behind while one was written."""
        return [path for path in self._entries() if not _NAME.fullmatch(path.name)]

    def sweep(self, runs: Path, candidates: Iterable[str] | None = None) -> list[str]:
        """Remove artifacts that no run refers to, of ``candidates`` or of all; return their digests.

        Raises:
            OSError: A journal could not be read or a file not removed; what is referred to is never removed.
        """
        if not self.path.is_dir():
            return []
        with self.holding(alone=True):
            chosen = dict(self.names()) if candidates is None else {each: self.file(each) for each in candidates}
            if candidates is None:
                for path in self.leftovers():
                    self._files.remove(path)
            for run in marked_runs(runs):
                if not chosen:
                    break
                for digest in references(run, self._files):
                    chosen.pop(digest, None)
            gone = [digest for digest, path in chosen.items() if path.exists()]
            for digest in gone:
                self._files.remove(chosen[digest])
            return gone

    def _entries(self) -> list[Path]:
        return sorted(self.path.glob("[0-9a-f][0-9a-f]/*"))

    def _has(self, artifact: Artifact) -> bool:
        """Whether the file is there and sound; one that is not is written again."""
        try:
            return self.read(artifact.sha256, artifact.size) is not None
        except CorruptArtifact:
            if artifact.content is None:
                raise OSError(errno.EIO, f"artifact {artifact.sha256[:16]} is damaged") from None
            return False

    def _write(self, path: Path, content: bytes) -> None:
        """Make a file whole or not at all."""
        files = self._files
        packed = _zstd().compress(content, self._level)
        files.make_directory(path.parent)
        fresh = path.with_name(f"{path.name}.{os.getpid()}-{time.monotonic_ns()}.new")
        try:
            fd = files.create(fresh)
            try:
                rest = memoryview(packed)
                while rest:
                    rest = rest[files.write(fd, rest) :]
                files.sync(fd)
            finally:
                files.close(fd)
            files.rename(fresh, path)
        except OSError:
            self._discard(fresh)
            raise
        files.sync_directory(path.parent)
        files.sync_directory(self.path)

    def _discard(self, path: Path) -> None:
        try:
            self._files.remove(path)
        except OSError:
            pass


def marked_runs(runs: Path) -> list[Path]:
    """The directories of runs that refer to artifacts, or may; without those that are being deleted."""
    try:
        names = [entry for entry in os.listdir(runs) if not entry.startswith(".")]
    except FileNotFoundError:
        return []
    return [runs / name for name in names if _is_marked(runs / name)]


def _is_marked(run: Path) -> bool:
    try:
        return (run / MARK).exists()
    except OSError:  # not ours to look into: it may, so nothing of it may be removed
        return True


def references(run: Path, files: Files) -> set[str]:
    """The digests that a run's journal refers to, in a torn tail too. Raises OSError when a segment cannot be read."""
    return set(sized_references(run, files))


def sized_references(run: Path, files: Files) -> dict[str, int]:
    """The same with the size that each artifact should have."""
    found: dict[str, int] = {}
    try:
        listed = segments(run)
    except FileNotFoundError:
        return found
    for _number, path in listed:
        try:
            matches = REFERENCE.findall(files.read(path))
        except FileNotFoundError:  # the run is being deleted
            continue
        found.update((digest.decode(), int(size)) for digest, size in matches)
    return found
