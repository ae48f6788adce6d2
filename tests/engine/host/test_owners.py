"""Finding the process that owns a run; ``test_routing`` shows what is done with it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from floworch.errors import RunNotFound, UsageError
from floworch.host.control_file import ControlInfo, write_control
from floworch.host.owners import Owners
from floworch.host.server import ControlServer
from floworch.store.memory import MemoryStore


class OwnedStore(MemoryStore):
    def __init__(self, root: Path, pid: int | None) -> None:
        super().__init__()
        self.path = root
        self.pid = pid

    def owner(self, run_id: str) -> dict[str, Any] | None:
        return None if self.pid is None else {"pid": self.pid}


async def test_the_connection_to_an_owner_is_kept(tmp_path: Path, engine: Any) -> None:
    (tmp_path / "runs" / "r").mkdir(parents=True)
    other = os.getpid() + 1
    async with ControlServer(engine) as server:
        write_control(tmp_path / "runs" / "r" / "control", ControlInfo(server.info.address, server.info.token, other))
        owners = Owners(OwnedStore(tmp_path, other))
        first = await owners.find("r")
        assert first is not None
        assert await owners.find("r") is first
        assert (await first.request("ping"))["pid"] == os.getpid()
        await owners.disconnect()


async def test_nobody(tmp_path: Path) -> None:
    assert await Owners(OwnedStore(tmp_path, None)).find("r") is None
    assert await Owners(OwnedStore(tmp_path, os.getpid())).find("r") is None
    assert await Owners(OwnedStore(tmp_path, os.getpid() + 1)).find("r") is None


async def test_unknown_and_malformed_runs(tmp_path: Path) -> None:
    with pytest.raises(RunNotFound):
        await Owners(MemoryStore()).find("nope")
    with pytest.raises(UsageError):
        await Owners(OwnedStore(tmp_path, 1)).find("../x")
