"""Every action that takes a connection, through real servers; then every byte is searched for the secrets (C6.5)."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from ai_server import ai_model, said
from aiohttp import web
from http_server import Server, http_server
from postgres_server import postgres
from secret_sweep import assert_hidden, keep, run, written
from smtp_server import PASSWORD, smtp_server

from floworch.actions.registry import registry
from floworch.errors import ActionError
from floworch.testing import FakeHost, run_action

CERTIFICATE = Path(__file__).parents[3] / "helpers" / "untrusted.pem"
SECRETS = {"MAIL_PW": PASSWORD, "AI_KEY": "sk-very-long-model-key", "DB_PW": "db/pass word", "CLIENT": "client-hunter2"}
TOKEN = "access-token-0123456789"
HOOK = "/services/T0/secretpath"


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"FLOWORCH_SECRET_{name}", value)


@asynccontextmanager
async def login_server(server: Server) -> AsyncIterator[list[str]]:
    """A token endpoint, and an API that refuses each token once, saying it back."""
    refused: list[str] = []
    given = 0

    async def token(request: web.Request) -> web.Response:
        nonlocal given
        given += 1
        return web.json_response({"access_token": f"{TOKEN}-{given}", "expires_in": 3600})

    async def orders(request: web.Request) -> web.Response:
        sent = request.headers["Authorization"].removeprefix("Bearer ")
        if not refused:
            refused.append(sent)
            return web.json_response({"error": f"{sent} is over"}, status=401)
        return web.json_response({"you": sent, "all": dict(request.headers)})

    server.on("/token", token)
    for path in ("/v1/orders", "/v1/file.csv", "/v1/feed"):
        server.on(path, orders)
    yield refused


async def test_http_mail_chat_and_models_log_in_and_write_nothing_down(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    async with (
        http_server() as server,
        login_server(server) as refused,
        ai_model(said("It is ", SECRETS["AI_KEY"]), said('{"word": "no"}'), said('{"labels": ["good"]}')) as model,
        smtp_server(CERTIFICATE, "tls", login=True) as mailbox,
    ):
        monkeypatch.setenv("FLOWORCH_SECRET_HOOK", server.url + HOOK)
        server.answers(HOOK, {"status": 200, "text": HOOK})
        keep("api", "http", url=f"{server.url}/v1", auth="oauth2", token_url=f"{server.url}/token", client_id="me",
             client_secret="CLIENT")  # fmt: skip
        keep("model", "ai", url=model.url, key="AI_KEY")
        keep("post", "mail", host="127.0.0.1", port=str(mailbox.port), security="tls", user="me", password="MAIL_PW")
        keep("ops", "chat", webhook="HOOK", service="mattermost")
        result = await run(
            tmp_path,
            get={"action": "http.request", "connection": "api", "url": "orders"},
            file={"action": "http.download", "connection": "api", "url": "/file.csv", "path": str(tmp_path / "f.csv")},
            feed={"action": "http.rss", "connection": "api", "url": f"{server.url}/v1/feed"},
            chat={"action": "ai.chat", "connection": "model", "model": "m", "prompt": "Why?"},
            pick={"action": "ai.extract", "connection": "model", "model": "m", "text": "{{ secrets.AI_KEY }}",
                  "schema": {"word": {}}},
            sort={"action": "ai.classify", "connection": "model", "model": "m", "text": "?", "labels": ["good", "bad"]},
            tell={"action": "chat.send", "connection": "ops", "text": "3 files"},
            mail={"action": "mail.send", "connection": "post", "from": "a@example.org", "to": "b@example.org",
                  "verify": False},
        )  # fmt: skip
        asked = model.server.requests[0][2]
        hooked = [json.loads(body) for method, path, _, body in server.requests if path == HOOK]
    assert {name: node.status for name, node in result.nodes.items()} == {
        "get": "completed", "file": "completed", "feed": "failed", "chat": "completed", "pick": "completed",
        "sort": "completed", "tell": "completed", "mail": "completed",
    }  # fmt: skip
    assert result.nodes["feed"].error is not None
    assert "is not a feed" in result.nodes["feed"].error["message"]
    assert refused == [f"{TOKEN}-1"]
    assert f"{TOKEN}-2" in (tmp_path / "f.csv").read_text()
    assert asked["Authorization"] == f"Bearer {SECRETS['AI_KEY']}"
    assert hooked == [{"text": "3 files"}]
    assert (mailbox.logins, mailbox.mails[0][1]) == (["me"], ["b@example.org"])
    assert_hidden(written(tmp_path, result, caplog), *SECRETS.values(), TOKEN, HOOK)


async def test_postgresql_is_reached_by_name_and_its_password_shows_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with postgres() as url:
        keep("shop", "sql", url=url, password="DB_PW")
        keep("gone", "sql", url=url.replace("flow@", "nobody@"), password="DB_PW")
        result = await run(
            tmp_path,
            make={"action": "db.execute", "connection": "shop", "sql": "CREATE TABLE t (n int)"},
            load={"action": "db.load", "connection": "shop", "table": "t", "rows": [{"n": 1}, {"n": 2}]},
            wait={"action": "db.wait", "connection": "shop", "sql": "SELECT n FROM t WHERE n = 2"},
            ask={"action": "db.query", "connection": "shop", "sql": "SELECT sum(n) AS n FROM t"},
            fail={"action": "db.query", "connection": "gone", "sql": "SELECT 1"},
        )
    assert {name: node.error and node.error["kind"] for name, node in result.nodes.items()} == {
        "make": None, "load": None, "wait": None, "ask": None, "fail": "validation_error",
    }  # fmt: skip
    assert result.nodes["ask"].output["rows"] == [{"n": 3}]
    assert_hidden(written(tmp_path, result, caplog), SECRETS["DB_PW"])


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_a_name_that_is_not_known_makes_no_database(beside: Path) -> None:
    with pytest.raises(ActionError, match="no connection 'shop'") as caught:
        await run_action("db.execute", connection="shop", sql="CREATE TABLE t (n)")
    assert caught.value.kind == "not_found_error"
    assert not (beside / "shop").exists()
    (beside / "shop").touch()
    await run_action("db.execute", connection="shop", sql="CREATE TABLE t (n)")
    keep("shop", "sql", url="other.db")
    with pytest.raises(ActionError, match="no such table"):
        await run_action("db.query", connection="shop", sql="SELECT * FROM t")


@pytest.mark.parametrize(
    ("action", "field", "params"),
    [
        ("mail.send", "host", {"from": "a@b.c", "to": ["a@b.c"]}),
        ("chat.send", "webhook", {"text": "x"}),
        ("ai.chat", "url", {"model": "m", "prompt": "?"}),
        ("ai.extract", "url", {"model": "m", "text": "t", "schema": {"a": {}}}),
        ("ai.classify", "url", {"model": "m", "text": "t", "labels": ["a"]}),
    ],
)
async def test_one_of_place_and_connection_is_wanted_before_and_while_it_runs(
    action: str, field: str, params: dict[str, Any]
) -> None:
    keep("other", "sql", url="x.db")
    spec = registry.find_action(action)
    assert spec is not None
    assert [issue.message for issue in spec.check_params(params)] == [f"'{field}' is missing."]
    assert list(spec.check_params({**params, "connection": "x"})) == []
    for more, said_then in (
        ({}, f"'{field}' is missing"),
        ({"connection": "nope"}, "no connection 'nope'"),
        ({"connection": "other"}, "is of the type sql"),
        ({"connection": "other", field: "x"}, "both say where to"),
    ):
        with pytest.raises(ActionError, match=said_then):
            await run_action(action, FakeHost(secrets={"x": "y"}), **params, **more)
