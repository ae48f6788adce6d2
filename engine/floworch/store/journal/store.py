"""The default store: one directory per run with a FlatBuffers journal in it (journal.md section 2)."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakValueDictionary

from floworch.artifact import add_source
from floworch.errors import CorruptJournal, RunLocked
from floworch.memory import BufferPool
from floworch.run.events import Event
from floworch.run.status import RunStatus
from floworch.store.journal.artifacts import LEVEL, MARK, ArtifactFiles, references
from floworch.store.journal.catalogue import Catalogue
from floworch.store.journal.files import FILE_MODE, Files
from floworch.store.journal.folding import fold
from floworch.store.journal.format import Format
from floworch.store.journal.formats import BINARY, JSON
from floworch.store.journal.frame import seed_of
from floworch.store.journal.kind import mark_store
from floworch.store.journal.lock import RunLock, owner_of
from floworch.store.journal.log import RESERVE, JournalLog, durability_of
from floworch.store.journal.options import check_options, store_path
from floworch.store.journal.place import StorePlace
from floworch.store.journal.reader import NeverBegun, Reader, Torn
from floworch.store.journal.recovery import find_state, set_aside
from floworch.store.journal.segment import SEGMENT_SIZE, SegmentWriter, format_of, segment_path, segments
from floworch.store.large import split_inputs
from floworch.store.protocol import Durability, RunHeader, RunSummary
from floworch.store.summary import RunFacts, check_status, orphaned

if TYPE_CHECKING:
    from floworch.run.state import RunState
    from floworch.store.journal.backup import Copied
    from floworch.store.retention import Keeper, RetentionPolicy

#: What is raised when there is no run, or a loss of power has left nothing of its beginning.
_GONE = (FileNotFoundError, NeverBegun)


class JournalStore:
    """Runs kept in a directory, each as a journal: what is common to stores of every format.

    Safe to use from several threads and processes; each open log from one thread.

    Args:
        path: The store's directory; made with the first run, with mode 0700.
        durability: For runs that name none, nor the environment, nor their definition: ``power``, ``process`` or
            ``none``.
        files: The file layer; the operating system's when None.
        segment_size: Bytes after which a journal goes on in a new segment.
        compression: Level of zstd for artifacts, from 1 (quick) to 19 (small).
        permissions: Mode of new files; directories get the ``x`` that goes with it. Others may read secrets that runs
            hold when this lets them.
        retention: Runs that go when the store is closed, and about once a minute while runs begin; None to keep all.

    Attributes:
        format: What journals of new runs look like; runs of any format are read and gone on with.
        path, durability: As given.
        artifacts: The files of its large values.
    """

    format: ClassVar[Format]

    def __init__(
        self,
        path: Path | str,
        *,
        durability: Durability = "power",
        files: Files | None = None,
        segment_size: int = SEGMENT_SIZE,
        compression: int = LEVEL,
        permissions: int = FILE_MODE,
        retention: RetentionPolicy | None = None,
    ) -> None:
        check_options(durability, segment_size, compression, permissions)
        self.path = store_path(path)
        self.durability: Durability = durability
        self._files = files or Files(permissions)
        self._retention = retention
        self._keeper: Keeper | None = None
        if retention is not None:
            from floworch.store.retention import Keeper, prune

            self._keeper = Keeper(lambda: prune(self, retention, time.time()))
        self._segment_size = segment_size
        self._place = StorePlace(self.path)
        self._catalogue = Catalogue(self._place, self._files)
        self.artifacts = ArtifactFiles(self.path / "artifacts", self._files, compression)
        add_source(str(self.path.absolute()), self.artifacts.read)
        self._pool = BufferPool()
        self._open: WeakValueDictionary[str, JournalLog] = WeakValueDictionary()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    def create(self, header: RunHeader) -> JournalLog:
        """Create a run and take its lock.

        With durability ``process`` its beginning is in the operating system when this returns, and on the disk once
        ``JournalLog.begun`` is done; with the others it is on the disk.

        Raises:
            UsageError: The run id is malformed, or the durability unknown.
            RunExists: There is such a run.
            StoreError: The store is not writable, or the disk is full.
        """
        directory = self._place.directory(header.run_id)
        durability = durability_of(header, self.durability)
        lock = None
        try:
            runs = self._place.runs
            missing = list(takewhile(lambda each: not each.exists(), (runs, *runs.parents)))
            above = [runs, *(each.parent for each in missing)]
            for each in (self.path, runs, directory) if missing else (directory,):
                self._files.make_directory(each)
            lock = RunLock(directory / "lock", header.run_id, self._files.mode)
            if segments(directory):
                _put_lost_aside(self._place, header.run_id, directory, self._files)
            mark_store(self.path, self.format, self._files)
            segment = self._begin(header, directory, lock, above, durability != "process")
        except RunLocked as error:
            raise self._place.taken(header.run_id) from error
        except BaseException as error:
            if lock is not None:
                lock.release()
            raise self._place.trouble(error) from error
        if self._keeper is not None:
            self._keeper.run_begins()
        return self._log(header, directory, segment, lock, durability, 0, RunFacts())

    def acquire(self, run_id: str) -> JournalLog:
        """Take the lock of an existing run; a torn tail is copied to ``*.torn`` and cut.

        Raises:
            RunNotFound, RunLocked (with its owner), CorruptJournal, StoreError.
        """
        directory = self._place.existing(run_id)
        try:
            lock = RunLock(directory / "lock", run_id, self._files.mode)
        except OSError as error:
            raise self._place.trouble(error) from error
        try:
            end, state = find_state(directory, run_id, self._files)
            if end.torn is not None:
                set_aside(directory, end.torn, self._files)
            segment = self._writer(directory, run_id, format_of(directory) or self.format)
            segment.synced = max(end.synced, (1, 0))
            if end.cursor.offset == 0:  # the segment's own header was torn: it is made again
                segment.number = end.cursor.segment - 1
                segment.next()
            else:
                above = None if end.synced > (1, 0) else (self._place.runs, self.path, self.path.parent)
                segment.open(end.cursor.segment, end.cursor.offset, above)
            self._files.remove(directory / "reserve")  # where earlier versions kept what the lock file holds now
            _set_space_aside(self._files, lock, required=False)
        except BaseException as error:
            lock.release()
            gone = isinstance(error, _GONE)
            if isinstance(error, CorruptJournal) and not gone:
                self._catalogue.damaged(run_id)
            raise (self._place.missing(run_id) if gone else self._place.trouble(error)) from error
        durability = durability_of(end.header, self.durability)
        log = self._log(end.header, directory, segment, lock, durability, end.cursor.seq, end.facts)
        self._catalogue.acquired(log)
        log.found = state
        return log

    def header(self, run_id: str) -> RunHeader:
        """The header of a run. Raises RunNotFound, CorruptJournal, StoreError."""
        directory = self._place.existing(run_id)
        try:
            return Reader(directory, run_id, self._files).header()
        except _GONE as error:
            raise self._place.missing(run_id) from error
        except OSError as error:
            raise self._place.trouble(error) from error

    def events(self, run_id: str, from_seq: int = 0) -> Iterator[Event]:
        """Every event from ``from_seq`` on that is in the journal now; stops silently at a torn tail.

        What this store's own open log of the run has taken is in it, whatever the run's durability.

        Raises:
            RunNotFound: At once. CorruptJournal, StoreError: When the iteration comes to the damage.
        """
        directory = self._place.existing(run_id)
        self._settle(run_id)
        return _read(self._place, run_id, Reader(directory, run_id, self._files), from_seq)

    def load(self, run_id: str) -> RunState:
        """The run's state: the newest snapshot and the events after it.

        Its status is ``interrupted`` when it is live, or was never started, and no living process owns the run.

        Raises:
            RunNotFound, CorruptJournal, StoreError.
        """
        directory = self._place.existing(run_id)
        owned = owner_of(directory / "lock") is not None  # before reading: a run that ends meanwhile is not interrupted
        self._settle(run_id)
        try:
            state = fold(directory, run_id, self._files)
        except _GONE as error:
            raise self._place.missing(run_id) from error
        except CorruptJournal:
            self._catalogue.damaged(run_id)
            raise
        except OSError as error:
            raise self._place.trouble(error) from error
        if not owned and orphaned(state.status):
            state.status = RunStatus.INTERRUPTED
        return state

    def owner(self, run_id: str) -> dict[str, Any] | None:
        """The identity of the living process that owns the run, or None. Raises RunNotFound."""
        return owner_of(self._place.existing(run_id) / "lock")

    def list(
        self,
        *,
        workflow: str | None = None,
        status: str | None = None,
        text: str | None = None,
        since: float | None = None,
        limit: int | None = None,
    ) -> list[RunSummary]:
        """Runs that match, newest first; see ``RunStore.list``. Raises StoreError when the store cannot be read, and
        UsageError for a status that no run has.

        A run whose journal could not be read when somebody tried is ``damaged``; one that was never listed and has no
        readable beginning is left out. ``doctor.check`` reads all and names both.
        """
        check_status(status)
        if not self._place.runs.is_dir():
            self._place.check()
            return []
        try:
            return self._catalogue.index.query(workflow, status, text, since, limit)
        except OSError as error:
            raise self._place.trouble(error) from error

    def delete(self, run_id: str) -> None:
        """Remove a run for ever, and the artifacts that no other run refers to.

        Raises:
            RunNotFound, RunLocked, StoreError.
        """
        directory = self._place.existing(run_id)
        try:
            lock = RunLock(directory / "lock", run_id, self._files.mode)
            try:
                used = references(directory, self._files) if (directory / MARK).exists() else set()
                grave = directory.with_name(f".deleted-{run_id}-{lock.owner['pid']}-{lock.owner['since']:.6f}")
                self._files.rename(directory, grave)  # gone at once, whatever happens to the rest
                self._catalogue.index.forget(run_id)
            finally:
                lock.release()
            _bury(grave)
            if used and not self.artifacts.deferring:
                self.artifacts.sweep(self._place.runs, used)
        except OSError as error:
            raise self._place.trouble(error) from error

    def sweep(self) -> Sequence[str]:
        """Remove every artifact that no run refers to, and what crashes left of half-deleted runs.

        Returns:
            The sha256 of the artifacts removed.

        Raises:
            StoreError: A journal cannot be read, or a file cannot be removed.
        """
        try:
            for grave in self._place.runs.glob(".deleted-*"):
                _bury(grave)
            return self.artifacts.sweep(self._place.runs)
        except OSError as error:
            raise self._place.trouble(error) from error

    def backup(self, target: Path | str, *, ended: bool = False) -> Copied:
        """Copy runs with their artifacts to another directory, consistently while runs go on.

        The copy is a store of its own. Doing it again copies only what has changed.

        Args:
            target: Directory of the copy.
            ended: Leave out runs that have not ended.

        Raises:
            StoreError: The target is this store, or cannot be written.
        """
        from floworch.store.journal.backup import backup

        runs = [run.run_id for run in self.list() if not ended or RunStatus(run.status).final]
        return backup(self.path, target, runs, self._files)

    def close(self) -> None:
        """Let the runs go that ``retention`` does not keep, write the index and let go of it.

        Open logs stay open; the store can be used again.
        """
        if self._keeper is not None:
            self._keeper.wait()
        if self._retention is not None and self._place.runs.is_dir():
            from floworch.store.retention import prune

            prune(self, self._retention, time.time())
        self._catalogue.close()

    def _settle(self, run_id: str) -> None:
        """Let a log of this process write what it holds back."""
        log = self._open.get(run_id)
        if log is not None:
            log.settle()

    def _begin(
        self, header: RunHeader, directory: Path, lock: RunLock, above: Iterable[Path], sync: bool
    ) -> SegmentWriter:
        segment = self._writer(directory, header.run_id, self.format)
        _set_space_aside(self._files, lock, required=True)
        try:
            inputs, artifacts = split_inputs(header.inputs)
            record = self.format.header(replace(header, inputs=inputs), seed_of(header.run_id))
            with self.artifacts.keeping(artifacts, directory) if artifacts else nullcontext():
                segment.begin([record], above, sync)
        except BaseException:
            segment.close()
            first = segment_path(directory, 1, self.format.suffix)
            for path in (first, first.with_suffix(".new")):
                try:
                    self._files.remove(path)
                except OSError:
                    pass
            raise
        return segment

    def _writer(self, directory: Path, run_id: str, form: Format) -> SegmentWriter:
        return SegmentWriter(self._files, directory, seed_of(run_id), self._segment_size, form)

    def _log(
        self,
        header: RunHeader,
        directory: Path,
        segment: SegmentWriter,
        lock: RunLock,
        durability: Durability,
        seq: int,
        facts: RunFacts,
    ) -> JournalLog:
        log = self._open[header.run_id] = JournalLog(
            header,
            directory,
            segment,
            lock,
            files=self._files,
            pool=self._pool,
            durability=durability,
            seq=seq,
            facts=facts,
            changed=self._catalogue.changed,
            artifacts=self.artifacts,
        )
        return log


def _put_lost_aside(place: StorePlace, run_id: str, directory: Path, files: Files) -> None:
    """Put aside what a loss of power has left of a run that never began. Raises RunExists when there is a run."""
    try:
        Reader(directory, run_id, files).header()
    except NeverBegun as lost:
        set_aside(directory, Torn(Path(lost.file), 1, 0, lost.expected, lost.found), files)
    except (OSError, CorruptJournal) as error:
        raise place.taken(run_id) from error
    else:
        raise place.taken(run_id)


def _read(place: StorePlace, run_id: str, reader: Reader, from_seq: int) -> Iterator[Event]:
    try:
        yield from reader.events(from_seq)
    except _GONE as error:
        raise place.missing(run_id) from error
    except OSError as error:
        raise place.trouble(error) from error


class FlatBuffersStore(JournalStore):
    """The default store: FlatBuffers journals. See ``JournalStore``."""

    format = BINARY


class JsonStore(JournalStore):
    """The readable store: journals are lines of JSON, everything else is as in FlatBuffersStore. See ``JournalStore``.

    A journal takes about three times the space and the time of a binary one, and can be read with any text tool.
    """

    format = JSON


def _bury(grave: Path) -> None:
    """Remove the directory of a deleted run; somebody else may be doing so too. Raises OSError.

    Of one that somebody put elsewhere, with a link to it here, the link: what lies outside is not ours to remove.
    """
    while grave.exists():
        try:
            if grave.is_symlink():
                grave.unlink()
            else:
                shutil.rmtree(grave)
        except FileNotFoundError:
            continue


def _set_space_aside(files: Files, lock: RunLock, required: bool) -> None:
    """Reserve room for the record of why a run paused; without it a run may go on but not begin."""
    try:
        files.reserve(lock.path, RESERVE)
    except OSError:
        if required:
            raise  # the lock is released then, which empties its file
        files.give_back(lock.path, lock.size)
