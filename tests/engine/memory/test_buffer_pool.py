"""Byte buffers that are used again."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from floworch.memory import BufferPool, BufferPoolStats


def test_a_released_buffer_is_used_again() -> None:
    pool = BufferPool(size=64)
    first = pool.acquire()
    assert len(first) == 64
    pool.release(first)
    assert pool.acquire() is first
    assert pool.stats() == BufferPoolStats(hits=1, misses=1, dropped=0, free=0, lent=1)


def test_the_pool_keeps_no_more_than_its_limit() -> None:
    pool = BufferPool(size=8, limit=1)
    first, second = pool.acquire(), pool.acquire()
    pool.release(first)
    pool.release(second)
    assert (pool.stats().free, pool.stats().dropped) == (1, 1)
    pool.clear()
    assert pool.stats().free == 0


def test_a_resized_buffer_is_dropped() -> None:
    pool = BufferPool(size=8)
    buffer = pool.acquire()
    buffer += b"more"
    pool.release(buffer)
    assert (pool.stats().free, pool.stats().dropped) == (0, 1)


def test_a_lease_ends_with_its_block_whatever_happens() -> None:
    pool = BufferPool(size=8)

    def work() -> None:
        with pool.lease() as buffer:
            buffer[:] = b"12345678"
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert (pool.stats().free, pool.stats().lent) == (1, 0)


@pytest.mark.parametrize(("size", "limit"), [(0, 1), (-1, 1), (8, -1)])
def test_sizes_out_of_range_are_refused(size: int, limit: int) -> None:
    with pytest.raises(ValueError, match="buffer pool"):
        BufferPool(size, limit)


def test_threads_never_share_a_buffer() -> None:
    pool = BufferPool(size=8, limit=2)
    wrong: list[bytes] = []

    def work(mark: int) -> None:
        for _ in range(300):
            with pool.lease() as buffer:
                buffer[:] = bytes([mark]) * 8
                if set(buffer) != {mark}:
                    wrong.append(bytes(buffer))

    threads = [threading.Thread(target=work, args=(mark,)) for mark in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stats = pool.stats()
    assert (wrong, stats.lent, stats.hits + stats.misses) == ([], 0, 1200)


def test_a_buffer_that_is_given_back_twice_is_refused() -> None:
    """Else two users would write into one another's."""
    pool = BufferPool(size=8)
    buffer = pool.acquire()
    pool.release(buffer)
    with pytest.raises(ValueError, match="given back already"):
        pool.release(buffer)
    assert (pool.stats().lent, pool.stats().free) == (0, 1)


@pytest.mark.parametrize(("size", "limit"), [("64", 1), (1.5, 1), (True, 1), (1, None)])
def test_what_is_no_number_is_refused_at_once(size: Any, limit: Any) -> None:
    """(guides: memory)"""
    with pytest.raises(TypeError, match="a buffer pool needs whole numbers, not size="):
        BufferPool(size, limit)
