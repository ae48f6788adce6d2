"""The good prefix of a damaged journal becomes an ordinary run again; nothing is lost on the way."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from floworch.errors import CorruptJournal, FlowError, RunLocked, RunNotFound, StoreError, UsageError
from floworch.run.status import RunStatus
from floworch.store.journal.salvage import salvage
from floworch.store.journal.store import FlatBuffersStore, JournalStore, JsonStore
from floworch.testing.faults import FaultyFiles, fail_on
from floworch.testing.store_suite import make_header, story


def damaged(path: Path, kind: type[JournalStore] = FlatBuffersStore, segment_size: int = 1 << 20) -> JournalStore:
    """A store with one run whose sixth event is damaged."""
    store = kind(path, segment_size=segment_size)
    log = store.create(make_header())
    for event in story():
        log.append([event])
        log.boundary()
    log.close()
    for journal in (path / "runs/run-1").glob("journal-*"):
        data = bytearray(journal.read_bytes())
        if (at := data.find(b'"half"')) >= 0:
            data[at] ^= 1
            journal.write_bytes(data)
    with pytest.raises(CorruptJournal):
        list(store.events("run-1"))
    return store


@pytest.mark.parametrize("kind", [FlatBuffersStore, JsonStore])
@pytest.mark.parametrize("segment_size", [1 << 20, 64])
def test_the_good_prefix_is_kept_and_the_original_stays_aside(
    tmp_path: Path, kind: type[JournalStore], segment_size: int
) -> None:
    store = damaged(tmp_path, kind, segment_size)
    before = {path.name: path.read_bytes() for path in (tmp_path / "runs/run-1").glob("journal-*")}
    found = salvage(tmp_path, "run-1")
    assert (found.events, found.run_id) == (5, "run-1")
    assert {path.name: path.read_bytes() for path in Path(found.original).iterdir()} == before
    assert list(store.events("run-1")) == story()[:5]
    assert store.load("run-1").status is RunStatus.INTERRUPTED
    log = store.acquire("run-1")  # an ordinary run: it goes on
    log.append(story()[5:])
    log.close()
    assert list(store.events("run-1")) == story()
    assert [run.status for run in store.list()] == ["completed"]
    store.close()


def test_a_sound_an_owned_and_an_unknown_run_are_left_alone(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    log = store.create(make_header())
    with pytest.raises(RunLocked):
        salvage(tmp_path, "run-1")
    log.close()
    with pytest.raises(UsageError, match="not damaged"):
        salvage(tmp_path, "run-1")
    with pytest.raises(RunNotFound):
        salvage(tmp_path, "run-2")
    store.close()


def test_damage_in_the_header_leaves_nothing_to_keep(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    store.create(make_header()).close()
    path = tmp_path / "runs/run-1/journal-000001.fbj"
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError, match="Nothing of run 'run-1' can be kept"):
        salvage(tmp_path, "run-1")
    assert path.read_bytes() == data
    assert not (tmp_path / "salvaged").exists()
    store.close()


@pytest.mark.parametrize("operation", ["create", "write", "sync", "sync_directory", "truncate", "open"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_a_fault_on_the_way_loses_nothing_and_it_can_be_done_again(tmp_path: Path, operation: str, error: int) -> None:
    damaged(tmp_path / "store").close()
    for after in range(3):
        root = tmp_path / f"copy-{after}"
        shutil.copytree(tmp_path / "store", root)
        whole = (root / "runs/run-1/journal-000001.fbj").read_bytes()
        files = FaultyFiles()
        files.fail = fail_on(operation, error, after)
        try:
            salvage(root, "run-1", files)
        except FlowError:
            pass
        now = (root / "runs/run-1/journal-000001.fbj").read_bytes()
        if now != whole:  # it was cut: the copy is complete
            assert any(path.read_bytes() == whole for path in (root / "salvaged").rglob("journal-*"))
        try:
            salvage(root, "run-1")
        except UsageError:
            pass
        store = FlatBuffersStore(root)
        assert list(store.events("run-1")) == story()[:5]
        store.close()
