"""Strings as small integers: written once, referred to by number."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise


@dataclass(frozen=True, slots=True)
class StringPoolStats:
    """What a pool has done so far.

    Attributes:
        strings: Different strings held.
        bytes: Their length in UTF-8.
        hits: Requests for a string that was there already.
        misses: Requests that added one.
    """

    strings: int
    bytes: int
    hits: int
    misses: int


class StringPool:
    """A table of different strings in the order they came; the number of a string never changes.

    The state of a run keeps its node ids in one, the journal's header holds them in its packed form, and everything
    after that refers to nodes by number. Adding is not safe from several threads at once; looking up is.

    Args:
        strings: The first strings, in order; a repeated one is kept once.

    Raises:
        TypeError: ``strings`` is one string, or holds what is none.

    Example:
        >>> pool = StringPool(["check", "pay"])
        >>> pool.intern("pay"), pool.intern("ship"), pool[2]
        (1, 2, 'ship')
    """

    __slots__ = ("_hits", "_misses", "_numbers", "_strings")

    def __init__(self, strings: Iterable[str] = ()) -> None:
        if isinstance(strings, str):
            raise TypeError(f"a string pool takes a list of strings, not one: write StringPool([{strings!r}])")
        given = list(strings)
        if not {str}.issuperset(map(type, given)) and not all(isinstance(each, str) for each in given):
            raise TypeError("a string pool holds strings only")
        self._numbers: dict[str, int] = dict(zip(given, range(len(given)), strict=True))
        self._strings: list[str] = given
        self._hits, self._misses = 0, len(given)
        if len(self._numbers) < len(given):  # some are there twice: one by one
            self._numbers, self._strings, self._misses = {}, [], 0
            for string in given:
                self.intern(string)

    def intern(self, string: str) -> int:
        """The number of ``string``, which is added when it is new.

        Raises:
            TypeError: It is no string.
        """
        number = self._numbers.get(string)
        if number is not None:
            self._hits += 1
            return number
        if not isinstance(string, str):
            raise TypeError(f"a string pool holds strings, not {type(string).__name__}")
        self._misses += 1
        number = self._numbers[string] = len(self._strings)
        self._strings.append(string)
        return number

    def find(self, string: str) -> int | None:
        """The number of ``string``, or None; never adds."""
        return self._numbers.get(string)

    @property
    def numbers(self) -> Mapping[str, int]:
        """Every string with its number; it grows with the pool. Read only: looking up in it costs no call of Python."""
        return self._numbers

    def __getitem__(self, number: int) -> str:
        """The string of a number. Raises IndexError for a number not given out."""
        if number < 0:
            raise IndexError(f"there is no string number {number}")
        return self._strings[number]

    def __len__(self) -> int:
        """How many different strings there are."""
        return len(self._strings)

    def __iter__(self) -> Iterator[str]:
        """The strings in number order."""
        return iter(self._strings)

    def __contains__(self, string: object) -> bool:
        """Whether the string is there."""
        return string in self._numbers

    def stats(self) -> StringPoolStats:
        """The counts so far."""
        size = sum(len(string.encode()) for string in self._strings)
        return StringPoolStats(len(self._strings), size, self._hits, self._misses)

    def pack(self) -> tuple[bytes, bytes]:
        """The table as ``(ends, text)``: per string the little-endian u32 offset of its end in ``text``, and all
        strings in UTF-8 one after the other."""
        return pack_strings(self._strings)

    @classmethod
    def unpack(cls, ends: bytes | memoryview, text: bytes | memoryview) -> StringPool:
        """The pool that ``pack`` wrote. Raises ValueError as ``unpack_strings`` does."""
        return cls(unpack_strings(ends, text))


def pack_strings(strings: Sequence[str]) -> tuple[bytes, bytes]:
    """Any strings, repeated ones too, in the form of ``StringPool.pack``."""
    text = "".join(strings)
    if text.isascii():  # one byte a character: nothing to do string by string
        return little_endian(array("I", accumulate(map(len, strings)))), text.encode()
    parts = [string.encode() for string in strings]
    return little_endian(array("I", accumulate(map(len, parts)))), b"".join(parts)


def unpack_strings(ends: bytes | memoryview, text: bytes | memoryview) -> list[str]:
    """The strings that ``pack_strings`` wrote.

    Raises:
        ValueError: The offsets do not ascend within the text, or the text is not UTF-8.
    """
    if len(ends) % 4:
        raise ValueError(f"{len(ends)} bytes of string offsets are no multiple of 4")
    offsets = array("I")
    offsets.frombytes(ends)
    if _SWAP:
        offsets.byteswap()
    whole = bytes(text)
    if whole.isascii() and list(offsets) == sorted(offsets) and (not offsets or offsets[-1] <= len(whole)):
        letters = whole.decode()  # one byte a character: nothing to decode string by string
        return [letters[start:end] for start, end in pairwise((0, *offsets))]
    strings: list[str] = []
    start = 0
    for end in offsets:
        if not start <= end <= len(whole):
            raise ValueError(f"string offset {end} is not within {start}..{len(whole)}")
        strings.append(whole[start:end].decode())
        start = end
    return strings


def little_endian(values: array[int]) -> bytes:
    """The bytes of an array, least significant byte first on every machine."""
    if _SWAP:
        values = values[:]
        values.byteswap()
    return values.tobytes()


_SWAP = array("H", [1]).tobytes() != b"\x01\x00"
