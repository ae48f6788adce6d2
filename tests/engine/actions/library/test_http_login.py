"""Logging in with a named connection, against a real server; nothing of a secret is written down (C6.5)."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from http_server import http_server

from floworch import Engine, MemoryStore, Workflow
from floworch.actions.connections import Connection, checked, save_connection
from floworch.actions.library.http_login import address
from floworch.errors import ActionError


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("FLOWORCH_SECRET_PW", "hunter2222")


async def run(*urls: str, method: str = "GET", **fields: Any) -> tuple[Any, bytes]:
    """Keep a connection, use it in one node after the other; the result and every byte of the events and results."""
    save_connection(checked("api", "http", fields))
    nodes = {
        f"n{i}": {
            "action": "http.request",
            "params": {"url": url, "connection": "api", "method": method, "json": {} if method == "POST" else None},
            "retry": {"max_attempts": 1},
        }
        for i, url in enumerate(urls)
    }
    edges = [{"from": f"n{i}", "to": f"n{i + 1}"} for i in range(len(urls) - 1)]
    store = MemoryStore()
    async with Engine(store) as engine:
        handle = await engine.start(Workflow.model_validate({"id": "w", "nodes": nodes, "edges": edges}), run_id="r")
        result = await handle.result()
    written = repr([event async for event in handle.events()]) + repr(result)
    return result, written.encode()


@pytest.mark.parametrize(
    ("fields", "header", "value"),
    [
        ({"auth": "basic", "user": "u", "password": "PW"}, "Authorization",
         "Basic " + base64.b64encode(b"u:hunter2222").decode()),
        ({"auth": "bearer", "token": "PW"}, "Authorization", "Bearer hunter2222"),
        ({"auth": "api_key", "header": "X-Key", "key": "PW"}, "X-Key", "hunter2222"),
    ],
)  # fmt: skip
async def test_the_login_is_sent_and_hidden_when_the_server_says_it_back(
    fields: dict[str, str], header: str, value: str
) -> None:
    async with http_server() as server:

        async def echo(request: web.Request) -> web.Response:
            return web.json_response(dict(request.headers))

        server.on("/v1/who", echo)
        result, written = await run("who", f"{server.url}/v1/who", url=f"{server.url}/v1", **fields)
        assert [sent[2].get(header) for sent in server.requests] == [value, value]
    assert result.status == "completed"
    assert b"hunter2222" not in written
    assert value.encode() not in written


class TokenServer:
    """Gives numbered tokens, and takes those that it did not revoke."""

    def __init__(self, server: Any, life: int = 3600) -> None:
        self.given, self.revoked, self.life, self.seen = 0, set[str](), life, list[str]()
        self.token_url = server.on("/token", self.token)
        server.on("/data", self.data)

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        expected = "Basic " + base64.b64encode(b"me:hunter2222").decode()
        if request.headers["Authorization"] != expected or form["grant_type"] != "client_credentials":
            return web.json_response({"error": "invalid_client", "got": request.headers["Authorization"]}, status=401)
        self.given += 1
        return web.json_response({"access_token": f"access-token-{self.given}", "expires_in": self.life})

    async def data(self, request: web.Request) -> web.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self.seen.append(token)
        return web.json_response({"you sent": token}, status=401 if token in self.revoked else 200)


def oauth(server: Any, tokens: TokenServer, **more: str) -> dict[str, str]:
    return {
        "url": server.url, "auth": "oauth2", "token_url": tokens.token_url, "client_id": "me", "client_secret": "PW",
        **more,
    }  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_one_token_serves_until_the_server_does_not_take_it(method: str) -> None:
    async with http_server() as server:
        tokens = TokenServer(server)
        fields = oauth(server, tokens, scope=method)
        result, written = await run("data", "data", method=method, **fields)
        assert (result.status, tokens.seen) == ("completed", ["access-token-1"] * 2)
        tokens.revoked.add("access-token-1")
        result, again = await run("data", method=method, **fields)
        assert (result.status, tokens.seen[2:]) == ("completed", ["access-token-1", "access-token-2"])
        tokens.revoked |= {"access-token-2", "access-token-3"}
        result, last = await run("data", method=method, **fields)
        assert (result.error["kind"], tokens.given) == ("permission_error", 3)
    assert b"access-token" not in written + again + last


async def test_a_token_that_is_about_to_end_is_fetched_anew_before_it_is_used() -> None:
    async with http_server() as server:
        tokens = TokenServer(server, life=20)
        result, _ = await run("data", "data", **oauth(server, tokens))
    assert (result.status, tokens.seen) == ("completed", ["access-token-1", "access-token-2"])


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"status": 401, "text": "no, hunter2222 is wrong"}, "permission_error"),
        ({"text": "<html>"}, "external_service_error"),
        ({"text": '{"token": 1}'}, "external_service_error"),
    ],
)
async def test_a_token_that_cannot_be_had_fails_the_node(answer: dict[str, Any], kind: str) -> None:
    async with http_server() as server:
        tokens = TokenServer(server)
        server.answers("/token", answer)
        result, written = await run("data", **oauth(server, tokens))
    assert result.error["kind"] == kind
    assert b"hunter2222" not in written


BASE = Connection("api", "http", {"url": "https://api.example/v1"})


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("orders?x=1", "https://api.example/v1/orders?x=1"),
        ("/orders", "https://api.example/v1/orders"),
        ("https://api.example/v1/orders", "https://api.example/v1/orders"),
        ("https://evil.example/v1/orders", None),
        ("http://api.example/v1/orders", None),
        ("https://api.example/v2", None),
        ("https://api.example/v1evil", None),
        ("https://api.example@evil.example/v1/x", None),
        ("../v2", None),
        ("//evil.example/v1", "https://api.example/v1/evil.example/v1"),
        ("https://api.example/v1/../admin", None),
    ],
)
def test_a_login_goes_nowhere_but_below_its_own_address(url: str, target: str | None) -> None:
    if target is not None:
        assert address(BASE, url) == target
    else:
        with pytest.raises(ActionError, match="does not belong to the connection 'api'"):
            address(BASE, url)
