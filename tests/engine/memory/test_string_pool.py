"""Strings as small integers."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.memory import StringPool, StringPoolStats
from floworch.memory.string_pool import pack_strings, unpack_strings


@given(st.lists(st.text(max_size=10)))
def test_a_string_has_one_number_and_a_number_one_string(strings: list[str]) -> None:
    pool = StringPool(strings)
    assert list(pool) == list(dict.fromkeys(strings))
    for string in strings:
        assert pool[pool.intern(string)] == string
        assert string in pool
    assert len(pool) == len(set(strings))


def test_looking_up_never_adds() -> None:
    pool = StringPool(["a"])
    assert (pool.find("a"), pool.find("b"), len(pool)) == (0, None, 1)
    with pytest.raises(IndexError):
        pool[1]
    with pytest.raises(IndexError):
        pool[-1]


def test_statistics_count_bytes_and_hits() -> None:
    pool = StringPool(["é", "b"])
    pool.intern("b")
    assert pool.stats() == StringPoolStats(strings=2, bytes=3, hits=1, misses=2)


@given(st.lists(st.text(max_size=10), unique=True))
def test_a_pool_is_read_as_it_was_packed(strings: list[str]) -> None:
    assert list(StringPool.unpack(*StringPool(strings).pack())) == strings


@given(st.lists(st.text(max_size=10)))
def test_repeated_strings_are_kept_by_the_plain_form(strings: list[str]) -> None:
    assert unpack_strings(*pack_strings(strings)) == strings


def test_the_packed_form_is_little_endian() -> None:
    assert pack_strings(["ab", "c"]) == (struct.pack("<II", 2, 3), b"abc")


@pytest.mark.parametrize(
    ("ends", "text"),
    [(b"\1\0\0", b"a"), (struct.pack("<I", 5), b"abc"), (struct.pack("<II", 2, 1), b"abc"), (b"\1\0\0\0", b"\xff")],
)
def test_offsets_outside_the_text_are_refused(ends: bytes, text: bytes) -> None:
    """(C13)"""
    with pytest.raises(ValueError):
        unpack_strings(ends, text)


def test_numbers_is_the_way_from_strings_and_grows_with_the_pool() -> None:
    pool = StringPool(["a", "b"])
    numbers = pool.numbers
    pool.intern("c")
    assert dict(numbers) == {"a": 0, "b": 1, "c": 2}


def test_first_strings_that_repeat_are_kept_once_in_the_order_they_came() -> None:
    pool = StringPool(["b", "a", "b", "c"])
    assert (list(pool), pool.find("c")) == (["b", "a", "c"], 2)
    assert (pool.stats().hits, pool.stats().misses) == (1, 3)


def test_what_is_no_string_is_refused_when_it_comes() -> None:
    pool = StringPool()
    with pytest.raises(TypeError, match="not int"):
        pool.intern(5)  # type: ignore[arg-type]
    assert list(pool) == []


def test_one_string_is_not_taken_for_its_characters() -> None:
    """(guides: string interning)"""
    with pytest.raises(TypeError, match=r"not one: write StringPool\(\['pay'\]\)"):
        StringPool("pay")
    with pytest.raises(TypeError, match="a string pool holds strings only"):
        StringPool(["pay", 5])  # type: ignore[list-item]
