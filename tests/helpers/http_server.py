"""A real HTTP server on a free loopback port that behaves as badly as a test asks."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A running server.

    Attributes:
        url: Its address without a slash at the end.
        requests: What arrived: ``(method, path and query, headers, body)``.
        gone: Set when a client left before its answer was complete.
    """

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.gone = asyncio.Event()
        self.arrived = asyncio.Event()
        self._handlers: dict[str, Handler] = {}

    def on(self, path: str, handler: Handler) -> str:
        """Answer a path; returns its URL."""
        self._handlers[path] = handler
        return self.url + path

    def answers(self, path: str, *answers: dict[str, Any]) -> str:
        """Answer a path with these ``web.Response`` arguments in turn, the last one again and again."""
        left = list(answers)

        async def handler(_: web.Request) -> web.Response:
            return web.Response(**(left.pop(0) if len(left) > 1 else left[0]))

        return self.on(path, handler)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.requests.append((request.method, request.path_qs, dict(request.headers), body))
        self.arrived.set()
        handler = self._handlers.get(request.path)
        if handler is None:
            return web.Response(status=404, text="nothing here")
        try:
            return await handler(request)
        except (asyncio.CancelledError, ConnectionResetError):
            self.gone.set()
            raise


@asynccontextmanager
async def http_server(certificate: Path | None = None) -> AsyncIterator[Server]:
    """Run a server; with a certificate (PEM with its key) it speaks TLS."""
    server = Server()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", "/{tail:.*}", server._serve)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    sockets: Any = site._server
    port = sockets.sockets[0].getsockname()[1]
    server.url = f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()


def reset(request: web.Request) -> None:
    """Break the connection without a word."""
    transport: Any = request.transport
    transport.abort()
