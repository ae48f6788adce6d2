"""``floworch pause``: of a run in another process, and of one that nobody works on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_pause_now_reaches_the_process_that_runs_it(cli: Any, waiting: Path, tmp_path: Path) -> None:
    """(C7.1)"""
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    assert "floworch resume w-1" in cli("pause", "w-1", "--now").stderr
    _, said = owner.communicate(timeout=30)
    assert owner.returncode == 3, said
    assert "floworch resume w-1" in said
    assert cli.json("show", "w-1", "--json")["status"] == "paused"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_a_drain_lets_running_steps_finish(cli: Any, waiting: Path, tmp_path: Path) -> None:
    """(C7.1)"""
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    cli("pause", "w-1")
    assert cli.json("show", "w-1", "--json")["status"] == "pausing"
    (tmp_path / "go").touch()
    owner.communicate(timeout=30)
    assert owner.returncode == 3
    shown = cli.json("show", "w-1", "--json")
    assert shown["status"] == "paused"
    assert shown["nodes"]["hold"]["status"] == "completed"
    assert shown["nodes"]["after"]["status"] == "pending"
    cli("resume", "w-1")


def test_a_run_that_nobody_works_on_is_paused_in_the_store(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    cli("pause", run)
    assert cli.json("show", run, "--json")["status"] == "paused"


def test_a_run_that_has_ended_cannot_be_paused(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    assert "completed" in cli("pause", "h-1", code=2).stderr
