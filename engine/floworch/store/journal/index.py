"""The list of runs as a table in SQLite: derived from the journals, thrown away and made again without loss.

It is kept up to date in the background by the process that owns a run. What it may have missed is found when it is
asked: new and removed runs by the time stamp of the directory, runs whose owner died by their lock, and everything
else after a restart of the computer by the sizes of the journals.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from floworch.store.journal.files import FILE_MODE
from floworch.store.journal.owner import boot_id
from floworch.store.protocol import RunSummary
from floworch.store.summary import DAMAGED

VERSION = 3
#: Nanoseconds within which two changes of a directory may carry the same time stamp.
_TICK = 100_000_000
#: Seconds within which changes are written together.
_GATHER = 0.05
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY, workflow_id TEXT NOT NULL, status TEXT NOT NULL, created_at REAL NOT NULL,
    started_at REAL, ended_at REAL, parent TEXT, words TEXT NOT NULL, stamp INTEGER NOT NULL,
    live INTEGER NOT NULL, rested REAL NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS runs_by_time ON runs (created_at DESC, run_id DESC);
CREATE INDEX IF NOT EXISTS runs_live ON runs (live) WHERE live;
CREATE INDEX IF NOT EXISTS runs_damaged ON runs (run_id, stamp) WHERE stamp < 0;
"""
_COLUMNS = "run_id, workflow_id, status, created_at, started_at, ended_at, parent, rested"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row.

    Attributes:
        summary: The run, with its derived status.
        words: The words it is found by.
        stamp: A number that changes with the journal.
        live: Whether a process owned the run when this was written: then the row is only as good as that process.
    """

    summary: RunSummary
    words: str
    stamp: int
    live: bool


class RunIndex:
    """The index of one store. Safe to use from several threads and processes.

    Args:
        path: The database file.
        runs: The directory that holds the runs.
        examine: Reads a run's journal: its entry with the derived status, or None when there is no run (yet).
        stamp: The number of a run's journal now, cheaply.
        owned: Whether a living process owns a run.
        damage_stamp: A negative number of a damaged journal now, which stands in place of its ``stamp``.
        mode: Of the database file when it is made.
    """

    def __init__(
        self,
        path: Path,
        runs: Path,
        examine: Callable[[str], Entry | None],
        stamp: Callable[[str], int],
        owned: Callable[[str], bool],
        damage_stamp: Callable[[str], int],
        mode: int = FILE_MODE,
    ) -> None:
        self._path = path
        self._runs = runs
        self._examine = examine
        self._stamp = stamp
        self._owned = owned
        self._damage_stamp = damage_stamp
        self._mode = mode
        self._lock = threading.RLock()
        self._short = threading.Lock()
        self._stop = threading.Event()  # of the newest thread, as is _wake
        self._db: sqlite3.Connection | None = None
        self._waiting: dict[str, Entry] = {}  # newest entry of each run that is still to be written
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, entry: Entry) -> None:
        """Write a row soon, in the background."""
        with self._short:  # not the long lock: an engine's loop comes here, and a rebuild may hold that for seconds
            self._waiting[entry.summary.run_id] = entry
            if self._thread is None:
                self._wake, self._stop = threading.Event(), threading.Event()
                work = (weakref.ref(self), self._wake, self._stop)
                self._thread = threading.Thread(target=_write_soon, args=work, name="floworch-index", daemon=True)
                self._thread.start()
            self._wake.set()

    def note_now(self, entry: Entry) -> None:
        """Write a row before returning; errors are left for the next look at the journals."""
        with self._lock:
            self._drain(entry)

    def mark_damaged(self, run_id: str, stamp: int) -> None:
        """Call a run damaged, with the times that were known of it; ``stamp`` is its damage stamp."""
        with self._lock:
            self._drain()
            try:
                with self._open() as db:
                    values = (DAMAGED, stamp, run_id)
                    db.execute("UPDATE runs SET status = ?, stamp = ?, live = 0 WHERE run_id = ?", values)
            except sqlite3.Error:
                self._reset(remove=False)

    def forget(self, run_id: str) -> None:
        """Remove a row."""
        with self._lock:
            self._drain()
            try:
                with self._open() as db:
                    db.execute("DELETE FROM runs WHERE run_id = ?", (run_id,))
            except sqlite3.Error:
                self._reset()

    def close(self) -> None:
        """Write what waits and close the database. The index can be used again afterwards."""
        with self._short:
            thread, self._thread = self._thread, None
            self._stop.set()
            self._wake.set()
        if thread is not None:
            thread.join()
        with self._lock:
            self._drain()
            self._reset(remove=False)

    def query(
        self,
        workflow: str | None = None,
        status: str | None = None,
        text: str | None = None,
        since: float | None = None,
        limit: int | None = None,
    ) -> list[RunSummary]:
        """Runs that match, newest first, with derived statuses; see ``RunStore.list``."""
        where, values = _conditions(workflow, status, text, since)
        sql = f"SELECT {_COLUMNS} FROM runs{where} ORDER BY created_at DESC, run_id DESC LIMIT ?"
        values.append(-1 if limit is None else max(limit, 0))
        with self._lock:
            for last in (False, True):
                try:
                    self._drain()
                    db = self._open()
                    self._refresh(db)
                    return [RunSummary(*row) for row in db.execute(sql, values)]
                except sqlite3.Error:
                    self._reset()
                    if last:
                        raise
        return []

    # --- all below is called with the lock held ---

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            try:
                self._db = self._connect(str(self._path))
            except (sqlite3.OperationalError, OSError):  # not writable: the journals still can be read
                self._db = self._connect(":memory:")
        return self._db

    def _connect(self, name: str) -> sqlite3.Connection:
        if name != ":memory:":
            os.close(os.open(name, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), self._mode))
        db = sqlite3.connect(name, timeout=5.0, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            with db:
                if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                    db.execute("DROP TABLE IF EXISTS runs")
                    db.execute("DROP TABLE IF EXISTS meta")
                db.executescript(_SCHEMA)
                db.execute(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            db.close()
            raise
        return db

    def _reset(self, remove: bool = True) -> None:
        """Close the database; remove the file too when it is broken, to be made again from the journals."""
        if self._db is not None:
            with closing(self._db):
                self._db = None
        if remove:
            for suffix in ("", "-wal", "-shm"):
                try:
                    os.unlink(f"{self._path}{suffix}")
                except OSError:
                    pass

    def _refresh(self, db: sqlite3.Connection) -> None:
        """Bring the rows to what the journals say, reading as few of them as possible."""
        meta = dict(db.execute("SELECT key, value FROM meta"))
        rebooted = meta.get("boot") != boot_id()
        try:
            changed_at = self._runs.stat().st_mtime_ns
        except FileNotFoundError:
            changed_at = 0
        if rebooted or meta.get("names") != str(changed_at):
            complete = self._compare_names(db, rebooted)
            settled = complete and time.time_ns() - changed_at > _TICK
            with db:
                db.execute("INSERT OR REPLACE INTO meta VALUES ('names', ?)", (str(changed_at) if settled else "",))
                db.execute("INSERT OR REPLACE INTO meta VALUES ('boot', ?)", (boot_id(),))
        live = db.execute("SELECT run_id FROM runs WHERE live").fetchall()
        self._look_at(db, [run_id for (run_id,) in live if not self._owned(run_id)], forget=True)
        damaged = db.execute("SELECT run_id, stamp FROM runs WHERE stamp < 0").fetchall()
        self._look_at(db, [run_id for run_id, stamp in damaged if self._damage_stamp(run_id) != stamp])

    def _compare_names(self, db: sqlite3.Connection, thorough: bool) -> bool:
        """Add and remove rows by the directory's names; return whether every name was a run."""
        try:
            names = {entry.name for entry in os.scandir(self._runs) if not entry.name.startswith(".")}
        except FileNotFoundError:
            names = set()
        known = dict(db.execute("SELECT run_id, stamp FROM runs").fetchall())
        with db:
            db.executemany("DELETE FROM runs WHERE run_id = ?", [(run_id,) for run_id in known.keys() - names])
        suspects = names - known.keys()
        if thorough:
            suspects |= {
                run_id for run_id in known.keys() & names if known[run_id] >= 0 and self._stamp(run_id) != known[run_id]
            }
        return self._look_at(db, suspects)

    def _look_at(self, db: sqlite3.Connection, run_ids: Iterable[str], forget: bool = False) -> bool:
        """Read these runs' journals into rows; return whether every one was a run. Rows of others go with ``forget``:
        a run that a loss of power took back is known from before."""
        entries = {run_id: self._examine(run_id) for run_id in run_ids}
        self._write(db, [entry for entry in entries.values() if entry is not None])
        gone = [(run_id,) for run_id, entry in entries.items() if entry is None]
        if forget and gone:
            with db:
                db.executemany("DELETE FROM runs WHERE run_id = ?", gone)
        return not gone

    def _write(self, db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
        rows = [
            (*_values(entry.summary), entry.words, entry.stamp, entry.live, entry.summary.rested) for entry in entries
        ]
        if rows:
            with db:
                db.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _drain(self, *more: Entry) -> None:
        """Write what waits, the newest row of each run, and then ``more``."""
        with self._short:
            newest, self._waiting = self._waiting, {}
        newest.update({entry.summary.run_id: entry for entry in more})
        if newest:
            try:
                self._write(self._open(), newest.values())
            except sqlite3.Error:
                self._reset(remove=False)

    def write_waiting(self) -> None:
        """Write the rows that wait to be written."""
        with self._lock:
            self._drain()

    def __del__(self) -> None:
        """A store that nobody has closed leaves neither a thread nor an open database behind."""
        self._stop.set()
        self._wake.set()
        self._drain()
        self._reset(remove=False)


def _write_soon(owner: weakref.ref[RunIndex], wake: threading.Event, stop: threading.Event) -> None:
    """Body of an index's thread, which does not keep the index alive."""
    while not stop.is_set():
        wake.wait()
        stop.wait(_GATHER)  # a short run has three rows within milliseconds: one is enough
        wake.clear()
        index = owner()
        if index is not None:
            index.write_waiting()
        del index


def _values(summary: RunSummary) -> tuple[str, str, str, float, float | None, float | None, str | None]:
    """The columns of a summary but ``rested``, in the order of ``_COLUMNS``."""
    return (
        summary.run_id,
        summary.workflow_id,
        str(summary.status),
        summary.created_at,
        summary.started_at,
        summary.ended_at,
        summary.parent,
    )


def _conditions(
    workflow: str | None, status: str | None, text: str | None, since: float | None
) -> tuple[str, list[str | float | int]]:
    """The WHERE clause of a query and its values."""
    clauses: list[str] = []
    values: list[str | float | int] = []
    for clause, value in (
        ("workflow_id = ?", workflow),
        ("status = ?", status),
        ("created_at >= ?", since),
        ("instr(words, ?) > 0", text.casefold() if text else None),
    ):
        if value is not None:
            clauses.append(clause)
            values.append(value)
    return (" WHERE " + " AND ".join(clauses) if clauses else ""), values
