"""Values by key that outlive runs: in a small database beside the store, or in memory for a store without a place."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from floworch.model.values import decode, encode

FILE = "state.sqlite"
#: Seconds for which a change is known by its key, so that repeating it changes nothing.
_KEPT = 30 * 86400.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (scope TEXT, key TEXT, value BLOB NOT NULL, PRIMARY KEY (scope, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS done (change TEXT PRIMARY KEY, at REAL NOT NULL, result BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (scope TEXT, key BLOB, by TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (scope, key))
    WITHOUT ROWID;
"""
MISSING = object()
#: From the old value (or ``MISSING``) to the new one (``MISSING`` removes it) and the result of the change.
Change = Callable[[Any], tuple[Any, Any]]


class StateShelf:
    """The values; several threads and processes may use it.

    Args:
        path: File of the database, or None for one in memory that lives as long as this object.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._memory = None if path is not None else sqlite3.connect(":memory:", check_same_thread=False)
        if self._memory is not None:
            self._memory.isolation_level = None
            self._memory.executescript(_SCHEMA)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        if self._memory is not None:
            with self._lock:
                yield self._memory
            return
        assert self._path is not None
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as database:
            database.executescript(_SCHEMA)
            yield database

    def get(self, scope: str, key: str) -> Any:
        """The value of a key, or ``MISSING``. Raises OSError."""
        with _worded(self._path), self._opened() as database:
            return _value(database, scope, key)

    def change(self, scope: str, key: str, change: Change, identity: str, now: float) -> Any:
        """Change a value in one step that nobody comes between; a change made before gives its result again.

        Args:
            scope: Separates the keys of different owners.
            key: Of the value.
            change: What to do with it; what it raises leaves everything as it was.
            identity: Of this change, the same when it is repeated.
            now: Epoch seconds.

        Raises:
            OSError: The database cannot be used.
        """
        with _worded(self._path), self._opened() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                row = database.execute("SELECT result FROM done WHERE change = ?", (identity,)).fetchone()
                if row is None:
                    new, result = change(_value(database, scope, key))
                    if new is MISSING:
                        database.execute("DELETE FROM state WHERE scope = ? AND key = ?", (scope, key))
                    else:
                        database.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", (scope, key, encode(new)))
                    database.execute("INSERT INTO done VALUES (?, ?, ?)", (identity, now, encode(result)))
                    database.execute("DELETE FROM done WHERE at < ?", (now - _KEPT,))
                else:
                    result = decode(row[0])
                database.execute("COMMIT")
            except BaseException:
                database.execute("ROLLBACK")
                raise
            return result

    def see(
        self, scope: str, keys: Sequence[bytes], identity: str, now: float, since: float, stopped: threading.Event
    ) -> list[bool]:
        """Remember keys, all or none; whether each was new, which it stays for the same ``identity``.

        Args:
            scope: Separates the keys of different owners.
            keys: What to remember, each once.
            identity: Of this step of this run, the same when it is repeated.
            now: Epoch seconds, when they were seen last.
            since: Epoch seconds; what was not seen since then is forgotten first.
            stopped: When it is set, nothing is remembered and InterruptedError is raised.

        Raises:
            OSError: The database cannot be used. InterruptedError: It was stopped.
        """
        new: list[bool] = []
        with _worded(self._path), self._opened() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                database.execute("DELETE FROM seen WHERE scope = ? AND at < ?", (scope, since))
                for key in keys:
                    if stopped.is_set():
                        raise InterruptedError
                    database.execute(
                        "INSERT INTO seen VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
                        (scope, key, identity, now),
                    )
                    row = database.execute("SELECT by FROM seen WHERE scope = ? AND key = ?", (scope, key)).fetchone()
                    new.append(row[0] == identity)
                database.execute("COMMIT")
            except BaseException:
                database.execute("ROLLBACK")
                raise
        return new


def _value(database: sqlite3.Connection, scope: str, key: str) -> Any:
    row = database.execute("SELECT value FROM state WHERE scope = ? AND key = ?", (scope, key)).fetchone()
    return MISSING if row is None else decode(row[0])


@contextmanager
def _worded(path: Path | None) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(f"{path}: {error}") from error


_memories: WeakKeyDictionary[object, StateShelf] = WeakKeyDictionary()


def shelf_of(home: object) -> StateShelf:
    """The shelf of a store (``Context.home``)."""
    path = getattr(home, "path", None)
    if path is not None:
        return StateShelf(Path(path) / FILE)
    if home not in _memories:
        _memories[home] = StateShelf(None)
    return _memories[home]
