"""file.object against a server of moto that speaks S3 (C4.5)."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flat_memory import growth
from odd_server import breaking_proxy, odd_server
from s3_server import s3_server

from floworch.actions.connections import checked, save_connection
from floworch.actions.context import Context
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, Any]]:
    with s3_server() as running:
        yield running


@pytest.fixture
def bucket(server: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """A folder of its own for each test."""
    name = "".join(filter(str.isalnum, request.node.name))
    return {**server, "url": f"{server['url']}/{name}"}


def host(folder: Path | str = ".") -> FakeHost:
    return FakeHost(folder=str(folder), secrets={"S3": "hunter2hunter2"})


async def act(bucket: dict[str, Any], op: str, bench: FakeHost | None = None, **params: Any) -> Any:
    return await run_action("file.object", bench or host(), **{**bucket, "op": op, **params})


async def test_objects_come_go_are_listed_and_deleted(bucket: dict[str, Any], tmp_path: Path) -> None:
    for name in ("a.csv", "größe.txt", "sub/b.csv"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(name)
    bench = host(tmp_path)
    for _ in range(2):  # safe to repeat
        output = await act(bucket, "put", bench, key="2026/", local="in/**/*")
        assert [each["key"] for each in output["objects"]] == ["2026/a.csv", "2026/größe.txt", "2026/sub/b.csv"]
    await act(bucket, "put", bench, key="single", local="in/a.csv")
    listed = await act(bucket, "list")
    assert [each["key"] for each in listed["objects"]] == [
        "2026/a.csv", "2026/größe.txt", "2026/sub/b.csv", "single"
    ]  # fmt: skip
    assert (listed["count"], listed["more"]) == (4, False)
    assert ((cut := await act(bucket, "list", key="2026/", limit=2))["count"], cut["more"]) == (2, True)
    assert (await act(bucket, "list", key="2026/*.csv"))["count"] == 1
    await act(bucket, "get", bench, key="2026/**", local="out")
    assert (tmp_path / "out" / "sub" / "b.csv").read_text() == "sub/b.csv"
    await act(bucket, "get", bench, key="single", local="one.txt")
    assert (tmp_path / "one.txt").read_text() == "a.csv"
    assert (await act(bucket, "delete", key="2026/**/*.csv"))["count"] == 2
    assert [each["key"] for each in (await act(bucket, "list"))["objects"]] == ["2026/größe.txt", "single"]


async def test_a_large_file_goes_in_parts_with_little_memory(bucket: dict[str, Any], tmp_path: Path) -> None:
    with open(tmp_path / "large", "wb") as file:  # noqa: ASYNC230
        file.writelines(hashlib.sha256(bytes([number])).digest() * (1 << 15) for number in range(96))
    bench = host(tmp_path)
    await act(bucket, "list", bench)  # what is imported counts for nothing
    with growth() as grown:
        await act(bucket, "put", bench, key="large", local="large")
        await act(bucket, "get", bench, key="large", local="copy")
    digests = [hashlib.sha256((tmp_path / name).read_bytes()).digest() for name in ("large", "copy")]
    assert digests[0] == digests[1]
    assert 0 < grown.bytes < 80 << 20
    assert len(bench.progressed) > 20


class Stopping(FakeHost):
    """Stops the action at the first sign of progress."""

    task: asyncio.Future[Any]

    def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
        super().progress(ctx, fraction, message)
        self.task.cancel()


@pytest.mark.parametrize("op", ["get", "put"])
async def test_a_cancel_leaves_nothing_half(bucket: dict[str, Any], tmp_path: Path, op: str) -> None:
    """(C4.5)"""
    (tmp_path / "big").write_bytes(b"x" * (12 << 20))
    if op == "get":
        await act(bucket, "put", host(tmp_path), key="big", local="big")
    bench = Stopping(folder=str(tmp_path), secrets={"S3": "x"})
    params = {"get": {"key": "big", "local": "copy"}, "put": {"key": "copy", "local": "big"}}[op]
    bench.task = asyncio.ensure_future(act(bucket, op, bench, **params))
    with pytest.raises(asyncio.CancelledError):
        await bench.task
    assert os.listdir(tmp_path) == ["big"]
    assert (await act(bucket, "list", key="copy"))["count"] == 0


async def test_a_download_that_breaks_off_goes_on(bucket: dict[str, Any], tmp_path: Path) -> None:
    data = os.urandom(1 << 20) * 24
    (tmp_path / "big").write_bytes(data)
    await act(bucket, "put", host(tmp_path), key="big", local="big")
    port = int(bucket["endpoint"].rpartition(":")[2])
    async with breaking_proxy(port, after=9 << 20, times=3) as broken:
        await act({**bucket, "endpoint": f"http://127.0.0.1:{broken}"}, "get", host(tmp_path), key="big", local="copy")
    assert (tmp_path / "copy").read_bytes() == data


async def test_a_cancel_leaves_a_service_that_says_nothing(tmp_path: Path) -> None:
    """(C4.5)"""
    async with odd_server() as odd:
        place = {"url": "s3://b", "endpoint": f"http://127.0.0.1:{odd.port}", "access_key": "k", "secret_key": "S3"}
        task = asyncio.ensure_future(act(place, "list"))
        await asyncio.wait_for(odd.met.wait(), 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)
        await asyncio.wait_for(odd.left.wait(), 20)


@pytest.mark.parametrize(
    ("op", "params", "kind", "message"),
    [
        ("get", {"key": "no", "local": "x"}, ErrorKind.NOT_FOUND, "There is no object 'no' in s3://bucket/"),
        ("delete", {"key": "no/*"}, ErrorKind.NOT_FOUND, "There is no object 'no/*'"),
        ("list", {"url": "s3://no-such-bucket"}, ErrorKind.NOT_FOUND, "s3://no-such-bucket"),
        ("list", {"endpoint": "http://127.0.0.1:1"}, ErrorKind.CONNECTION, "No connection to s3://bucket"),
        ("put", {"key": "x", "local": "gone"}, ErrorKind.NOT_FOUND, "'gone' does not exist"),
        ("put", {"key": "x", "local": "sub"}, ErrorKind.VALIDATION, "is a folder"),
    ],
)
async def test_what_goes_wrong_is_told(
    bucket: dict[str, Any], tmp_path: Path, op: str, params: dict[str, Any], kind: ErrorKind, message: str
) -> None:
    (tmp_path / "sub").mkdir()
    with pytest.raises(ActionError) as caught:
        await act(bucket, op, host(tmp_path), **params)
    assert (caught.value.kind, message in str(caught.value)) == (kind, True), str(caught.value)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert os.listdir(tmp_path) == ["sub"]


async def test_nothing_to_do_is_fine_when_asked_for(bucket: dict[str, Any]) -> None:
    cases: list[tuple[str, dict[str, Any]]] = [("get", {"local": "x"}), ("delete", {})]
    for op, params in cases:
        assert (await act(bucket, op, key="no*", missing_ok=True, **params))["count"] == 0


async def test_a_connection_says_where_and_how(
    server: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path))
    save_connection(checked("store", "storage", server))
    await run_action("file.object", host(), connection="store", op="list", key="nothing/")
