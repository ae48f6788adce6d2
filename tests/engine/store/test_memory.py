"""The store in memory: the conformance suite and what is its own."""

from __future__ import annotations

from pathlib import Path

from floworch.store.memory import MemoryStore
from floworch.store.protocol import RunStore
from floworch.testing.store_suite import StoreConformance, make_header, story


class TestMemoryStore(StoreConformance):
    def make_store(self, path: Path) -> RunStore:
        return MemoryStore()


def test_everything_is_durable_at_once_and_nothing_is_called_back() -> None:
    log = MemoryStore().create(make_header(options={"durability": "power"}))
    log.on_durable(lambda ticket, error: (_ for _ in ()).throw(AssertionError))
    assert log.append(story()) == log.durable == 1


def test_an_abandoned_log_leaves_the_run_interrupted() -> None:
    """(C7.3)"""
    store = MemoryStore()
    log = store.create(make_header())
    log.append(story(None))
    log.abandon()
    assert store.list()[0].status == "interrupted"


def test_an_old_log_cannot_release_the_lock_of_a_new_owner() -> None:
    """(C7.4)"""
    store = MemoryStore()
    old = store.create(make_header())
    old.close()
    new = store.acquire("run-1")
    old.close()
    assert store.owner("run-1") is not None
    new.close()
