"""Results kept for later executions: packed, in memory for a run or a store, or in a small database beside a store."""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from floworch.actions.context import Context
from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
from floworch.model.values import decode, encode

#: Results kept in memory at most; the one not used for longest goes first.
MOST = 10_000
FILE = "results.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS results
    (kind TEXT, key TEXT, expires REAL, value BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_expiry ON results (expires) WHERE expires IS NOT NULL;
"""


def pack(result: Any, ctx: Context) -> dict[str, Any] | None:
    """Return a result with its port and the data it wrote as a JSON value; None when it is no result yet.

    Raises:
        TypeError: The output is not a JSON value.
    """
    if isinstance(result, (Wait, Expand, Rounds)):
        return None
    packed: dict[str, Any] = {"output": result}
    if isinstance(result, Outcome):
        packed = {"output": result.output, "port": result.port, "also": list(result.also)}
    changes = ctx.written.changes() if ctx.written is not None else None
    if changes is not None:
        packed["data"] = changes
    return decode(encode(packed))  # type: ignore[no-any-return]


def unpack(packed: dict[str, Any], ctx: Context) -> Any:
    """Return a kept result as its action returned it, and write the data it wrote."""
    changes = packed.get("data") or {}
    for key, value in changes.get("set", {}).items():
        ctx.data.set(key, value)
    for key in changes.get("delete", ()):
        ctx.data.delete(key)
    if "port" in packed:
        return Outcome(packed["output"], packed["port"], tuple(packed["also"]))
    return packed["output"]


class Shelf(Protocol):
    """Where results are kept, by key."""

    async def get(self, key: str, now: float) -> dict[str, Any] | None:
        """The packed result of that key that has not expired, or None."""
        ...

    async def put(self, key: str, packed: dict[str, Any], expires: float | None, now: float) -> None:
        """Keep a packed result, until an epoch second or for ever."""
        ...


class MemoryShelf:
    """Keeps results as long as it lives."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float | None, bytes]] = OrderedDict()

    async def get(self, key: str, now: float) -> dict[str, Any] | None:
        """As Shelf; every caller gets its own copy."""
        expires, value = self._kept.get(key, (None, None))
        if value is None or (expires is not None and expires <= now):
            return None
        self._kept.move_to_end(key)
        return decode(value)  # type: ignore[no-any-return]

    async def put(self, key: str, packed: dict[str, Any], expires: float | None, now: float) -> None:
        """As Shelf."""
        self._kept[key] = expires, encode(packed)
        self._kept.move_to_end(key)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)


class DiskShelf:
    """Keeps results in a database that only its owner can read; several processes may use it.

    Args:
        directory: Where the database stands; made when it is missing.
        kind: Separates the results of different layers.
    """

    def __init__(self, directory: Path, kind: str) -> None:
        self._path = directory / FILE
        self._kind = kind

    async def get(self, key: str, now: float) -> dict[str, Any] | None:
        """As Shelf. Raises OSError; ValueError for what is no JSON."""
        question = "SELECT value FROM results WHERE kind = ? AND key = ? AND (expires IS NULL OR expires > ?)"
        row = await asyncio.to_thread(self._run, question, (self._kind, key, now))
        return None if row is None else decode(row[0])

    async def put(self, key: str, packed: dict[str, Any], expires: float | None, now: float) -> None:
        """As Shelf; expired ones are thrown away. Raises OSError."""
        entry = (self._kind, key, expires, encode(packed))
        await asyncio.to_thread(self._run, "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", entry, now)

    def _run(self, statement: str, values: tuple[Any, ...], expired: float | None = None) -> Any:
        import sqlite3

        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            with closing(sqlite3.connect(self._path, timeout=10)) as database, database:
                database.executescript(_SCHEMA)
                if expired is not None:
                    database.execute("DELETE FROM results WHERE expires <= ?", (expired,))
                return database.execute(statement, values).fetchone()
        except sqlite3.Error as error:
            raise OSError(f"{self._path}: {error}") from error


_memories: WeakKeyDictionary[object, MemoryShelf] = WeakKeyDictionary()


def memory_of(home: object) -> MemoryShelf:
    """The shelf that lives as long as an object (``Context.home``)."""
    return _memories.setdefault(home, MemoryShelf())


def directory_of(home: object) -> Path | None:
    """The directory of a store, or None for one that has none; the ``path`` of somebody's own may be anything else."""
    path = getattr(home, "path", None)
    return path if isinstance(path, Path) and not path.is_file() else None
