"""The derived list of runs: it may be lost, stale or broken, and still tells the truth."""

from __future__ import annotations

import gc
import sqlite3
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from floworch.errors import CorruptJournal
from floworch.run.events import Event, EventKind
from floworch.store.journal.index import Entry, RunIndex
from floworch.store.journal.store import FlatBuffersStore
from floworch.store.protocol import RunSummary
from floworch.testing.store_suite import EPOCH, make_header, story

K = EventKind


def keep(store: FlatBuffersStore, run_id: str, events: list[Event]) -> None:
    log = store.create(make_header(run_id))
    log.append(events)
    log.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FlatBuffersStore]:
    store = FlatBuffersStore(tmp_path / "store")
    for number in range(3):
        keep(store, f"run-{number}", story())
    yield store
    store.close()


def ids(store: FlatBuffersStore) -> set[str]:
    return {run.run_id for run in store.list()}


ALL = {"run-0", "run-1", "run-2"}


def remove_index(store: FlatBuffersStore) -> None:
    store.close()
    for path in store.path.glob("index.sqlite*"):
        path.unlink()


def test_a_missing_index_is_made_again(store: FlatBuffersStore) -> None:
    before = store.list()
    remove_index(store)
    assert store.list() == before
    assert (store.path / "index.sqlite").exists()


@pytest.mark.parametrize("junk", [b"", b"this is no database at all" * 200])
def test_a_broken_index_is_made_again(store: FlatBuffersStore, junk: bytes) -> None:
    store.close()
    (store.path / "index.sqlite").write_bytes(junk)
    assert ids(store) == ALL


def test_an_index_with_a_damaged_page_is_made_again(store: FlatBuffersStore) -> None:
    store.list()
    store.close()
    path = store.path / "index.sqlite"
    data = bytearray(path.read_bytes())
    data[4096 * 1 :] = b"\xaa" * (len(data) - 4096)
    path.write_bytes(data)
    assert ids(store) == ALL


def test_an_index_of_another_version_is_made_again(store: FlatBuffersStore) -> None:
    store.close()
    with closing(sqlite3.connect(store.path / "index.sqlite")) as db, db:
        db.execute("DROP TABLE runs")
        db.execute("CREATE TABLE runs (something)")
        db.execute("PRAGMA user_version = 99")
    assert ids(store) == ALL


def test_runs_that_came_and_went_behind_its_back_are_seen(store: FlatBuffersStore) -> None:
    assert ids(store) == ALL
    other = FlatBuffersStore(store.path)
    keep(other, "new", story())
    other.delete("run-1")
    other.close()
    assert ids(store) == {"run-0", "run-2", "new"}
    import shutil

    shutil.copytree(store.path / "runs" / "run-0", store.path / "runs" / "run-7")
    shutil.rmtree(store.path / "runs" / "run-2")
    assert ids(store) == {"run-0", "new"}, "a copied journal is not that run's"


def test_a_run_whose_owner_died_is_read_again(store: FlatBuffersStore) -> None:
    """(C7.3)"""
    log = store.acquire("run-0")
    log.append([Event(len(story()), EPOCH, int(K.RUN_RETRIED))])
    log.boundary()
    assert {run.run_id: run.status for run in store.list()}["run-0"] == "running"
    log.abandon()
    assert {run.run_id: run.status for run in store.list()}["run-0"] == "interrupted"
    assert {run.run_id: run.status for run in FlatBuffersStore(store.path).list()}["run-0"] == "interrupted"


def test_a_status_that_never_reached_the_disk_is_not_believed(store: FlatBuffersStore) -> None:
    log = store.create(make_header("run-9", options={"durability": "none"}))
    log.append(story()[:2])
    log.boundary()
    log.append([Event(2, EPOCH, int(K.RUN_PAUSED))])
    log.abandon()
    assert {run.run_id: run.status for run in store.list()}["run-9"] == "interrupted"


