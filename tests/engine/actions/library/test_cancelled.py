"""Actions that start a program of the desktop, or look through folders, and are cancelled meanwhile (C4.5)."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library import trigger_file, trigger_listing
from floworch.testing import FakeHost
from floworch.testing.actions import call_action


@pytest.mark.skipif(sys.platform != "linux", reason="the programs of a Linux desktop")
@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("desktop.notify", {"title": "Done"}),
        ("util.open", {"target": "https://example.org"}),
        ("util.clipboard", {"op": "set", "text": "x"}),
        ("util.clipboard", {"op": "get"}),
    ],
)
async def test_the_program_is_killed(
    action: str, params: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, told = tmp_path / "hangs", tmp_path / "pid"
    os.mkfifo(told)
    program.write_text(f"#!/bin/sh\necho $$ > {told}\nexec sleep 600\n")
    program.chmod(0o755)
    module = importlib.import_module(f"floworch.actions.library.{action.replace('.', '_')}")
    monkeypatch.setattr(module, "tool", lambda purpose: [str(program)])
    task = asyncio.create_task(call_action(action, params))
    pid = int(await asyncio.to_thread(told.read_text))  # waits until it runs
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_the_look_through_folders_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    began, ended = threading.Event(), threading.Event()

    def endless(folder: str, pattern: str, stopped: Callable[[], bool]) -> None:
        began.set()
        while not stopped():
            pass
        ended.set()

    monkeypatch.setattr(trigger_file, "look", endless)
    task = asyncio.create_task(call_action("trigger.file", {"path": str(tmp_path)}, FakeHost(folder=str(tmp_path))))
    await asyncio.to_thread(began.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ended.wait, 60)


def test_a_look_is_left_before_the_next_folder(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").touch()
    asked = iter([False, False, True])
    assert trigger_listing.look(str(tmp_path), "**/*.txt", lambda: next(asked)) is not None
    assert next(asked, None) is None
