"""http.download: resumed, checked, and never half a file under the final name."""

from __future__ import annotations

import asyncio
import hashlib
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from http_server import http_server, reset

from floworch.errors import ErrorKind

DATA = bytes(range(256)) * 4096  # 1 MiB
SHA = hashlib.sha256(DATA).hexdigest()


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def written(part: Path) -> None:
    """Wait until there is something in a file."""
    while not size_of(part):  # noqa: ASYNC110 - a file has no event
        await asyncio.sleep(0.005)


class Source:
    """A file on the server that understands ranges; ``broken`` answers break off once ``part`` has something."""

    def __init__(self, data: bytes = DATA, mark: str = '"v1"', broken: int = 0, part: Path | None = None) -> None:
        self.data, self.mark, self.broken, self.part = data, mark, broken, part
        self.ranges: list[str | None] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        wanted = request.headers.get("Range")
        self.ranges.append(wanted)
        headers = {"ETag": self.mark} if self.mark else {}
        data, status = self.data, 200
        if wanted and request.headers.get("If-Range") == self.mark:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                return web.Response(status=416)
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            data, status = data[start:], 206
        response = web.StreamResponse(status=status, headers={**headers, "Content-Length": str(len(data))})
        await response.prepare(request)
        if self.broken:
            self.broken -= 1
            await response.write(data[: len(data) // 2])
            if self.part is not None:
                await written(self.part)
            reset(request)
            return response
        await response.write(data)
        return response


async def test_a_file_arrives_whole_with_progress(act: Any, tmp_path: Path) -> None:
    target = tmp_path / "new" / "data.bin"
    async with http_server() as server:
        found = await act("http.download", url=server.on("/f", Source()), path=str(target), sha256=SHA.upper())
    assert found == {"path": str(target), "bytes": len(DATA), "sha256": SHA, "resumed_from": 0}
    assert target.read_bytes() == DATA
    assert names(target.parent) == ["data.bin"]
    assert act.progressed[-1][0] == 1.0


async def test_what_broke_off_is_continued(act: Any, tmp_path: Path) -> None:
    target = tmp_path / "data.bin"
    target.write_bytes(b"old")
    source = Source(broken=1, part=tmp_path / "data.bin.part")
    async with http_server() as server:
        url = server.on("/f", source)
        error = await act.error("http.download", url=url, path=str(target))
        assert error.kind is ErrorKind.CONNECTION
        assert target.read_bytes() == b"old"  # until the new one is complete
        found = await act("http.download", url=url, path=str(target), sha256=SHA)
    assert 0 < found["resumed_from"] <= len(DATA) // 2
    assert source.ranges == [None, f"bytes={found['resumed_from']}-"]
    assert target.read_bytes() == DATA


@pytest.mark.parametrize("mark", ['"v2"', 'W/"v1"', ""])
async def test_a_file_that_may_have_changed_is_brought_anew(act: Any, tmp_path: Path, mark: str) -> None:
    target = tmp_path / "data.bin"
    first, second = Source(b"a" * len(DATA), broken=1, part=tmp_path / "data.bin.part"), Source(mark=mark)
    first.mark = mark if mark != '"v2"' else '"v1"'
    async with http_server() as server:
        await act.error("http.download", url=server.on("/f", first), path=str(target))
        found = await act("http.download", url=server.on("/f", second), path=str(target))
    assert found["resumed_from"] == 0
    assert target.read_bytes() == DATA


async def test_a_part_that_is_complete_already_is_brought_anew(act: Any, tmp_path: Path) -> None:
    """The server has nothing after it (416): it may be another file of the same length."""
    target = tmp_path / "data.bin"
    source = Source()
    async with http_server() as server:
        url = server.on("/f", source)
        (tmp_path / "data.bin.part").write_bytes(DATA)
        (tmp_path / "data.bin.part.json").write_text(f'{{"url": "{url}", "mark": "\\"v1\\""}}')
        found = await act("http.download", url=url, path=str(target))
    assert (found["sha256"], len(source.ranges)) == (SHA, 2)


async def test_without_resume_it_starts_anew(act: Any, tmp_path: Path) -> None:
    source = Source(broken=1, part=tmp_path / "f.part")
    async with http_server() as server:
        url = server.on("/f", source)
        await act.error("http.download", url=url, path=str(tmp_path / "f"))
        found = await act("http.download", url=url, path=str(tmp_path / "f"), resume=False)
    assert (found["resumed_from"], source.ranges) == (0, [None, None])


async def test_a_wrong_checksum_leaves_nothing_behind(act: Any, tmp_path: Path) -> None:
    async with http_server() as server:
        error = await act.error(
            "http.download", url=server.on("/f", Source()), path=str(tmp_path / "f"), sha256="0" * 64
        )
    assert error.kind is ErrorKind.VALIDATION
    assert SHA in error.message
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("params", "kind", "word"),
    [
        ({"sha256": "xyz"}, ErrorKind.VALIDATION, "64 hex digits"),
        ({"url": "nowhere"}, ErrorKind.VALIDATION, "web address"),
        ({"path": "/proc/none/f"}, ErrorKind.NOT_FOUND, "/proc/none/f"),
    ],
)
async def test_wrong_parameters(act: Any, tmp_path: Path, params: dict[str, Any], kind: ErrorKind, word: str) -> None:
    error = await act.error("http.download", **{"url": "http://127.0.0.1:9/f", "path": str(tmp_path / "f"), **params})
    assert error.kind is kind
    assert word in error.message + error.hint


async def test_a_folder_is_no_file(act: Any, tmp_path: Path) -> None:
    error = await act.error("http.download", url="http://127.0.0.1:9/f", path=str(tmp_path))
    assert "is a folder" in error.message


async def test_a_missing_file_says_so(act: Any, tmp_path: Path) -> None:
    async with http_server() as server:
        error = await act.error("http.download", url=f"{server.url}/none", path=str(tmp_path / "f"))
    assert error.kind is ErrorKind.NOT_FOUND
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
async def test_a_full_disk_is_named_as_such(act: Any, tmp_path: Path) -> None:
    from floworch.actions.library import http_download as module

    class Full(module._Part):
        def __init__(self, place: str, url: str) -> None:
            super().__init__(place, url)
            self.path = "/dev/full"

        def begin(self, mark: str) -> None:
            self.mark = mark

    async with http_server() as server:
        url = server.on("/f", Source())
        original, module._Part = module._Part, Full  # type: ignore[misc]
        try:
            error = await act.error("http.download", url=url, path=str(tmp_path / "f"))
        finally:
            module._Part = original  # type: ignore[misc]
    assert "disk is full" in error.message


async def test_cancelling_closes_the_connection_and_keeps_the_part(act: Any, tmp_path: Path) -> None:
    """(C4.5)"""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"ETag": '"v1"', "Content-Length": str(1 << 30)})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)
            await asyncio.sleep(0.001)

    part = tmp_path / "f.part"

    async with http_server() as server:
        task = asyncio.create_task(act("http.download", url=server.on("/f", handler), path=str(tmp_path / "f")))
        await asyncio.wait_for(written(part), 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.gone.wait(), 10)
    assert size_of(tmp_path / "f") == 0
    assert size_of(part) > 0


@pytest.mark.slow
async def test_large_files_need_little_memory(act: Any, tmp_path: Path) -> None:
    size = 256

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(size << 20)})
        await response.prepare(request)
        block = b"x" * (1 << 20)
        for _ in range(size):
            await response.write(block)
        return response

    async with http_server() as server:
        tracemalloc.start()
        try:
            found = await act("http.download", url=server.on("/f", handler), path=str(tmp_path / "f"))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert found["bytes"] == size << 20
    assert peak < 24 << 20