def test_an_index_that_a_restart_of_the_computer_set_back_is_checked(
    store: FlatBuffersStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power loss the table may be older than the journals, though it looks fine."""
    store.list()
    store.close()
    with closing(sqlite3.connect(store.path / "index.sqlite")) as db, db:
        db.execute("UPDATE runs SET status = 'paused', stamp = 1 WHERE run_id = 'run-1'")
    monkeypatch.setattr("floworch.store.journal.index.boot_id", lambda: "another boot")
    assert {run.status for run in store.list()} == {"completed"}


def test_a_run_that_cannot_be_read_is_left_out(store: FlatBuffersStore) -> None:
    remove_index(store)
    (store.path / "runs" / "run-1" / "journal-000001.fbj").write_bytes(b"broken")
    (store.path / "runs" / "not a run").mkdir()
    assert ids(store) == {"run-0", "run-2"}


def damaged(store: FlatBuffersStore, run_id: str) -> Path:
    """Flip a bit in an event of a journal; its size stays, and its beginning is whole."""
    (journal,) = (store.path / "runs" / run_id).glob("journal-*")
    data = bytearray(journal.read_bytes())
    data[len(data) * 2 // 3] ^= 1
    journal.write_bytes(data)
    return journal


def statuses(store: FlatBuffersStore) -> dict[str, str]:
    return {run.run_id: run.status for run in store.list()}


@pytest.mark.parametrize("opened", ["load", "acquire"])
def test_a_run_that_could_not_be_read_is_called_damaged_from_then_on(store: FlatBuffersStore, opened: str) -> None:
    """C12, C13: the list is an index and reads no journal, but does not go on saying what it has found untrue."""
    before = {run.run_id: run for run in store.list()}
    whole = bytes((store.path / "runs" / "run-1" / "journal-000001.fbj").read_bytes())
    journal = damaged(store, "run-1")
    assert statuses(store)["run-1"] == before["run-1"].status
    with pytest.raises(CorruptJournal):
        getattr(store, opened)("run-1")
    (found,) = (run for run in store.list() if run.run_id == "run-1")
    assert found == before["run-1"].replace(status="damaged")
    assert store.list(status=before["run-1"].status, text="run-1") == []
    remove_index(store)  # it is derived: what is made anew says the same
    assert statuses(store)["run-1"] == "damaged"
    journal.write_bytes(whole)  # restored from a backup, with the same size
    assert store.list() == list(before.values())


def test_a_run_that_is_damaged_behind_the_list_is_found_by_whoever_opens_it_only(store: FlatBuffersStore) -> None:
    """A list of ten thousand runs opens none of them."""
    store.list()
    damaged(store, "run-2")
    read: list[str] = []
    index = store._catalogue.index
    examine, index._examine = index._examine, lambda run_id: read.append(run_id) or examine(run_id)  # type: ignore[func-returns-value]
    store.list()
    with pytest.raises(CorruptJournal):
        store.load("run-2")
    assert statuses(store)["run-2"] == "damaged"
    store.list()
    assert read == []


def test_where_no_index_can_be_kept_the_journals_are_read(store: FlatBuffersStore) -> None:
    remove_index(store)
    (store.path / "index.sqlite").mkdir()
    assert ids(store) == ALL
    assert ids(store) == ALL


def test_two_processes_write_one_index(store: FlatBuffersStore) -> None:
    script = """
import sys
import threading
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.store_suite import make_header, story
store = FlatBuffersStore(sys.argv[1])
for number in range(15):
    log = store.create(make_header(f"{sys.argv[2]}-{number}"))
    log.append(story())
    log.close()
    store.list()
store.close()
"""
    children = [subprocess.Popen([sys.executable, "-c", script, str(store.path), name]) for name in ("x", "y")]
    for child in children:
        assert child.wait(60) == 0
    runs = store.list()
    assert len(runs) == 33
    assert {run.status for run in runs} == {"completed"}


class TestRunIndex:
    """The table by itself."""

    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[RunIndex]:
        index = self.made(tmp_path)
        yield index
        index.close()

    def made(self, tmp_path: Path) -> RunIndex:
        runs = tmp_path / "runs"
        runs.mkdir(exist_ok=True)
        return RunIndex(
            tmp_path / "index.sqlite", runs, lambda _id: None, lambda _id: 0, lambda _id: False, lambda _id: -1
        )

    def entry(self, tmp_path: Path, run_id: str, status: str, live: bool = False) -> Entry:
        (tmp_path / "runs" / run_id).mkdir(exist_ok=True)
        return Entry(RunSummary(run_id, "w", status, EPOCH), run_id, 1, live)

    def test_the_last_row_noted_wins(self, index: RunIndex, tmp_path: Path) -> None:
        for status in ("running", "pausing", "paused"):
            index.note(self.entry(tmp_path, "a", status))
        assert [run.status for run in index.query()] == ["paused"]
        index.note(self.entry(tmp_path, "a", "running"))
        index.note_now(self.entry(tmp_path, "a", "completed"))
        assert [run.status for run in index.query()] == ["completed"]
        index.forget("a")
        (tmp_path / "runs" / "a").rmdir()
        assert index.query() == []

    def test_what_was_noted_is_there_after_closing(self, index: RunIndex, tmp_path: Path) -> None:
        index.note(self.entry(tmp_path, "a", "failed"))
        index.close()
        with closing(sqlite3.connect(tmp_path / "index.sqlite")) as db, db:
            assert db.execute("SELECT run_id, status FROM runs").fetchall() == [("a", "failed")]
        index.note(self.entry(tmp_path, "b", "failed"))
        assert len(index.query()) == 2

    def test_ten_thousand_runs_are_listed_without_looking_at_them(self, index: RunIndex, tmp_path: Path) -> None:
        for number in range(10_000):
            (tmp_path / "runs" / f"r{number}").mkdir()
        with closing(sqlite3.connect(tmp_path / "index.sqlite")) as db, db:
            index.query()
            db.executemany(
                "INSERT OR REPLACE INTO runs VALUES (?, 'w', 'completed', ?, NULL, NULL, NULL, ?, 0, 0, 0)",
                [(f"r{number}", EPOCH + number, f"r{number}") for number in range(10_000)],
            )
        looked: list[str] = []
        index._examine = looked.append  # type: ignore[assignment,func-returns-value]
        assert len(index.query()) == 10_000
        assert [run.run_id for run in index.query(text="r999", limit=2)] == ["r9999", "r9998"]
        assert looked == []

    def test_noting_never_waits_for_somebody_who_reads(self, index: RunIndex, tmp_path: Path) -> None:
        noted = threading.Event()

        def note() -> None:
            index.note(self.entry(tmp_path, "a", "running"))
            noted.set()

        with index._lock:
            thread = threading.Thread(target=note)
            thread.start()
            assert noted.wait(10)
        thread.join()
        assert [run.run_id for run in index.query()] == ["a"]

    def test_one_that_nobody_closes_leaves_its_rows_but_no_thread_and_no_open_database(self, tmp_path: Path) -> None:
        forgotten = self.made(tmp_path)
        others = set(threading.enumerate())
        forgotten.note(self.entry(tmp_path, "a", "failed"))
        (writer,) = set(threading.enumerate()) - others
        with warnings.catch_warnings():
            warnings.simplefilter("error", ResourceWarning)  # Python 3.13 tells of a database that was left open
            del forgotten
            gc.collect()
        writer.join(10)
        assert not writer.is_alive()
        with closing(sqlite3.connect(tmp_path / "index.sqlite")) as db:
            assert db.execute("SELECT run_id, status FROM runs").fetchall() == [("a", "failed")]
        assert not (tmp_path / "index.sqlite-wal").exists()  # the last one that has it open takes it away
