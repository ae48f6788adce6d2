"""A server that does not speak what the client expects."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator


class OddServer:
    """Its port; ``met`` is set once a client has come, ``left`` once one has gone."""

    def __init__(self) -> None:
        self.port = 0
        self.met = asyncio.Event()
        self.left = asyncio.Event()


@contextlib.asynccontextmanager
async def odd_server(greeting: bytes = b"") -> AsyncIterator[OddServer]:
    """Run a server that says this to everybody, and then nothing."""
    odd = OddServer()
    writers: list[asyncio.StreamWriter] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(greeting)
        odd.met.set()
        with contextlib.suppress(OSError):
            while await reader.read(4096):
                pass
        odd.left.set()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    odd.port = server.sockets[0].getsockname()[1]
    try:
        yield odd
    finally:
        server.close()
        for writer in writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
