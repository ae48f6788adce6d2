"""What a person reads when a login does not work."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from floworch.actions.library.ssh_session import Login, connected
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost


@contextlib.asynccontextmanager
async def odd_server(greeting: bytes) -> AsyncIterator[int]:
    """A server that says this and then nothing; gives its port."""
    writers: list[asyncio.StreamWriter] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(greeting)

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        for writer in writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        server.close()


async def refusal(port: int) -> ActionError:
    with pytest.raises(ActionError) as caught:
        async with connected(FakeHost().context(), Login("127.0.0.1", port), "ssh.run"):
            pass
    return caught.value


async def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("floworch.actions.library.ssh_session.CONNECT_SECONDS", 0.2)
    async with odd_server(b"") as port:
        error = await refusal(port)
    assert (error.kind, str(error)) == (ErrorKind.TIMEOUT, f"127.0.0.1:{port} did not answer in 0.2 seconds.")


async def test_a_server_that_speaks_something_else_is_told_apart() -> None:
    async with odd_server(b"HTTP/1.1 400 Bad Request\r\n" + b"x" * 9000 + b"\r\n") as port:
        error = await refusal(port)
    assert error.kind is ErrorKind.CONNECTION
    assert f"127.0.0.1:{port} does not speak SSH" in str(error), str(error)
    assert "another service" in error.hint


async def test_a_missing_library_is_told_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "asyncssh", None)
    error = await refusal(1)
    assert error.hint == "Install it: pip install 'floworch[ssh]'"
