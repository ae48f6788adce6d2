"""What a service remembers beside the runs of its store: what has fired, and which runs are its own."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from floworch.actions.library.trigger_listing import Mark
from floworch.errors import StoreError
from floworch.serve.due import Memory

FILE = "triggers.sqlite"
#: Seconds for which the key of a request is known after its run was deleted: 90 days.
KEPT = 90 * 86400.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS schedule (workflow TEXT, node TEXT, spec TEXT, until REAL, waiting TEXT,
    PRIMARY KEY (workflow, node)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS folder (workflow TEXT, node TEXT, spec TEXT, PRIMARY KEY (workflow, node)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (workflow TEXT, node TEXT, path TEXT, size INTEGER, changed INTEGER,
    PRIMARY KEY (workflow, node, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS request (run_id TEXT PRIMARY KEY, at REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (run_id TEXT PRIMARY KEY, workflow TEXT, node TEXT, left INTEGER) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class OwnRun:
    """A run that a service started and that had not ended when it last looked.

    ``left``: The service paused it because it was stopped; else a pause was somebody's wish.
    """

    run_id: str
    workflow: str
    node: str
    left: bool


class Ledger:
    """Used by one thread; every method that changes something returns once that is durable.

    Args:
        folder: Of the store, in which the database stands; None keeps everything in memory.

    Raises:
        StoreError: From every method, when the database cannot be used.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / FILE if folder is not None else None
        with self._worded():
            if self._path is None:
                self._database = sqlite3.connect(":memory:")
            else:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
                self._database = sqlite3.connect(self._path, timeout=10)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.executescript(_SCHEMA)

    @contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"What the triggers remember cannot be used: {self._path}: {error}.",
                "Check that the store can be written and has free space; a damaged file can be removed, and then "
                "schedules and folders begin anew.",
            ) from error

    def close(self) -> None:
        """Let go of the database. Idempotent."""
        with self._worded():
            self._database.close()

    # -- schedules

    def memory(self, workflow: str, node: str) -> Memory | None:
        """What is remembered of a schedule."""
        found = self._all("SELECT spec, until, waiting FROM schedule WHERE workflow = ? AND node = ?", workflow, node)
        return Memory(found[0][0], found[0][1], tuple(json.loads(found[0][2]))) if found else None

    def remember(self, workflow: str, node: str, memory: Memory) -> None:
        """Keep what a schedule decided."""
        row = (workflow, node, memory.spec, memory.until, json.dumps(memory.waiting))
        self._do("INSERT OR REPLACE INTO schedule VALUES (?, ?, ?, ?, ?)", row)

    # -- files

    def known(self, workflow: str, node: str, spec: str) -> dict[str, Mark] | None:
        """The files that are dealt with, by path; None when this folder and pattern were never looked at."""
        if self._all("SELECT spec FROM folder WHERE workflow = ? AND node = ?", workflow, node) != [(spec,)]:
            return None
        rows = self._all("SELECT path, size, changed FROM file WHERE workflow = ? AND node = ?", workflow, node)
        return {path: Mark(size, changed) for path, size, changed in rows}

    def begin_folder(self, workflow: str, node: str, spec: str, seen: Mapping[str, Mark]) -> None:
        """Take what is there now as dealt with."""
        rows = [(workflow, node, path, mark.size, mark.changed) for path, mark in seen.items()]
        with self._worded(), self._database as database:
            database.execute("DELETE FROM file WHERE workflow = ? AND node = ?", (workflow, node))
            database.executemany("INSERT INTO file VALUES (?, ?, ?, ?, ?)", rows)
            database.execute("INSERT OR REPLACE INTO folder VALUES (?, ?, ?)", (workflow, node, spec))

    def dealt_with(self, workflow: str, node: str, path: str, mark: Mark | None) -> None:
        """Keep that this state of a file is dealt with; None when the file is gone."""
        if mark is None:
            key = (workflow, node, path)
            self._do("DELETE FROM file WHERE workflow = ? AND node = ? AND path = ?", key)
        else:
            row = (workflow, node, path, mark.size, mark.changed)
            self._do("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?)", row)

    # -- requests

    def asked(self, run_id: str) -> bool:
        """Whether a request with a key has begun this run, which may have been deleted since."""
        return bool(self._all("SELECT 1 FROM request WHERE run_id = ?", run_id))

    def answer(self, run_id: str, now: float) -> None:
        """Keep that a request with a key has begun this run; what is older than ``KEPT`` is forgotten."""
        with self._worded(), self._database as database:
            database.execute("DELETE FROM request WHERE at < ?", (now - KEPT,))
            database.execute("INSERT OR REPLACE INTO request VALUES (?, ?)", (run_id, now))

    # -- runs

    def add(self, run_id: str, workflow: str, node: str) -> None:
        """Keep that a run is this service's own, before it begins."""
        self._do("INSERT OR REPLACE INTO run VALUES (?, ?, ?, 0)", (run_id, workflow, node))

    def leave(self, run_id: str) -> None:
        """Keep that a run is paused only because the service stops."""
        self._do("UPDATE run SET left = 1 WHERE run_id = ?", (run_id,))

    def forget(self, run_id: str) -> None:
        """A run has ended, or somebody else decides about it."""
        self._do("DELETE FROM run WHERE run_id = ?", (run_id,))

    def own(self) -> list[OwnRun]:
        """Every run that was not forgotten."""
        rows = self._all("SELECT run_id, workflow, node, left FROM run ORDER BY run_id")
        return [OwnRun(run_id, workflow, node, bool(left)) for run_id, workflow, node, left in rows]

    def _do(self, statement: str, row: tuple[object, ...]) -> None:
        with self._worded(), self._database as database:
            database.execute(statement, row)

    def _all(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        with self._worded():
            return self._database.execute(statement, values).fetchall()
