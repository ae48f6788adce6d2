"""A server that does not speak what the client expects, and a way to a server that breaks off."""

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


@contextlib.asynccontextmanager
async def breaking_proxy(port: int, after: int, times: int) -> AsyncIterator[int]:
    """A way to a port whose first connections break off after so many bytes of answers; gives its port."""
    left = times

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
                most = None if most is None else most - len(data)
                if most is not None and most < 0:
                    break
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal left
        most, left = (after, left - 1) if left > 0 else (None, left)
        inner, outer = await asyncio.open_connection("127.0.0.1", port)
        there = asyncio.ensure_future(pump(reader, outer, None))
        await pump(inner, writer, most)
        outer.close()
        there.cancel()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
