"""chat.send against a real HTTP server; the webhook's address never shows (C4.1, C4.4, C4.5, C6.5)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web
from http_server import http_server, reset

from floworch.actions.library.chat_send import LIMITS
from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action

PATH = "/services/T0/hidden"


async def send(url: str, host: FakeHost | None = None, service: str = "slack", **params: Any) -> Any:
    host = host or FakeHost()
    host.secrets = {**host.secrets, "HOOK": url}
    given = {"service": service, "webhook": "HOOK", "text": "3 files", **params}
    return await run_action("chat.send", host, **given)


async def failure(url: str, service: str = "slack", **params: Any) -> ActionError:
    host = FakeHost()
    with pytest.raises(ActionError) as caught:
        await send(url, host, service, **params)
    assert "hidden" not in caught.value.message + caught.value.hint + str(host.logs)
    return caught.value


@pytest.mark.parametrize(
    ("service", "path", "asked", "body"),
    [
        ("slack", PATH, PATH, {"text": "*Done*\n3 files"}),
        ("mattermost", PATH, PATH, {"text": "**Done**\n3 files"}),
        ("discord", PATH, PATH, {"content": "**Done**\n3 files", "allowed_mentions": {"parse": []}}),
        ("telegram", "/bothidden/sendMessage?chat_id=-7", "/bothidden/sendMessage",
         {"chat_id": "-7", "text": "Done\n3 files"}),
        ("ntfy", "/hidden", "/", {"topic": "hidden", "message": "3 files", "title": "Done"}),
        ("ntfy", "/own/hidden", "/own/", {"topic": "hidden", "message": "3 files", "title": "Done"}),
    ],
)  # fmt: skip
async def test_each_service_gets_what_it_understands(service: str, path: str, asked: str, body: Any) -> None:
    host = FakeHost()
    async with http_server() as server:
        server.answers(asked, {"status": 204})
        output = await send(server.url + path, host, service, title="Done")
        ((method, found, headers, sent),) = server.requests
    assert output == {"status": 204, "cut": False}
    assert (method, found, headers["Content-Type"], json.loads(sent)) == ("POST", asked, "application/json", body)
    assert host.logs == [("info", f"Sent to {service}.")]


async def test_teams_gets_a_card() -> None:
    async with http_server() as server:
        server.answers(PATH, {"status": 202})
        await send(server.url + PATH, service="teams", title="Done")
        await send(server.url + PATH, service="teams")
        first, second = (json.loads(body)["attachments"][0]["content"]["body"] for *_, body in server.requests)
    assert [block["text"] for block in first] == ["Done", "3 files"]
    assert [block["text"] for block in second] == ["3 files"]


@pytest.mark.parametrize("service", sorted(LIMITS))
async def test_a_text_that_is_too_long_is_cut_and_told_of(service: str) -> None:
    host = FakeHost()
    async with http_server() as server:
        server.answers("/hidden", {})
        server.answers("/", {})
        output = await send(server.url + "/hidden?chat_id=7", host, service, text="ü" * 1_000_000, title="Done")
        (*_, sent) = server.requests[0]
    assert output["cut"]
    assert "… (cut)" in sent.decode("unicode_escape" if b"\\u" in sent else "utf-8")
    texts = json.dumps(json.loads(sent), ensure_ascii=False)
    assert texts.count("ü") <= LIMITS[service]
    assert host.logs[0][0] == "warning"


@pytest.mark.parametrize(
    ("answer", "kind", "wait"),
    [
        ({"status": 429, "headers": {"Retry-After": "3"}}, ErrorKind.RATE_LIMIT, 3.0),
        ({"status": 429, "text": '{"retry_after": 0.5}'}, ErrorKind.RATE_LIMIT, 0.5),
        ({"status": 429, "text": '{"parameters": {"retry_after": 4}}'}, ErrorKind.RATE_LIMIT, 4.0),
        ({"status": 404, "text": f"no hook at {PATH}"}, ErrorKind.NOT_FOUND, None),
        ({"status": 403, "text": "invalid_token"}, ErrorKind.PERMISSION, None),
        ({"status": 302, "headers": {"Location": "/elsewhere"}}, ErrorKind.VALIDATION, None),
        ({"status": 500}, ErrorKind.EXTERNAL_SERVICE, None),
    ],
)
async def test_refusals_say_why_and_not_where(answer: dict[str, Any], kind: ErrorKind, wait: float | None) -> None:
    async with http_server() as server:
        error = await failure(server.answers(PATH, answer))
    assert (error.kind, error.retry_after) == (kind, wait)
    assert error.message.startswith(f"slack at 127.0.0.1:{server.url.rpartition(':')[2]} answered {answer['status']}")


async def test_no_server_and_a_broken_connection() -> None:
    async def handler(request: web.Request) -> web.Response:
        reset(request)
        return web.Response()

    async with http_server() as server:
        assert (await failure(server.on(PATH, handler))).kind is ErrorKind.CONNECTION
    assert (await failure(server.url + PATH)).kind is ErrorKind.CONNECTION


@pytest.mark.parametrize(
    ("service", "webhook", "message"),
    [
        ("slack", "hidden", "The secret with the webhook of slack does not hold a web address."),
        ("telegram", "http://127.0.0.1:9/bothidden/sendMessage", "The webhook of telegram names no chat."),
        ("ntfy", "http://127.0.0.1:9/", "The webhook of ntfy names no topic."),
    ],
)
async def test_webhooks_that_cannot_be_right(service: str, webhook: str, message: str) -> None:
    error = await failure(webhook, service)
    assert (error.kind, error.message) == (ErrorKind.VALIDATION, message)


async def test_a_cancel_closes_the_connection() -> None:
    """(C4.5)"""

    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async with http_server() as server:
        task = asyncio.ensure_future(send(server.on(PATH, silent)))
        await asyncio.wait_for(server.arrived.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.gone.wait(), 10)


def test_a_message_is_not_sent_twice_by_itself() -> None:
    """(C7.8)"""
    assert registry.resolve("chat.send").effect == "unsafe"
