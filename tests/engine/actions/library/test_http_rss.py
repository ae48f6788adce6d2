"""http.rss against a real server (C4.1, C4.5)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from http_server import http_server

from floworch.errors import ErrorKind
from floworch.testing import FakeHost
from floworch.testing.actions import call_action


def feed(*dates: str) -> str:
    items = "".join(f"<item><title>{n}</title><pubDate>{date}</pubDate></item>" for n, date in enumerate(dates))
    return f"<rss><channel><title>News</title>{items}</channel></rss>"


FEED = feed("2026-01-03T00:00:00Z", "2026-01-02T00:00:00Z", "", "2026-01-01T00:00:00Z")


async def test_items_in_the_order_of_the_feed(act: Any) -> None:
    async with http_server() as server:
        url = server.answers("/feed", {"text": FEED, "content_type": "application/rss+xml"})
        output = await act("http.rss", url=url)
        few = await act("http.rss", url=url, limit=2)
    assert ([item["title"] for item in output["items"]], output["count"]) == (["0", "1", "2", "3"], 4)
    assert (output["title"], output["newest"]) == ("News", "2026-01-03T00:00:00Z")
    assert [item["title"] for item in few["items"]] == ["0", "1"]
    assert act.logs[0] == ("info", "4 of 4 items of News")


async def test_the_newest_of_one_run_is_the_since_of_the_next(act: Any) -> None:
    async with http_server() as server:
        url = server.answers("/feed", {"text": FEED})
        output = await act("http.rss", url=url, since="2026-01-02T00:00:00Z")
        assert [item["title"] for item in output["items"]] == ["0", "2"]
        again = await act("http.rss", url=url, since=output["newest"])
    assert ([item["title"] for item in again["items"]], again["newest"]) == (["2"], None)


async def test_the_items_since_the_last_run_are_given_once(tmp_path: Path) -> None:
    host = FakeHost(path=tmp_path)

    async def titles(url: str, run_id: str, node: str = "n") -> list[str]:
        params = {"url": url, "since": "last_run"}
        output = await call_action("http.rss", params, host, run_id=run_id, node=node, workflow_id="w")
        return [item["published"] for item in output["items"]]

    one, two, three = (f"2026-01-0{day}T00:00:00Z" for day in (1, 2, 3))
    async with http_server() as server:
        first = server.answers("/first", {"text": feed(two, one)})
        then = server.answers("/then", {"text": feed(three, two, one)})
        assert await titles(first, "a") == [two, one]
        assert await titles(then, "a") == [three, two, one]  # repeated after a crash (C7.8)
        assert await titles(then, "b") == [three]
        assert await titles(then, "c") == []
        assert await titles(first, "d", node="other") == [two, one]


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        ({"text": "<html></html>"}, ErrorKind.VALIDATION, "is not a feed: it is XML, but no feed"),
        ({"status": 404}, ErrorKind.NOT_FOUND, "answered 404"),
        ({"status": 429, "headers": {"Retry-After": "5"}}, ErrorKind.RATE_LIMIT, "answered 429"),
        ({"body": b"x" * (2 << 20)}, ErrorKind.VALIDATION, "is over the limit of 1 MiB"),
    ],
)
async def test_what_is_no_feed(act: Any, answer: dict[str, Any], kind: ErrorKind, message: str) -> None:
    async with http_server() as server:
        error = await act.error("http.rss", url=server.answers("/feed", answer) + "?token=hidden", max_mb=1)
    assert error.kind is kind
    assert message in error.message
    assert "hidden" not in error.message + str(act.logs)
    assert error.retry_after == (5.0 if kind is ErrorKind.RATE_LIMIT else None)


async def test_cancelling_closes_the_connection(act: Any) -> None:
    """(C4.5)"""

    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async with http_server() as server:
        task = asyncio.create_task(act("http.rss", url=server.on("/slow", silent)))
        await asyncio.wait_for(server.arrived.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.gone.wait(), 10)
