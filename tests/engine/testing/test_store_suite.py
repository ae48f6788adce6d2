"""The conformance suite catches stores that break their word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from floworch.run.events import Event
from floworch.store.memory import MemoryLog, MemoryStore
from floworch.store.protocol import RunHeader
from floworch.testing.store_suite import StoreCase, StoreConformance, fold, make_header, story


class Forgetful(MemoryStore):
    def events(self, run_id: str, from_seq: int = 0) -> Iterator[Event]:
        return iter(list(super().events(run_id, from_seq))[:-1])


class Generous(MemoryStore):
    def acquire(self, run_id: str) -> MemoryLog:
        run = self._find(run_id)
        run.log = None
        return super().acquire(run_id)


class Careless(MemoryStore):
    def create(self, header: RunHeader) -> MemoryLog:
        self._runs.pop(header.run_id, None)
        return super().create(header)


@pytest.mark.parametrize(
    ("store", "test"),
    [
        (Forgetful, "test_events_are_read_in_order_as_they_were_written"),
        (Generous, "test_one_owner_at_a_time_and_the_second_is_told_who"),
        (Careless, "test_a_run_id_is_used_once"),
    ],
)
def test_a_store_that_breaks_its_word_is_caught(store: Callable[[], MemoryStore], test: str) -> None:
    run: Callable[..., Any] = getattr(StoreConformance(), test)
    run(MemoryStore())
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run(store())


def test_a_suite_without_a_store_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="StoreCase must define make_store"):
        StoreCase().make_store(tmp_path)


def test_the_story_can_be_folded() -> None:
    """The suite's own material obeys the transition table (C3)."""
    state = fold(make_header(), story())
    assert (state.status, state.seq, state.data) == ("completed", 9, {"k": "v"})
