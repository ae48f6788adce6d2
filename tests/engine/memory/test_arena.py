"""Memory taken back all at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.memory import Arena, BufferPool


@given(st.lists(st.binary(max_size=40), max_size=30))
def test_pieces_keep_their_content_and_order(parts: list[bytes]) -> None:
    arena = Arena(BufferPool(size=32))
    for _round in range(2):
        pieces = [arena.write(part) for part in parts]
        assert [bytes(piece) for piece in pieces] == parts
        assert b"".join(arena.chunks()) == b"".join(parts)
        assert arena.stats().used == sum(map(len, parts))
        arena.reset()
        assert arena.chunks() == []


def test_small_pieces_share_one_block() -> None:
    arena = Arena(BufferPool(size=100))
    for _ in range(10):
        arena.write(b"0123456789")
    assert (len(arena.chunks()), arena.stats().blocks, arena.stats().reserved) == (1, 1, 100)


def test_a_piece_larger_than_a_block_gets_its_own() -> None:
    arena = Arena(BufferPool(size=10))
    arena.write(b"ab")
    arena.write(b"x" * 25)
    arena.write(b"cd")
    assert b"".join(arena.chunks()) == b"ab" + b"x" * 25 + b"cd"
    assert arena.stats().reserved == 10 + 25 + 10


def test_an_allocated_piece_can_be_written() -> None:
    arena = Arena()
    piece = arena.allocate(4)
    piece[:] = b"abcd"
    assert bytes(arena.chunks()[0]) == b"abcd"
    with pytest.raises(ValueError, match="-1"):
        arena.allocate(-1)


def test_a_reset_arena_allocates_no_new_block() -> None:
    pool = BufferPool(size=64)
    arena = Arena(pool)
    for _ in range(50):
        arena.write(b"x" * 60)
        arena.reset()
    assert pool.stats().misses == 1
    stats = arena.stats()
    assert (stats.resets, stats.peak, stats.used, stats.allocations) == (50, 60, 0, 50)


def test_blocks_go_back_to_the_pool() -> None:
    pool = BufferPool(size=8)
    arena = Arena(pool)
    for _ in range(3):
        arena.write(b"12345678")
    arena.reset()
    assert pool.stats().free == 2
    arena.close()
    assert (pool.stats().free, pool.stats().lent) == (3, 0)
    assert bytes(arena.write(b"again")) == b"again"


@pytest.mark.parametrize("pool", ["64 KiB", 65536])
def test_what_is_no_pool_is_refused_at_once(pool: Any) -> None:
    """(guides: arena)"""
    with pytest.raises(TypeError, match=r"an arena takes a BufferPool, not .*: write Arena\(BufferPool"):
        Arena(pool)
