"""What the index is told, and when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from floworch.run.events import Event, EventKind
from floworch.store.journal.catalogue import Catalogue
from floworch.store.journal.files import Files
from floworch.store.journal.place import StorePlace
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.store_suite import EPOCH, make_header, story


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FlatBuffersStore]:
    store = FlatBuffersStore(tmp_path)
    yield store
    store.close()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(StorePlace(tmp_path), Files())
    yield catalogue
    catalogue.close()


def test_a_run_is_examined_from_its_journal(store: FlatBuffersStore, catalogue: Catalogue) -> None:
    log = store.create(make_header())
    log.append(story(None))
    log.boundary()
    entry = catalogue.examine("run-1")
    assert entry is not None
    assert (entry.summary.status, entry.live, "nightly" in entry.words) == ("running", True, True)
    log.abandon()
    entry = catalogue.examine("run-1")
    assert entry is not None
    assert (entry.summary.status, entry.live) == ("interrupted", False)
    assert not catalogue.owned("run-1")


def test_what_is_no_run_has_no_row(store: FlatBuffersStore, catalogue: Catalogue) -> None:
    for name in ("nowhere", "..", ".deleted-x"):
        assert catalogue.examine(name) is None


def test_a_new_owner_is_noted_before_it_appends(store: FlatBuffersStore, catalogue: Catalogue) -> None:
    """Else a run that is paused by its row could die running and never be looked at again."""
    log = store.create(make_header())
    log.append([*story()[:2], Event(2, EPOCH, int(EventKind.RUN_PAUSED))])
    log.close()
    assert [run.status for run in store.list()] == ["paused"]
    log = store.acquire("run-1")
    log.append([Event(3, EPOCH, int(EventKind.RUN_RESUMED))])
    log.boundary()
    log._changed = lambda _log, _closing: None
    log.abandon()
    assert [run.status for run in catalogue.index.query()] == ["interrupted"]


def test_closing_leaves_the_final_word(store: FlatBuffersStore, catalogue: Catalogue) -> None:
    log = store.create(make_header())
    log.append(story())
    log.close()
    store.close()
    assert [(run.status, run.ended_at) for run in catalogue.index.query()] == [("completed", EPOCH + 4)]
