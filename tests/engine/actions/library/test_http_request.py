"""http.request against a real server that misbehaves (C4.5, C11, C15)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from http_server import http_server, reset

from floworch import Engine, MemoryStore, Workflow
from floworch.actions.library.http_request import accepted
from floworch.errors import ActionError, ErrorKind

CERTIFICATE = Path(__file__).parents[3] / "helpers" / "untrusted.pem"


# -- what is sent --------------------------------------------------------------------------------------------


async def test_a_value_is_sent_as_json_with_every_digit(act: Any) -> None:
    value = {"n": 2**70, "text": "ü", "list": [1, None, True]}
    async with http_server() as server:
        url = server.answers("/in", {"status": 201, "text": "made"})
        answer = await act("http.request", url=url, method="POST", json=value)
        method, _, headers, body = server.requests[0]
    assert (answer["status"], answer["body"]) == (201, "made")
    assert (method, headers["Content-Type"]) == ("POST", "application/json")
    assert json.loads(body) == value


@pytest.mark.parametrize(
    ("params", "kind", "body"),
    [
        ({"form": {"a": "1 2", "b": ["x", "y"], "c": None}}, "application/x-www-form-urlencoded", b"a=1+2&b=x&b=y"),
        ({"body": "größe"}, "text/plain; charset=utf-8", "größe".encode()),
        ({"body": b"\x00\xff"}, "application/octet-stream", b"\x00\xff"),
        ({"body": "<a/>", "headers": {"content-type": "text/xml"}}, "text/xml", b"<a/>"),
        ({"json": 0}, "application/json", b"0"),
    ],
)
async def test_bodies(act: Any, params: dict[str, Any], kind: str, body: bytes) -> None:
    async with http_server() as server:
        await act("http.request", url=server.answers("/in", {}), method="PUT", **params)
        _, _, headers, found = server.requests[0]
    assert found == body
    assert {name.lower(): value for name, value in headers.items()}["content-type"] == kind


async def test_query_parameters_are_added_and_escaped(act: Any) -> None:
    async with http_server() as server:
        query = {"q": "a&b", "n": 3, "flag": True, "many": ["x", "y"], "none": None}
        await act("http.request", url=server.answers("/in", {}) + "?kept=1", query=query)
        path = server.requests[0][1]
    assert path == "/in?kept=1&q=a%26b&n=3&flag=true&many=x&many=y"


async def test_what_changes_something_carries_one_key_over_all_attempts(act: Any) -> None:
    """(C11)"""
    async with http_server() as server:
        url = server.answers("/in", {})
        for method in ("POST", "POST", "GET", "DELETE"):
            await act("http.request", url=url, method=method)
        await act("http.request", url=url, method="POST", headers={"idempotency-key": "mine"})
        keys = [
            headers.get("Idempotency-Key") or headers.get("idempotency-key") for _, _, headers, _ in server.requests
        ]
    assert keys[0] == keys[1] == keys[3]
    assert len(keys[0] or "") == 64
    assert (keys[2], keys[4]) == (None, "mine")


# -- what comes back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "parse", "body"),
    [
        ({"text": '{"n": 123456789012345678901}', "content_type": "application/json"}, "auto",
         {"n": 123456789012345678901}),
        ({"text": '{"$type": "App.Order, App"}', "content_type": "application/problem+json"}, "auto",
         {"$type": "App.Order, App"}),
        ({"body": b"", "content_type": "application/json"}, "auto", None),
        ({"text": "plain ü"}, "auto", "plain ü"),
        ({"body": "grün".encode("latin-1"), "headers": {"Content-Type": "text/plain; charset=latin-1"}}, "auto",
         "grün"),
        ({"body": b"x", "headers": {"Content-Type": "text/plain; charset=martian"}}, "auto", "x"),
        ({"body": b"\x89PNG", "content_type": "image/png"}, "auto", b"\x89PNG"),
        ({"text": "[1, 2]"}, "json", [1, 2]),
        ({"text": "[1, 2]", "content_type": "application/json"}, "text", "[1, 2]"),
        ({"text": "ab"}, "bytes", b"ab"),
    ],
)  # fmt: skip
async def test_answers_are_parsed_by_their_type_or_as_told(
    act: Any, answer: dict[str, Any], parse: str, body: Any
) -> None:
    async with http_server() as server:
        found = await act("http.request", url=server.answers("/out", answer), parse=parse)
    assert found["body"] == body
    assert type(found["body"]) is type(body)


async def test_header_names_are_lower_case_and_repeated_ones_joined(act: Any) -> None:
    async def handler(_: web.Request) -> web.Response:
        response = web.Response()
        response.headers.add("X-One", "1")
        response.headers.add("X-One", "2")
        return response

    async with http_server() as server:
        answer = await act("http.request", url=server.on("/out", handler))
    assert answer["headers"]["x-one"] == "1, 2"


async def test_an_answer_that_is_not_the_json_it_claims_to_be(act: Any) -> None:
    async with http_server() as server:
        url = server.answers("/out", {"text": "<html>", "content_type": "application/json"})
        error = await act.error("http.request", url=url)
    assert error.kind is ErrorKind.EXTERNAL_SERVICE
    assert "not JSON" in error.message
    assert "text" in error.hint


async def test_redirects_are_followed_or_given(act: Any) -> None:
    async with http_server() as server:
        end = server.answers("/end", {"text": "here"})
        url = server.answers("/start", {"status": 302, "headers": {"Location": end}})
        assert (await act("http.request", url=url))["body"] == "here"
        stayed = await act("http.request", url=url, follow_redirects=False, ok_status="3xx")
        assert (stayed["status"], stayed["headers"]["location"]) == (302, end)
        loop = server.answers("/loop", {"status": 302, "headers": {"Location": "/loop"}})
        error = await act.error("http.request", url=loop)
    assert "redirects more than ten times" in error.message


async def test_chunked_answers_and_large_ones(act: Any) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_type = "text/plain"
        response.enable_chunked_encoding()
        await response.prepare(request)
        for _ in range(40):
            await response.write(b"x" * 65536)
        await response.write_eof()
        return response

    async with http_server() as server:
        url = server.on("/out", handler)
        assert len((await act("http.request", url=url))["body"]) == 40 * 65536
        error = await act.error("http.request", url=url, max_mb=1)
    assert error.kind is ErrorKind.VALIDATION
    assert "over the limit of 1 MiB" in error.message
    assert "http.download" in error.hint


# -- failures ------------------------------------------------------------------------------------------------


async def test_a_bad_status_fails_with_its_kind_what_the_server_said_and_when_to_come_back(act: Any) -> None:
    async with http_server() as server:
        answer = {"status": 429, "text": "slow down", "headers": {"Retry-After": "3"}}
        error = await act.error("http.request", url=server.answers("/out", answer) + "?token=hidden")
        assert (error.kind, error.retry_after) == (ErrorKind.RATE_LIMIT, 3.0)
        assert "429" in error.message
        assert "slow down" in error.message
        assert "hidden" not in error.message + error.hint
        found = await act("http.request", url=server.answers("/gone", {"status": 404}), ok_status="2xx, 404")
    assert found["status"] == 404


async def test_a_connection_that_breaks_or_never_was(act: Any) -> None:
    async def handler(request: web.Request) -> web.Response:
        reset(request)
        return web.Response()

    async with http_server() as server:
        error = await act.error("http.request", url=server.on("/out", handler))
        assert error.kind is ErrorKind.CONNECTION
        gone = server.url
    error = await act.error("http.request", url=gone)
    assert error.kind is ErrorKind.CONNECTION
    assert "No connection to 127.0.0.1" in error.message


async def test_an_answer_cut_off_in_the_middle_is_no_answer(act: Any) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"x" * 10)
        reset(request)
        return response

    async with http_server() as server:
        error = await act.error("http.request", url=server.on("/out", handler))
    assert error.kind is ErrorKind.CONNECTION


async def test_a_certificate_nobody_vouches_for(act: Any) -> None:
    async with http_server(CERTIFICATE) as server:
        url = server.answers("/out", {"text": "secret"})
        error = await act.error("http.request", url=url)
        assert error.kind is ErrorKind.CONNECTION
        assert "certificate" in error.message
        assert "verify" in error.hint
        assert server.requests == []
        assert (await act("http.request", url=url, verify=False))["body"] == "secret"


async def test_cancelling_closes_the_connection(act: Any) -> None:
    """(C4.5)"""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"drip")
            await asyncio.sleep(0.01)

    async with http_server() as server:
        task = asyncio.create_task(act("http.request", url=server.on("/slow", handler)))
        await asyncio.wait_for(server.arrived.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.gone.wait(), 10)


@pytest.mark.parametrize(
    ("params", "parameter"),
    [
        ({"url": "http://h", "json": 1, "body": "x"}, "body"),
        ({"url": "http://h", "ok_status": "fine"}, "ok_status"),
        ({"url": "http://h", "method": "FETCH"}, "method"),
        ({}, "url"),
        ({"url": "http://h", "max_mb": 0}, "max_mb"),
    ],
)
def test_wrong_parameters_are_problems_before_the_run(act: Any, params: dict[str, Any], parameter: str) -> None:
    assert parameter in [issue.path for issue in act.issues("http.request", **params)]


async def test_a_line_break_in_a_header_is_refused(act: Any) -> None:
    error = await act.error("http.request", url="http://127.0.0.1:9", headers={"X-A": "1\r\nX-B: 2"})
    assert error.kind is ErrorKind.VALIDATION
    assert "line break" in error.message


@pytest.mark.parametrize(
    ("wanted", "status", "yes"),
    [("2xx", 204, True), ("2xx", 300, False), ("200, 404", 404, True), ("4XX 500", 500, True)],
)
def test_lists_of_statuses(wanted: str, status: int, yes: bool) -> None:
    assert accepted(wanted, status) is yes


def test_an_evaluated_list_of_statuses_may_be_wrong_too() -> None:
    with pytest.raises(ActionError, match="not a list of statuses"):
        accepted("ok", 200)


# -- in a run ------------------------------------------------------------------------------------------------


async def test_a_busy_server_is_asked_again_by_the_default_retry() -> None:
    """(C4.4, C15) 429 is transient, Retry-After sets the delay, and the key stays the same."""
    async with http_server() as server:
        busy = {"status": 429, "headers": {"Retry-After": "0"}}
        url = server.answers("/out", busy, {"status": 503, "headers": {"Retry-After": "0"}}, {"text": "done"})
        node = {"action": "http.request", "params": {"url": url, "method": "POST", "json": {"a": 1}}}
        flow = Workflow.model_validate({"id": "w", "nodes": {"n": node}})
        async with Engine(store=MemoryStore()) as engine:
            result = await (await engine.start(flow)).result()
        keys = {headers["Idempotency-Key"] for _, _, headers, _ in server.requests}
    assert (str(result.status), result.nodes["n"].output["body"], result.nodes["n"].attempts) == (
        "completed",
        "done",
        3,
    )
    assert len(keys) == 1
