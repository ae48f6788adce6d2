"""One gigabyte through each action that moves files over the network, with flat memory and every byte the same."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flat_memory import growth
from imap_server import PASSWORD, imap_server
from s3_server import s3_server
from ssh_server import SshServer, ssh_server

from floworch.testing import FakeHost, run_action

pytestmark = [pytest.mark.proof, pytest.mark.timeout(600)]

SIZE = 1 << 30
FLAT = 160 << 20  # bytes of memory that a transfer of 1 GB may take; parts in flight are more on a busy machine


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 1 GiB whose blocks all differ."""
    path = tmp_path_factory.mktemp("large") / "large.bin"
    with open(path, "wb") as file:
        file.writelines(hashlib.sha256(str(number).encode()).digest() * (1 << 15) for number in range(SIZE >> 20))
    return path


def digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.fixture(scope="module")
def ssh() -> Iterator[SshServer]:
    with ssh_server() as running:
        yield running


@pytest.mark.parametrize("op", ["get", "put"])
async def test_sftp(ssh: SshServer, large: Path, tmp_path: Path, op: str) -> None:
    copy = tmp_path / "copy.bin"
    here, there = (copy, large) if op == "get" else (large, copy)
    host = FakeHost(folder=str(tmp_path))
    await run_action("file.sftp", host, **ssh.login, op="list", remote=str(large))  # imports count for nothing
    with growth() as grown:
        output = await run_action("file.sftp", host, **ssh.login, op=op, remote=str(there), local=str(here))
    assert output["bytes"] == SIZE
    assert await asyncio.to_thread(digest, copy) == await asyncio.to_thread(digest, large)
    assert 0 < grown.bytes < FLAT
    copy.unlink()


async def test_object_store(large: Path, tmp_path: Path) -> None:
    host = FakeHost(folder=str(tmp_path), secrets={"S3": "secret"})
    with s3_server() as place:
        await run_action("file.object", host, **place, op="list")
        with growth() as grown:
            await run_action("file.object", host, **place, op="put", key="large", local=str(large))
            await run_action("file.object", host, **place, op="get", key="large", local="copy.bin")
    assert await asyncio.to_thread(digest, tmp_path / "copy.bin") == await asyncio.to_thread(digest, large)
    assert 0 < grown.bytes < FLAT
    (tmp_path / "copy.bin").unlink()


def encode(large: Path, message: Path) -> None:
    with open(large, "rb") as source, open(message, "ab") as file:
        while data := source.read(57 << 14):
            file.write(base64.encodebytes(data))


async def test_attachment(large: Path, tmp_path: Path) -> None:
    host = FakeHost(folder=str(tmp_path), secrets={"MAIL": PASSWORD})
    with imap_server() as server:
        head = b"Subject: Large\nMIME-Version: 1.0\nContent-Type: application/zip; name=copy.bin\n"
        server.deliver(head + b"Content-Transfer-Encoding: base64\n\n")
        (message,) = (server.place("INBOX") / "new").iterdir()
        await asyncio.to_thread(encode, large, message)
        with growth() as grown:
            found = await run_action("mail.read", host, **server.login, save_attachments="in", max_mb=2048)
    (saved,) = found["messages"][0]["attachments"]
    assert await asyncio.to_thread(digest, Path(saved["path"])) == await asyncio.to_thread(digest, large)
    assert 0 < grown.bytes < FLAT
