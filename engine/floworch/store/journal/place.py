"""Where the runs of a store are, and what to say when one is not there."""

from __future__ import annotations

import errno
import os
import zlib
from pathlib import Path
from shlex import quote

from floworch.errors import RunExists, RunLost, RunNotFound, StoreError
from floworch.store.ids import check_run_id
from floworch.store.journal.segment import segments

#: Ids, the last by name, that one which is none is compared with.
_COMPARED = 1000


class StorePlace:
    """The directories of one store.

    Attributes:
        path: The store's directory.
        runs: The directory that holds one directory per run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.runs = path / "runs"

    def directory(self, run_id: str) -> Path:
        """Where a run is or would be. Raises UsageError for a malformed id."""
        return self.runs / check_run_id(run_id)

    def existing(self, run_id: str) -> Path:
        """The directory of a run that has a journal. Raises UsageError, RunNotFound, StoreError."""
        directory = self.directory(run_id)
        try:
            if segments(directory):
                return directory
        except (FileNotFoundError, NotADirectoryError):
            self.check()
        except OSError as error:
            raise self.trouble(error) from error
        raise self.missing(run_id)

    def check(self) -> None:
        """Raise StoreError when something that is no directory stands where the store should be."""
        if self.path.exists() and not self.path.is_dir():
            raise self.trouble(NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)))

    def stamp(self, run_id: str) -> int:
        """A number that changes with a run's journal: its last segment's number and size; 0 when there is none."""
        try:
            number, path = segments(self.runs / run_id)[-1]
            return number << 40 | path.stat().st_size
        except (OSError, IndexError):
            return 0

    def damage_stamp(self, run_id: str) -> int:
        """A negative number that changes when a file of a damaged journal is replaced, also by one of the same size."""
        try:
            found = [(path.name, (stat := path.stat()).st_size, stat.st_mtime_ns) for _, path in
                     segments(self.runs / run_id)]  # fmt: skip
        except OSError:
            found = []
        return -1 - zlib.crc32(repr(found).encode())

    def missing(self, run_id: str) -> RunNotFound:
        """The error that a run is not there, or that nothing but its directory is."""
        store = quote(str(self.path))
        if _has_journal(self.runs / run_id):
            return RunLost(
                f"The journal of run '{run_id}' has no beginning: the power went before it was on the disk.",
                f"Start it again. If it was confirmed, its file is damaged: see 'floworch doctor --store {store}'.",
            )
        if (self.runs / run_id).is_dir():
            return RunLost(
                f"Run '{run_id}' has no journal in {self.runs / run_id}.",
                f"It was never completely created, or its files are gone: see 'floworch doctor --store {store}'.",
            )
        if not self.path.exists():
            return RunNotFound(
                f"There is no run '{run_id}' in {self.path}.",
                "There is no store at that place yet: name its folder with --store, or start a run there.",
            )
        return RunNotFound(
            f"There is no run '{run_id}' in {self.path}.",
            self._like(run_id) or f"List the runs with 'floworch runs --store {store}'.",
        )

    def _like(self, run_id: str) -> str:
        """Which run may be meant by an id that is none: one that begins with it, or one that is written nearly so."""
        from difflib import get_close_matches

        try:
            names = sorted(os.listdir(self.runs))
        except OSError:
            return ""
        begun = [name for name in names if name.startswith(run_id)]
        if len(begun) > 1:
            return f"{len(begun)} runs begin so, the last of them is '{begun[-1]}'."
        close = begun or get_close_matches(run_id, names[-_COMPARED:], n=1, cutoff=0.8)
        return f"Did you mean '{close[0]}'?" if close else ""

    def taken(self, run_id: str) -> RunExists:
        """The error that a run is there already."""
        return RunExists(
            f"There is already a run '{run_id}' in {self.path}.", "Choose another run id, or resume that run."
        )

    def trouble(self, error: BaseException) -> BaseException:
        """The error to raise: an OSError as a StoreError for a person, anything else as it is."""
        if not isinstance(error, OSError):
            return error
        return StoreError(
            f"The store {self.path} cannot be used: {error.strerror or error}.",
            "Check that the directory is yours, writable and not full, or choose another one with --store.",
        )


def _has_journal(directory: Path) -> bool:
    try:
        return bool(segments(directory))
    except OSError:
        return False
