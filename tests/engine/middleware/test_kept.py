from __future__ import annotations

import gc
import os
import sqlite3
import weakref
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.outcome import Outcome, Wait
from floworch.middleware import kept
from floworch.middleware.kept import FILE, DiskShelf, MemoryShelf, Shelf, directory_of, memory_of
from floworch.testing import FakeHost, MemoryStore

RICH = {"output": {"big": 10**30, "bytes": b"\x00", "at": datetime(2026, 1, 1, tzinfo=UTC), "$type": "mine"}}


@pytest.fixture(params=["memory", "disk"])
def shelf(request: Any, tmp_path: Path) -> Shelf:
    return MemoryShelf() if request.param == "memory" else DiskShelf(tmp_path / "store", "cache")


async def test_a_result_is_kept_with_every_value_until_it_expires(shelf: Shelf) -> None:
    assert await shelf.get("k", 0) is None
    await shelf.put("k", RICH, None, 0)
    await shelf.put("short", {"output": 1}, 10.0, 0)
    assert await shelf.get("k", 1e12) == RICH
    assert await shelf.get("short", 9.9) == {"output": 1}
    assert await shelf.get("short", 10) is None
    await shelf.put("k", {"output": 2}, None, 0)
    assert await shelf.get("k", 0) == {"output": 2}


async def test_whoever_changes_a_result_changes_only_a_copy(shelf: Shelf) -> None:
    packed = {"output": [1]}
    await shelf.put("k", packed, None, 0)
    for value in (packed, await shelf.get("k", 0)):
        assert value is not None
        value["output"].append(2)
    assert await shelf.get("k", 0) == {"output": [1]}


async def test_memory_is_bounded_the_one_not_used_for_longest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    shelf = MemoryShelf()
    for key in ("a", "b"):
        await shelf.put(key, {"output": key}, None, 0)
    await shelf.get("a", 0)
    await shelf.put("c", {"output": "c"}, None, 0)
    assert [await shelf.get(key, 0) is not None for key in "abc"] == [True, False, True]


async def test_the_database_is_private_shared_by_kinds_and_throws_expired_results_away(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    one, other = DiskShelf(folder, "cache"), DiskShelf(folder, "idempotency")
    await one.put("k", {"output": 1}, 5.0, 0)
    assert await other.get("k", 0) is None
    await other.put("k", {"output": 2}, None, 6.0)
    with closing(sqlite3.connect(folder / FILE)) as database:
        assert database.execute("SELECT kind FROM results").fetchall() == [("idempotency",)]
    if os.name == "posix":
        assert (folder / FILE).stat().st_mode & 0o777 == 0o600


async def test_a_damaged_database_is_an_oserror_that_names_it(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is not a database, whatever its name may say" * 10)
    with pytest.raises(OSError, match=FILE):
        await DiskShelf(tmp_path, "cache").get("k", 0)


def test_a_result_is_packed_with_its_port_and_the_data_it_wrote() -> None:
    ctx = FakeHost(data={"old": 1}).context()
    ctx.data.set("seen", [1])
    ctx.data.delete("old")
    packed = kept.pack(Outcome({"x": 1}, "yes", ("out",)), ctx)
    assert packed is not None
    later = FakeHost(data={"old": 2}).context()
    assert kept.unpack(packed, later) == Outcome({"x": 1}, "yes", ("out",))
    assert later.data.get("seen") == [1]
    assert not later.data.has("old")


def test_what_is_no_result_is_not_packed() -> None:
    ctx = FakeHost().context()
    assert kept.pack(Wait("timer"), ctx) is None
    assert kept.unpack(kept.pack(3, ctx) or {}, ctx) == 3
    with pytest.raises(TypeError):
        kept.pack({1, 2}, ctx)


def test_memory_lives_as_long_as_what_it_belongs_to(tmp_path: Path) -> None:
    store = MemoryStore()
    assert memory_of(store) is memory_of(store)
    gone = weakref.ref(memory_of(store))
    del store
    gc.collect()
    assert gone() is None
    assert directory_of(FakeHost(path=tmp_path)) == tmp_path
    assert directory_of(object()) is None


def test_a_store_of_ones_own_may_call_something_else_its_path(tmp_path: Path) -> None:
    """C5.3: a database file or an address is no folder to keep results in."""
    file = tmp_path / "runs.sqlite"
    file.touch()
    for path in (file, str(file), "redis://localhost"):
        assert directory_of(FakeHost(path=path)) is None
