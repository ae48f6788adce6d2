"""A connection that is cut under whoever blocks on it."""

from __future__ import annotations

import asyncio

import pytest
from odd_server import odd_server

from floworch.actions.library.cut_line import CutLine
from floworch.actions.library.http_client import trust


async def test_a_cut_ends_who_reads() -> None:
    async with odd_server() as odd:
        line = CutLine()
        made = await asyncio.to_thread(line.connect, "127.0.0.1", odd.port, 20)
        with made:
            reading = asyncio.ensure_future(asyncio.to_thread(made.recv, 1))
            await asyncio.wait_for(odd.met.wait(), 20)
            line.cut()
            assert await asyncio.wait_for(reading, 20) == b""
        line.cut()  # once more does no harm


@pytest.mark.parametrize("before", [True, False])
async def test_a_cut_ends_a_handshake(before: bool) -> None:
    async with odd_server() as odd:
        line = CutLine()
        if before:
            line.cut()
        making = asyncio.ensure_future(asyncio.to_thread(line.connect, "127.0.0.1", odd.port, 20, trust(True)))
        await asyncio.wait_for(odd.met.wait(), 20)
        line.cut()
        with pytest.raises(OSError, match=r"."):
            await asyncio.wait_for(making, 20)
