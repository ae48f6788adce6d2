"""Byte buffers that are used again instead of allocated again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BufferPoolStats:
    """What a pool has done so far.

    Attributes:
        hits: Requests answered with a used buffer.
        misses: Requests that had to allocate.
        dropped: Buffers given back that the pool did not keep (full, or of another size).
        free: Buffers waiting in the pool now.
        lent: Buffers in use now.
    """

    hits: int
    misses: int
    dropped: int
    free: int
    lent: int


class BufferPool:
    """A pool of ``bytearray`` buffers of one size. Safe to use from several threads.

    Args:
        size: Bytes of every buffer, at least 1.
        limit: How many free buffers the pool keeps at most; more are left to the garbage collector.

    Raises:
        ValueError: ``size`` or ``limit`` is out of range.
        TypeError: One of them is no whole number.

    Example:
        >>> pool = BufferPool(size=1024)
        >>> with pool.lease() as buffer:
        ...     buffer[:5] = b"hello"
        >>> pool.stats().free
        1
    """

    __slots__ = ("_dropped", "_free", "_hits", "_lent", "_lock", "_misses", "limit", "size")

    def __init__(self, size: int = 64 * 1024, limit: int = 16) -> None:
        if not all(isinstance(number, int) and not isinstance(number, bool) for number in (size, limit)):
            raise TypeError(f"a buffer pool needs whole numbers, not size={size!r}, limit={limit!r}")
        if size < 1 or limit < 0:
            raise ValueError(f"a buffer pool needs size >= 1 and limit >= 0, not size={size}, limit={limit}")
        self.size = size
        self.limit = limit
        self._free: list[bytearray] = []
        self._hits = self._misses = self._dropped = self._lent = 0
        self._lock = threading.Lock()

    def acquire(self) -> bytearray:
        """A buffer of exactly ``size`` bytes with undefined content."""
        with self._lock:
            self._lent += 1
            if self._free:
                self._hits += 1
                return self._free.pop()
            self._misses += 1
        return bytearray(self.size)

    def release(self, buffer: bytearray) -> None:
        """Give a buffer back. It must not be used after that.

        A buffer whose length was changed is dropped instead of kept.

        Raises:
            ValueError: It was given back already: two users would get it at once.
        """
        with self._lock:
            if any(free is buffer for free in self._free):
                raise ValueError("this buffer was given back already")
            self._lent -= 1
            if len(self._free) < self.limit and len(buffer) == self.size:
                self._free.append(buffer)
            else:
                self._dropped += 1

    @contextmanager
    def lease(self) -> Iterator[bytearray]:
        """A buffer for the length of a ``with`` block."""
        buffer = self.acquire()
        try:
            yield buffer
        finally:
            self.release(buffer)

    def clear(self) -> None:
        """Let go of every free buffer."""
        with self._lock:
            self._free.clear()

    def stats(self) -> BufferPoolStats:
        """The counts so far."""
        with self._lock:
            return BufferPoolStats(self._hits, self._misses, self._dropped, len(self._free), self._lent)
