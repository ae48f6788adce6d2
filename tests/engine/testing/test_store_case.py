"""The material that the tests of every store share."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch.run.events import EventKind
from floworch.store.memory import MemoryStore
from floworch.testing.store_case import StoreCase, fold, make_header, story


def test_a_story_is_gapless_and_can_be_folded_to_every_end() -> None:
    """(C12)"""
    for end in (EventKind.RUN_COMPLETED, EventKind.RUN_PAUSED, EventKind.RUN_CANCELLED):
        events = story(end)
        assert [event.seq for event in events] == list(range(9))
        assert fold(make_header(), events).seq == 9
    assert len(story(None)) == 8


def test_a_case_keeps_a_run_in_batches_and_asks_for_its_store(tmp_path: Path) -> None:
    store = MemoryStore()
    StoreCase().keep(store, make_header(), story())
    assert list(store.events("run-1")) == story()
    with pytest.raises(TypeError, match="make_store"):
        StoreCase().make_store(tmp_path)
