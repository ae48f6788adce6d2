"""A copy of a store is a store: every run in it is whole or can be resumed (journal.md section 6)."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from floworch.artifact import forget_values
from floworch.errors import StoreError
from floworch.run.events import Event, EventKind
from floworch.store.journal.backup import backup
from floworch.store.journal.store import FlatBuffersStore, JsonStore
from floworch.testing.store_suite import EPOCH, make_header, story

BIG = ["a row of the backup"] * 10_000


def test_a_copy_is_a_store_with_the_artifacts_it_needs(tmp_path: Path) -> None:
    store = JsonStore(tmp_path / "store")
    log = store.create(make_header(inputs={"rows": BIG}))
    log.append(story())
    log.close()
    assert store.backup(tmp_path / "copy").copied == ["run-1"]
    store.delete("run-1")
    forget_values()
    copy = JsonStore(tmp_path / "copy")
    assert list(copy.events("run-1")) == story()
    assert copy.header("run-1").inputs["rows"].load() == BIG
    assert (tmp_path / "copy/format").read_text() == "json\n"
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    copy.close()
    store.close()


def test_what_is_up_to_date_is_left_out_and_what_has_grown_is_replaced(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path / "store")
    for name in ("one", "two"):
        log = store.create(make_header(name))
        log.append(story()[:4])
        log.close()
    store.backup(tmp_path / "copy")
    log = store.acquire("two")
    log.append(story()[4:])
    log.close()
    again = store.backup(tmp_path / "copy")
    assert (again.copied, again.same) == (["two"], ["one"])
    copy = FlatBuffersStore(tmp_path / "copy")
    assert [len(list(copy.events(name))) for name in ("one", "two")] == [4, 9]
    assert len(copy.list()) == 2
    copy.close()
    store.close()


def test_only_ended_runs_when_that_is_asked_for(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path / "store")
    for name, events in (("ended", story()), ("begun", story()[:3])):
        log = store.create(make_header(name))
        log.append(events)
        log.close()
    assert store.backup(tmp_path / "copy", ended=True).copied == ["ended"]
    store.close()


def test_a_run_that_is_written_meanwhile_is_copied_as_far_as_it_has_come(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path / "store", segment_size=4000)
    log = store.create(make_header(options={"durability": "process"}))
    wanted = threading.Semaphore(1)  # how much is written is not a matter of how quick the copying is

    def write() -> None:
        for seq in range(2000):
            if seq % 200 == 0:
                wanted.acquire()
            log.append([Event(seq, EPOCH, int(EventKind.NODE_LOGGED), 0, 1, (), {"message": "x" * 50})])

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    try:
        for _ in range(10):
            wanted.release()
            backup(store.path, tmp_path / "copy", ["run-1"])
            copy = FlatBuffersStore(tmp_path / "copy")
            events = list(copy.events("run-1"))
            assert [event.seq for event in events] == list(range(len(events)))
            counts.append(len(events))
            copy.acquire("run-1").close()
            copy.close()
    finally:
        wanted.release(10)
        writer.join()
        log.close()
    assert counts == sorted(counts)
    assert counts[-1]
    store.close()


def test_the_copy_is_elsewhere_and_can_be_written(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path / "store")
    store.create(make_header()).close()
    with pytest.raises(StoreError, match="the store itself"):
        store.backup(tmp_path / "store")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="file"):
        store.backup(tmp_path / "file")
    store.close()
