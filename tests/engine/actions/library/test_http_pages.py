"""http.request reads answers that come in pages, from a real server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web
from http_server import http_server

from floworch.actions.library.http_pages import next_link
from floworch.actions.registry import registry

DATA = [{"id": n} for n in range(7)]


def numbered(request: web.Request) -> web.Response:
    number = int(request.query.get("p", "1"))
    return web.json_response({"data": {"rows": DATA[(number - 1) * 3 : number * 3]}, "of": request.query.get("q")})


def marked(request: web.Request) -> web.Response:
    start = int(request.query.get("cursor", "0"))
    after = {"next": str(start + 3)} if start + 3 < len(DATA) else {"next": None}
    return web.json_response({"items": DATA[start : start + 3], "meta": after})


def linked(request: web.Request) -> web.Response:
    start = int(request.query.get("from", "0"))
    link = f'<?from=0>; rel="first", <?from={start + 3}&q=1>; title="more"; rel="next"'
    return web.json_response(DATA[start : start + 3], headers={"Link": link} if start + 3 < len(DATA) else {})


@pytest.mark.parametrize(
    ("handler", "params", "asked"),
    [
        (numbered, {"paginate": "page", "page_param": "p", "items": "data.rows", "query": {"q": "x"}}, 4),
        (marked, {"paginate": "cursor", "cursor": "meta.next", "items": "items"}, 3),
        (linked, {"paginate": "link"}, 3),
    ],
)
async def test_all_pages_are_one_list(act: Any, handler: Any, params: dict[str, Any], asked: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        return handler(request)  # type: ignore[no-any-return]

    async with http_server() as server:
        url = server.on("/pages", answer)
        found = await act("http.request", url=url, headers={"X-Token": "t"}, **params)
        assert (found["body"], found["pages"], found["complete"]) == (DATA, asked, True)
        assert {headers["X-Token"] for _, _, headers, _ in server.requests} == {"t"}
        assert len(server.requests) == asked
        some = await act("http.request", url=url, max_pages=2, **params)
        assert (some["body"], some["complete"]) == (DATA[:6], False)
    assert any("more pages than 2" in message for _, message in act.logs)


async def test_a_page_elsewhere_gets_nothing_of_what_is_sent_along(act: Any) -> None:
    async with http_server() as server, http_server() as other:
        link = {"Link": f'<{other.url}/steal>; rel="next"'}
        url = server.answers("/a", {"text": "[1]", "content_type": "application/json", "headers": link})
        error = await act.error("http.request", url=url, paginate="link")
        assert other.requests == []
    assert "on another server" in error.message


@pytest.mark.parametrize(
    ("text", "params", "message"),
    [
        ('{"a": 1}', {"paginate": "page"}, "and no list of items"),
        ('{"rows": {}}', {"paginate": "page", "items": "rows"}, "'rows' of the answer"),
        ('{"rows": [1], "next": "x"}', {"paginate": "cursor", "items": "rows", "cursor": "next"}, "was read already"),
        ("[1]", {"paginate": "page", "query": {"page": "one"}}, "no number of a page"),
    ],
)
async def test_what_is_no_page_is_said(act: Any, text: str, params: dict[str, Any], message: str) -> None:
    async with http_server() as server:
        url = server.answers("/a", {"text": text, "content_type": "application/json"})
        assert message in (await act.error("http.request", url=url, **params)).message
    json.loads(text)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('<https://a/?p=2>; rel="next"', "https://a/?p=2"),
        ("<a>; rel=prev, <b,c>; rel=next", "b,c"),
        ('<a>; rel="prev last next"', "a"),
        ('<a>; title="rel=next"', ""),
        ("", ""),
    ],
)
def test_the_next_one_of_a_link_header(header: str, found: str) -> None:
    assert next_link(header) == found


def test_parameters_that_do_not_fit_are_problems_before_a_run() -> None:
    spec = registry.resolve("http.request")
    assert [each.path for each in spec.check_params({"url": "http://h", "paginate": "cursor"})] == ["cursor"]
    assert [each.path for each in spec.check_params({"url": "http://h", "paginate": "link", "method": "POST"})] == [
        "paginate"
    ]
