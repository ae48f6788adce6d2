"""Tools that keep memory use flat: an arena, a pool of byte buffers and a pool of strings."""

from __future__ import annotations

from floworch.memory.arena import Arena, ArenaStats
from floworch.memory.buffer_pool import BufferPool, BufferPoolStats
from floworch.memory.string_pool import StringPool, StringPoolStats

__all__ = ["Arena", "ArenaStats", "BufferPool", "BufferPoolStats", "StringPool", "StringPoolStats"]
