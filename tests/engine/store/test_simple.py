"""A store in four methods: the conformance suite on one in memory, and what becomes of their failures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from floworch import Engine, RunExists, RunStore, SimpleStore, StoreError, WorkflowBuilder
from floworch.testing.store_suite import StoreConformance, make_header, story


class Kept(SimpleStore):
    """Entries in lists; ``broken`` is what every method raises."""

    def __init__(self) -> None:
        self.runs: dict[str, list[bytes]] = {}
        self.broken: Exception | None = None

    def _look(self) -> None:
        if self.broken is not None:
            raise self.broken

    def save(self, run_id: str, number: int, entries: Sequence[bytes]) -> None:
        self._look()
        kept = self.runs.setdefault(run_id, [])
        assert len(kept) == number
        kept.extend(entries)

    def read(self, run_id: str, number: int) -> Iterable[bytes]:
        self._look()
        yield from self.runs.get(run_id, [])[number:]

    def run_ids(self) -> Iterable[str]:
        self._look()
        return self.runs

    def remove(self, run_id: str) -> None:
        self._look()
        del self.runs[run_id]


class TestSimpleStore(StoreConformance):
    def make_store(self, path: Path) -> RunStore:
        return Kept()


def test_whatever_the_methods_raise_is_an_error_of_the_store() -> None:
    """C4.6: somebody else's database driver has exceptions of its own."""
    store = Kept()
    log = store.create(make_header())
    store.broken = RuntimeError("the database has gone away")
    for call in (
        lambda: log.append(story()),
        lambda: store.load("run-1"),
        store.list,
        lambda: store.create(make_header("b")),
    ):
        with pytest.raises(StoreError, match="Kept: RuntimeError: the database has gone away"):
            call()
    store.broken = None
    with pytest.raises(StoreError, match="is closed"):
        log.append(story())  # what was lost in between is not known
    log.append_final(story()[:1])
    assert len(store.runs["run-1"]) == 2
    log.close()


def test_a_damaged_entry_is_named_and_does_not_hide_other_runs() -> None:
    store = Kept()
    for run_id in ("good", "bad", "headless"):
        log = store.create(make_header(run_id))
        log.append(story())
        log.close()
    store.runs["bad"][3] = store.runs["bad"][4]
    store.runs["headless"][0] = b"{"
    assert {run.run_id: run.status for run in store.list()} == {"good": "completed", "bad": "damaged"}
    with pytest.raises(StoreError, match="Entry 3 of run 'bad' is damaged"):
        store.load("bad")
    with pytest.raises(StoreError, match="Entry 0 of run 'headless' is damaged"):
        store.acquire("headless")


async def test_a_run_that_its_store_failed_goes_on_once_the_store_is_back() -> None:
    """C7.4: at least once, as after a full disk."""
    store, done = Kept(), []

    async def first() -> None:
        done.append("first")
        if len(done) == 1:
            store.broken = OSError("no space left")

    async def second() -> None:
        done.append("second")

    flow = WorkflowBuilder("w").node("first", first).node("second", second, after="first").build()
    async with Engine(store) as engine:
        run = await engine.start(flow, run_id="r")
        with pytest.raises(StoreError, match="no space left"):
            await run.result()
        store.broken = None

    async with Engine(store) as engine:
        with pytest.raises(RunExists):
            await engine.start(flow, run_id="r")
        result = await (await engine.resume("r")).result()
    assert (result.status, done) == ("completed", ["first", "first", "second"])
    assert store.load("r").status == "completed"
