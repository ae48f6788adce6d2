"""Memory that is handed out by moving a position and taken back all at once."""

from __future__ import annotations

from dataclasses import dataclass

from floworch.memory.buffer_pool import BufferPool


@dataclass(frozen=True, slots=True)
class ArenaStats:
    """What an arena has done so far.

    Attributes:
        used: Bytes handed out since the last reset.
        reserved: Bytes of all blocks held now.
        blocks: Blocks held now.
        allocations: Pieces handed out since the arena was made.
        resets: How often it was reset.
        peak: The most bytes that were in use between two resets.
    """

    used: int
    reserved: int
    blocks: int
    allocations: int
    resets: int
    peak: int


class Arena:
    """A bump allocator over blocks of a BufferPool. Not safe for use from several threads at once.

    Pieces stay where they are until ``reset``; pieces larger than a block get a block of their own. The journal's
    writer thread gathers the frames of one group in an arena and writes ``chunks()``, so that a group costs no
    allocation however many frames it has.

    Args:
        pool: Where blocks come from and go back to; a pool of its own (64 KiB blocks) when None.

    Raises:
        TypeError: ``pool`` is no BufferPool.

    Example:
        >>> arena = Arena()
        >>> _ = arena.write(b"ab")
        ... _ = arena.write(b"cd")
        >>> [bytes(chunk) for chunk in arena.chunks()]
        [b'abcd']
    """

    __slots__ = (
        "_allocations", "_block", "_buffers", "_filled", "_peak", "_pool", "_position", "_resets", "_size", "_used",
    )  # fmt: skip

    def __init__(self, pool: BufferPool | None = None) -> None:
        if pool is not None and not isinstance(pool, BufferPool):
            raise TypeError(f"an arena takes a BufferPool, not {pool!r}: write Arena(BufferPool(size=...))")
        self._pool = pool if pool is not None else BufferPool(limit=4)
        self._size = self._pool.size
        self._buffers: list[bytearray] = []
        self._filled: list[memoryview] = []  # full blocks and oversized pieces, in order
        self._block: memoryview | None = None
        self._position = 0
        self._used = self._allocations = self._resets = self._peak = 0

    def allocate(self, size: int) -> memoryview:
        """A writable piece of ``size`` bytes with undefined content, valid until ``reset``.

        Raises:
            ValueError: ``size`` is negative.
        """
        if size < 0:
            raise ValueError(f"cannot allocate {size} bytes")
        self._allocations += 1
        self._used += size
        block = self._block
        if block is None or self._position + size > self._size:
            self._seal()
            if size > self._size:
                own = memoryview(bytearray(size))
                self._filled.append(own)
                return own
            block = self._take()
        start = self._position
        self._position = start + size
        return block[start : self._position]

    def write(self, data: bytes | bytearray | memoryview) -> memoryview:
        """Copy ``data`` in and return the piece that holds it, valid until ``reset``."""
        piece = self.allocate(len(data))
        piece[:] = data
        return piece

    def chunks(self) -> list[memoryview]:
        """Everything handed out since the last reset, in order, in as few contiguous views as there are blocks."""
        if self._block is None or not self._position:
            return list(self._filled)
        return [*self._filled, self._block[: self._position]]

    def reset(self) -> None:
        """Take every piece back. Views handed out before must not be used any more."""
        self._peak = max(self._peak, self._used)
        self._resets += 1
        self._used = self._position = 0
        self._filled.clear()
        keep = self._buffers[:1]
        for buffer in self._buffers[1:]:
            self._pool.release(buffer)
        self._buffers = keep
        self._block = memoryview(keep[0]) if keep else None

    def close(self) -> None:
        """Reset and give every block back to the pool. The arena can be used again afterwards."""
        self.reset()
        for buffer in self._buffers:
            self._pool.release(buffer)
        self._buffers = []
        self._block = None

    def stats(self) -> ArenaStats:
        """The counts so far."""
        oversized = sum(len(view) for view in self._filled if len(view) > self._size)
        blocks = len(self._buffers) + sum(1 for view in self._filled if len(view) > self._size)
        return ArenaStats(
            used=self._used,
            reserved=len(self._buffers) * self._size + oversized,
            blocks=blocks,
            allocations=self._allocations,
            resets=self._resets,
            peak=max(self._peak, self._used),
        )

    def _seal(self) -> None:
        """Put the current block, as far as it is used, among the filled ones."""
        if self._block is not None and self._position:
            self._filled.append(self._block[: self._position])
            self._block = None
            self._position = 0

    def _take(self) -> memoryview:
        """The empty current block, or a new one."""
        if self._block is None:
            buffer = self._pool.acquire()
            self._buffers.append(buffer)
            self._block = memoryview(buffer)
            self._position = 0
        return self._block
