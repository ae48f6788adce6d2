from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from floworch.actions.library import desktop_tools
from floworch.actions.library.desktop_tools import tool, use
from floworch.errors import ActionError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the programs of a Linux desktop")


def program(folder: Path, name: str, text: str = "exit 0") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_without_a_desktop_there_is_no_tool(tmp_path: Path) -> None:
    program(tmp_path, "xdg-open")
    assert tool("open", {"PATH": str(tmp_path)}) is None
    assert tool("open", {"PATH": str(tmp_path), "DISPLAY": ":0"}) == [str(tmp_path / "xdg-open")]
    assert tool("notify", {"PATH": str(tmp_path), "DISPLAY": ":0"}) is None


def test_the_first_that_is_installed_is_taken(tmp_path: Path) -> None:
    env = {"PATH": str(tmp_path), "WAYLAND_DISPLAY": "wayland-0"}
    program(tmp_path, "xsel")
    assert tool("copy", env) == [str(tmp_path / "xsel"), "--clipboard", "--input"]
    program(tmp_path, "wl-copy")
    assert tool("copy", env) == [str(tmp_path / "wl-copy")]


async def test_a_program_reads_and_prints(tmp_path: Path) -> None:
    assert await use([program(tmp_path, "echo-it", "cat")], "ä", wanted=True) == "ä"
    with pytest.raises(ActionError, match="ended with code 3"):
        await use([program(tmp_path, "fails", "exit 3")])
    with pytest.raises(ActionError, match="cannot be started"):
        await use([str(tmp_path / "missing")])


async def test_one_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(C4.5) at its time, and when the node is cancelled"""
    monkeypatch.setattr(desktop_tools, "PATIENCE", 0.05)
    hang = program(tmp_path, "hangs", f"echo $$ > {tmp_path}/pid; exec sleep 60")
    with pytest.raises(ActionError, match="did not end"):
        await use([hang])
    monkeypatch.setattr(desktop_tools, "PATIENCE", 60.0)
    (tmp_path / "pid").unlink(missing_ok=True)
    task = asyncio.create_task(use([hang]))
    async with asyncio.timeout(20):
        while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip()):  # noqa: ASYNC110 - a file sets no event
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
