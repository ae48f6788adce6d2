"""Folding a stored run: snapshots shorten it, and nothing it holds may break it (C12)."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch.errors import CorruptJournal
from floworch.run.events import Event, EventKind
from floworch.store.journal.files import Files
from floworch.store.journal.folding import fold as fold_run
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.store_suite import EPOCH, fold, make_header, story


def test_a_snapshot_of_another_version_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FlatBuffersStore(tmp_path)
    log = store.create(make_header())
    log.append(story())
    monkeypatch.setattr("floworch.run.snapshot.VERSION", 99)
    log.snapshot(fold(make_header(), story()))
    log.close()
    monkeypatch.undo()
    state = fold_run(tmp_path / "runs/run-1", "run-1", Files())
    assert state.to_json() == fold(make_header(), story()).to_json()
    store.close()


def test_an_event_that_cannot_follow_is_named_with_its_place(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    log = store.create(make_header())
    log.append([Event(0, EPOCH, int(EventKind.NODE_COMPLETED), 0, 1)])  # it never started
    log.close()
    with pytest.raises(CorruptJournal, match="an event that may follow"):
        fold_run(tmp_path / "runs/run-1", "run-1", Files())
    store.close()
