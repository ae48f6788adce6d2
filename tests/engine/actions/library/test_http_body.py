"""Bodies of http.request that are files, against a real server."""

from __future__ import annotations

import asyncio
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from http_server import http_server

from floworch.actions.library.http_body import Body, pairs
from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing.actions import FakeHost


async def sent(act: Any, **params: Any) -> tuple[dict[str, str], bytes]:
    async with http_server() as server:
        await act("http.request", url=server.answers("/in", {}), method="POST", **params)
        _, _, headers, body = server.requests[0]
    return {name.lower(): value for name, value in headers.items()}, body


async def test_a_file_is_the_body(act: Any, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"[1]")
    headers, body = await sent(act, file=str(tmp_path / "a.json"))
    assert (headers["content-type"], headers["content-length"], body) == ("application/json", "3", b"[1]")


async def test_an_object_as_body_is_json(act: Any) -> None:
    headers, body = await sent(act, body={"a": [1, None]})
    assert (headers["content-type"], body) == ("application/json", b'{"a": [1, null]}')


async def test_files_and_fields_are_parts_of_a_form(act: Any, tmp_path: Path) -> None:
    for name in ("a.txt", "b.bin"):
        (tmp_path / name).write_text(f"in {name}")
    files = {"doc": [str(tmp_path / "a.txt"), str(tmp_path / "b.bin")]}
    headers, body = await sent(act, form={"n": 1}, files=files, headers={"content-type": "multipart/form-data"})
    assert headers["content-type"].startswith("multipart/form-data; boundary=")
    for part in (b'name="n"', b'name="doc"; filename="a.txt"', b"text/plain", b"in b.bin", b"application/octet-stream"):
        assert part in body


async def test_a_file_of_any_size_is_sent_in_pieces(act: Any, tmp_path: Path) -> None:
    """Its first pieces arrive before the rest is read: nothing holds the whole."""
    (tmp_path / "big").touch()
    os.truncate(tmp_path / "big", 32 << 20)
    left = 32 << 20

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal left
        await reader.readuntil(b"\r\n\r\n")
        while left and (piece := await reader.read(1 << 20)):
            left -= len(piece)
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    tracemalloc.start()
    try:
        port = server.sockets[0].getsockname()[1]
        answer = await act("http.request", url=f"http://127.0.0.1:{port}/", method="PUT", file=str(tmp_path / "big"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        server.close()
    assert answer["status"] == 204
    assert left == 0
    assert peak < 16 << 20


async def test_a_file_that_is_not_there_is_named(act: Any) -> None:
    for params in ({"file": "/no/such"}, {"files": {"a": "/no/such"}}):
        with pytest.raises(ActionError, match="/no/such") as caught:
            await sent(act, **params)
        assert caught.value.kind is ErrorKind.NOT_FOUND


def test_a_body_can_be_sent_again(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    body = Body(FakeHost().context(), {}, file=str(tmp_path / "a"))
    for _ in range(2):
        with body.data() as file:
            assert file.read() == b"x"
        assert file.closed


def test_two_bodies_are_refused_before_it_runs() -> None:
    check = registry.resolve("http.request").check_params
    url = "https://h.example"
    assert [issue.path for issue in check({"url": url, "file": "a", "json": 1})] == ["file"]
    assert [issue.path for issue in check({"url": url, "files": {"a": "b"}, "body": "x"})] == ["body"]
    assert not check({"url": url, "files": {"a": "b"}, "form": {"x": 1}})


def test_pairs_repeat_names_and_leave_null_out() -> None:
    assert pairs({"a": [1, "x"], "b": None, "c": True}) == [("a", "1"), ("a", "x"), ("c", "true")]
