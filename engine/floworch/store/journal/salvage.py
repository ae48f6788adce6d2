"""Keeping the good beginning of a damaged journal as an ordinary run; the original stays aside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from floworch.errors import CorruptJournal, StoreError, UsageError
from floworch.store.journal.files import Files
from floworch.store.journal.lock import RunLock
from floworch.store.journal.place import StorePlace
from floworch.store.journal.reader import Reader
from floworch.store.journal.segment import segments

#: Where originals are put, in the store's directory.
ASIDE = "salvaged"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What became of a damaged run.

    Attributes:
        run_id: The run; it is an ordinary one again and can be resumed.
        events: How many events it has now, all of them intact.
        file, offset: Where the damage began.
        original: The directory with the whole damaged journal.
    """

    run_id: str
    events: int
    file: str
    offset: int
    original: str


def salvage(root: Path | str, run_id: str, files: Files | None = None) -> Salvaged:
    """Cut a damaged journal before its damage, after the whole of it was copied aside.

    A crash on the way leaves the journal as it was or cut; the copy is complete before anything is changed.

    Args:
        root: The store's directory.
        run_id: The run.
        files: The file layer; the operating system's when None.

    Raises:
        RunNotFound, RunLocked: As for ``acquire``.
        UsageError: The journal is not damaged.
        StoreError: The damage is in the run's header, so that nothing of it can be kept, or the disk failed.
    """
    layer = files or Files()
    place = StorePlace(Path(root))
    directory = place.existing(run_id)
    try:
        lock = RunLock(directory / "lock", run_id)
        try:
            return _salvage(place, directory, run_id, layer)
        finally:
            lock.release()
    except OSError as error:
        raise place.trouble(error) from error


def _salvage(place: StorePlace, directory: Path, run_id: str, files: Files) -> Salvaged:
    reader = Reader(directory, run_id, files)
    try:
        reader.header()
        reader.rest()
    except CorruptJournal as damage:
        found = damage
    else:
        raise UsageError(f"The journal of run '{run_id}' is not damaged.", "Resume it; a torn tail is put aside then.")
    cut = reader.cursor
    if cut.segment == 1 and cut.offset <= reader.format.head:
        raise StoreError(
            f"Nothing of run '{run_id}' can be kept: {found.message}", "Restore it from a backup, or delete it."
        )
    original = _copy(place, directory, run_id, files)
    for number, path in reversed(segments(directory)):
        if number > cut.segment or (number == cut.segment and cut.offset == 0):
            files.remove(path)
        elif number == cut.segment:
            fd = files.open(path)
            try:
                files.truncate(fd, cut.offset)
                files.sync(fd)
            finally:
                files.close(fd)
    files.sync_directory(directory)
    return Salvaged(run_id, cut.seq, found.file, found.offset, str(original))


def _copy(place: StorePlace, directory: Path, run_id: str, files: Files) -> Path:
    """Copy every segment to a new directory aside, on stable storage; return it."""
    aside = place.path / ASIDE
    files.make_directory(aside)
    number = 1
    while (target := aside / f"{run_id}-{number}").exists():
        number += 1
    files.make_directory(target)
    for _number, path in segments(directory):
        copy_file(path, target / path.name, files)
    for each in (target, aside, place.path):
        files.sync_directory(each)
    return target


def copy_file(source: Path, target: Path, files: Files) -> None:
    """Copy a file to a new one, on stable storage. Raises OSError."""
    fd = files.create(target)
    try:
        rest = memoryview(files.read(source))
        while rest:
            rest = rest[files.write(fd, rest) :]
        files.sync(fd)
    finally:
        files.close(fd)
