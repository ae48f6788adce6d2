"""What a person reads when a login does not work."""

from __future__ import annotations

import sys

import pytest
from odd_server import odd_server

from floworch.actions.connections import checked
from floworch.actions.library.ssh_session import Login, connected
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost


async def refusal(port: int) -> ActionError:
    with pytest.raises(ActionError) as caught:
        async with connected(FakeHost().context(), Login("127.0.0.1", port), "ssh.run"):
            pass
    return caught.value


async def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("floworch.actions.library.ssh_session.CONNECT_SECONDS", 0.2)
    async with odd_server() as odd:
        error = await refusal(odd.port)
    assert (error.kind, str(error)) == (ErrorKind.TIMEOUT, f"127.0.0.1:{odd.port} did not answer in 0.2 seconds.")


async def test_a_server_that_speaks_something_else_is_told_apart() -> None:
    async with odd_server(b"HTTP/1.1 400 Bad Request\r\n" + b"x" * 9000 + b"\r\n") as odd:
        error = await refusal(odd.port)
    assert error.kind is ErrorKind.CONNECTION
    assert f"127.0.0.1:{odd.port} does not speak SSH" in str(error), str(error)
    assert "another service" in error.hint


async def test_a_missing_library_is_told_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    error = await refusal(1)
    assert error.hint == "Install it: pip install 'floworch[ssh]'"


def test_a_connection_stands_for_all_it_says() -> None:
    fields = {"host": "web", "port": "2222", "user": "me", "key_file": "/k", "passphrase": "OPENS_IT"}
    assert Login.of(checked("prod", "ssh", fields)) == Login("web", 2222, "me", "/k", None, "", True, "OPENS_IT")
