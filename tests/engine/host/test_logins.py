"""Trying a connection against the real servers: what it says when it works, and when it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from http_server import http_server
from imap_server import PASSWORD, imap_server
from mqtt_broker import mqtt_broker
from real_server import free_port
from s3_server import s3_server
from smtp_server import smtp_server
from ssh_server import ssh_server

from floworch.actions.connections import checked
from floworch.actions.registry import Registry
from floworch.errors import ActionError
from floworch.host.logins import TRY, add_login
from floworch.host.trying import attempt


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    for name, value in (("RIGHT", PASSWORD), ("WRONG", "not the right one")):
        monkeypatch.setenv(f"FLOWORCH_SECRET_{name}", value)


async def tried(kind: str, **fields: Any) -> str:
    """What a try says, whether it works or not."""
    try:
        return f"works: {await attempt(checked('it', kind, {name: str(value) for name, value in fields.items()}))}"
    except ActionError as error:
        return f"{error.kind}: {error.message}"


async def test_a_machine_over_ssh() -> None:
    with ssh_server() as server:
        login = {"host": "127.0.0.1", "port": server.port, "user": server.login["user"]}
        known = {"known_hosts": server.login["known_hosts"]}
        assert await tried("ssh", **login, **known, key_file=server.login["key"]) == "works: the login was taken"
        said = await tried("ssh", **login, **known, key_file=server.folder / "host")
        assert said.startswith("permission_error: 127.0.0.1:")
        said = await tried("ssh", **login, key_file=server.login["key"], known_hosts=server.folder / "key.pub")
        assert not said.startswith("works")
    assert (await tried("ssh", **login)).startswith("connection_error: No connection to 127.0.0.1:")


async def test_a_broker(tmp_path: Path) -> None:
    with mqtt_broker(tmp_path, "flow", PASSWORD) as port:
        login = {"host": "127.0.0.1", "port": port, "user": "flow"}
        assert await tried("broker", **login, password="RIGHT") == "works: the login was taken"
        assert (await tried("broker", **login, password="WRONG")).startswith("permission_error: 127.0.0.1:")
    assert (await tried("broker", **login, password="RIGHT")).startswith("connection_error: No connection to")


async def test_a_mailbox_and_a_server_that_sends() -> None:
    with imap_server() as box:
        login = {"host": "127.0.0.1", "port": box.port, "user": "ada", "security": "none"}
        assert await tried("mail", **login, password="RIGHT") == "works: the login was taken"
        assert (await tried("mail", **login, password="WRONG")).startswith("permission_error: 127.0.0.1:")
    async with smtp_server() as sender:
        place = {"host": "127.0.0.1", "port": sender.port, "security": "none"}
        assert (await tried("mail", **place)).startswith("works: it answers")
        assert "cannot do what is asked" in await tried("mail", **place, user="me", password="RIGHT")
    gone = {"host": "127.0.0.1", "port": free_port()}
    assert (await tried("mail", **gone)).startswith("connection_error: No connection to")


async def test_a_bucket() -> None:
    with s3_server() as place:
        login = {**place, "secret_key": "RIGHT"}
        assert await tried("storage", **login) == "works: the bucket can be listed"
        said = await tried("storage", **{**login, "url": "s3://no-such-bucket"})
        assert said.startswith("not_found_error: s3://no-such-bucket")


@pytest.mark.parametrize(
    ("status", "said"), [(200, "works: the login"), (404, "works: the login"), (401, "permission_error: ")]
)
async def test_a_model(status: int, said: str) -> None:
    async with http_server() as server:
        url = server.answers("/v1/models", {"status": status}).removesuffix("/models")
        assert (await tried("ai", url=url, key="RIGHT")).startswith(said)
        assert server.requests[0][2]["Authorization"] == f"Bearer {PASSWORD}"


def test_no_palette_shows_the_action_that_logs_in() -> None:
    registry = Registry()
    add_login(registry)
    assert registry.find_action(TRY) is not None
    assert Registry().find_action(TRY) is None
