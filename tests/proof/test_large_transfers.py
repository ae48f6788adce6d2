"""One gigabyte through each action that moves files over the network, with flat memory and every byte the same."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flat_memory import growth
from ssh_server import SshServer, ssh_server

from floworch.testing import FakeHost, run_action

pytestmark = [pytest.mark.proof, pytest.mark.timeout(600)]

SIZE = 1 << 30
FLAT = 96 << 20  # bytes of memory that a transfer may take, whatever its size


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
