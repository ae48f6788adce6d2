"""Runs whose journal cannot be opened: found quickly, by their beginnings, and put aside."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from floworch.errors import CorruptJournal, UsageError
from floworch.store.ids import RUN_ID
from floworch.store.journal.files import Files
from floworch.store.journal.lock import RunLock
from floworch.store.journal.place import StorePlace
from floworch.store.journal.reader import NeverBegun, Reader
from floworch.store.journal.salvage import ASIDE
from floworch.store.journal.segment import segments

#: Of more runs than this the journals are not opened just to list them.
MOST = 1000


def unreadable(root: Path | str, listed: Iterable[str], whole: bool = True) -> list[str]:
    """Ids of runs that cannot be opened, in the order of their names.

    Only the beginning of a journal is read, and of very many runs only whether there is one: damage further on is found
    when the run is read, or by ``doctor.check``.

    Args:
        root: The store's directory.
        listed: Runs that the list of runs names: they are damaged, too, when their journal is gone. A directory without
            a journal that nobody knows is a run that was never completely created.
        whole: Whether to look at runs, too, that the list does not name.
    """
    runs = Path(root) / "runs"
    known = set(listed)
    names: set[str] = set()
    try:
        if whole:
            names = {path.name for path in runs.iterdir() if RUN_ID.fullmatch(path.name) and path.is_dir()}
    except OSError:
        return []
    names |= known
    deep = len(names) <= MOST
    return [name for name in sorted(names) if _unreadable(runs / name, name, name in known, deep)]


def _unreadable(directory: Path, name: str, known: bool, deep: bool) -> bool:
    try:
        if not segments(directory):
            return known
        if not deep:
            return False
        Reader(directory, name, Files()).header()
    except NeverBegun:
        return known
    except (OSError, CorruptJournal):
        return True
    return False


def put_aside(root: Path | str, run_id: str) -> Path:
    """Take a damaged run, or one without a journal, out of the list of runs; its files are kept.

    Returns:
        Where its files are now.

    Raises:
        UsageError: There is nothing of that run, or it is not damaged. RunLocked: Somebody works on it.
        StoreError: The disk failed.
    """
    place = StorePlace(Path(root))
    directory = place.directory(run_id)
    if not directory.is_dir():
        raise place.missing(run_id)
    if not _damaged(directory, run_id):
        raise UsageError(f"Run '{run_id}' is not damaged.", "Ended runs are removed by 'floworch prune'.")
    try:
        lock = RunLock(directory / "lock", run_id)
        try:
            aside = place.path / ASIDE
            aside.mkdir(mode=0o700, exist_ok=True)
            number = 1
            while (target := aside / f"{run_id}-{number}").exists():
                number += 1
            directory.rename(target)
        finally:
            lock.release()
    except OSError as error:
        raise place.trouble(error) from error
    return target


def _damaged(directory: Path, run_id: str) -> bool:
    """Whether anything of a run's journal is missing or damaged, found by reading all of it."""
    if not segments(directory):
        return True
    reader = Reader(directory, run_id, Files())
    try:
        reader.header()
        reader.rest()
    except CorruptJournal:
        return True
    return False
