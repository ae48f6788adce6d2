"""The doctor's view of the index: named when it is not what the journals say, and made again without loss."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from floworch.store.journal.check_index import check_index
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.store_suite import make_header, story


def make(path: Path) -> None:
    store = FlatBuffersStore(path)
    for name in ("one", "two"):
        log = store.create(make_header(name))
        log.append(story())
        log.close()
    store.list()
    store.close()


def remove(path: Path) -> None:
    for each in path.parent.glob("index.sqlite*"):
        each.unlink()


def garble(path: Path) -> None:
    remove(path)
    path.write_bytes(b"no database" * 1000)


def change(statement: str) -> Callable[[Path], None]:
    def run(path: Path) -> None:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(statement)

    return run


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (remove, "index-missing"),
        (garble, "index-damaged"),
        (change("PRAGMA user_version = 99"), "index-version"),
        (change("DELETE FROM runs WHERE run_id = 'one'"), "index-stale"),
    ],
)
def test_what_is_wrong_is_named_and_mends_itself(tmp_path: Path, damage: Callable[[Path], None], code: str) -> None:
    """A deleted or broken index loses nothing."""
    make(tmp_path)
    assert list(check_index(tmp_path)) == []
    damage(tmp_path / "index.sqlite")
    assert [finding.code for finding in check_index(tmp_path)] == [code]
    store = FlatBuffersStore(tmp_path)
    if code == "index-stale":  # a row that somebody took out by hand is found with the next change of the folder
        store.create(make_header("three")).close()
    assert {"one", "two"} <= {run.run_id for run in store.list()}
    store.close()
    assert list(check_index(tmp_path)) == []


def test_a_store_without_runs_needs_no_index(tmp_path: Path) -> None:
    assert list(check_index(tmp_path)) == []
