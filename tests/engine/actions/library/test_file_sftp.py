"""file.sftp against a real OpenSSH server (C4.5)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ssh_server import SshServer, ssh_server

from floworch.actions.context import Context
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action


@pytest.fixture(scope="module")
def server() -> Iterator[SshServer]:
    with ssh_server() as running:
        yield running


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "there"
    folder.mkdir()
    for name in ("a.gz", "b.gz", "größe.txt"):
        (folder / name).write_text(name)
    return folder


async def sftp(server: SshServer, folder: Path, op: str, host: FakeHost | None = None, **params: Any) -> Any:
    host = host or FakeHost(folder=str(folder))
    return await run_action("file.sftp", host, **{**server.login, "op": op, **params})


async def test_files_come_go_are_listed_and_deleted(server: SshServer, tmp_path: Path, there: Path) -> None:
    output = await sftp(server, tmp_path, "list", remote=str(there))
    assert [Path(each["remote"]).name for each in output["files"]] == ["a.gz", "b.gz", "größe.txt"]
    output = await sftp(server, tmp_path, "get", remote=f"{there}/*.gz", local="here")
    assert [each["local"] for each in output["files"]] == [str(tmp_path / "here" / name) for name in ("a.gz", "b.gz")]
    await sftp(server, tmp_path, "get", remote=f"{there}/größe.txt", local="one.txt")
    assert (tmp_path / "one.txt").read_text() == "größe.txt"
    for _ in range(2):  # safe to repeat
        output = await sftp(server, tmp_path, "put", remote=f"{there}/new/", local="here/*.gz")
        assert sorted(os.listdir(there / "new")) == ["a.gz", "b.gz"]
    await sftp(server, tmp_path, "put", remote=f"{there}/single", local="one.txt")
    assert (there / "single").read_text() == "größe.txt"
    output = await sftp(server, tmp_path, "delete", remote=f"{there}/*.gz")
    assert output["count"] == 2
    assert sorted(os.listdir(there)) == ["größe.txt", "new", "single"]
    assert (await sftp(server, tmp_path, "list", remote=f"{there}/*.gz"))["count"] == 0


class Stopping(FakeHost):
    """Stops the action at the first sign of progress."""

    task: asyncio.Future[Any]

    def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
        super().progress(ctx, fraction, message)
        self.task.cancel()


@pytest.mark.parametrize("op", ["get", "put"])
async def test_a_cancel_leaves_no_half_file(server: SshServer, tmp_path: Path, there: Path, op: str) -> None:
    """(C4.5)"""
    for folder in (tmp_path, there):
        with open(folder / "big", "wb") as file:  # noqa: ASYNC230
            file.write(b"x" * (8 << 20))
    host = Stopping(folder=str(tmp_path))
    params = {"get": {"remote": f"{there}/big", "local": "copy"}, "put": {"remote": f"{there}/copy", "local": "big"}}
    host.task = asyncio.ensure_future(sftp(server, tmp_path, op, host, **params[op]))
    with pytest.raises(asyncio.CancelledError):
        await host.task
    assert host.progressed
    left = {*os.listdir(tmp_path), *os.listdir(there)}
    assert left == {"big", "there", "a.gz", "b.gz", "größe.txt"}


@pytest.mark.parametrize("op", ["get", "put"])
async def test_a_large_file_arrives_whole_with_progress(
    server: SshServer, tmp_path: Path, there: Path, op: str
) -> None:
    data = os.urandom(1 << 20) * 24
    (there / "big").write_bytes(data)
    (tmp_path / "big").write_bytes(data)
    host = FakeHost(folder=str(tmp_path))
    params = {"get": {"remote": f"{there}/big", "local": "copy"}, "put": {"remote": f"{there}/copy", "local": "big"}}
    output = await sftp(server, tmp_path, op, host, **params[op])
    assert (tmp_path / "copy" if op == "get" else there / "copy").read_bytes() == data
    assert output["bytes"] == len(data)
    fractions = [fraction for fraction, _ in host.progressed]
    assert fractions[-1] == 1.0
    assert len(fractions) > 10


@pytest.mark.parametrize(
    ("op", "params", "kind", "message"),
    [
        ("get", {"remote": "/no/such", "local": "x"}, ErrorKind.NOT_FOUND, "There is no file '/no/such' on 127.0.0.1."),
        ("get", {"remote": "/tmp", "local": "x"}, ErrorKind.VALIDATION, "'/tmp' is a folder."),
        ("get", {"remote": "/tmp/x"}, ErrorKind.VALIDATION, "'local' is missing."),
        ("get", {"remote": "/tmp/x", "local": ["x"]}, ErrorKind.VALIDATION, "'local' must be one folder for get."),
        (
            "put",
            {"remote": "/tmp/x", "local": "gone"},
            ErrorKind.NOT_FOUND,
            "The file or folder 'gone' does not exist.",
        ),
        ("put", {"remote": "/proc/x", "local": "file"}, None, "127.0.0.1: "),
        ("delete", {"remote": "/no/*.x"}, ErrorKind.NOT_FOUND, "There is no file '/no/*.x' on 127.0.0.1."),
        ("list", {"remote": "/x", "port": 1}, ErrorKind.CONNECTION, "No connection to 127.0.0.1:1"),
    ],
)
async def test_bad_input(
    server: SshServer, tmp_path: Path, op: str, params: dict[str, Any], kind: ErrorKind | None, message: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ActionError) as caught:
        await sftp(server, tmp_path, op, **params)
    assert message in str(caught.value)
    assert kind is None or caught.value.kind is kind
    assert os.listdir(tmp_path) == ["file"]


async def test_nothing_to_do_is_fine_when_asked_for(server: SshServer, tmp_path: Path) -> None:
    for op, params in (("get", {"local": "x"}), ("delete", {})):
        assert (await sftp(server, tmp_path, op, remote="/no/*.x", missing_ok=True, **params))["count"] == 0
