"""``floworch resume``: paused, suspended, interrupted and ended runs; here and in another process."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from floworch.host.control_file import read_control


def test_a_suspended_run_goes_on_after_the_answer(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    cli("approve", run, "ask")
    result = cli("resume", run)
    assert json.loads(result.stdout) == {"answer": {"answer": "yes"}}
    assert "completed" in result.stderr


def test_without_an_answer_it_is_still_suspended(cli: Any, suspended: Callable[[], str]) -> None:
    """(C8.3)"""
    result = cli("resume", suspended(), "--exit-when-suspended", code=3)
    assert "floworch approve g-1 ask" in result.stderr


def test_resume_of_a_final_run_prints_its_result(cli: Any, hello: Path, failing: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    before = cli("events", "h-1").stdout
    assert json.loads(cli("resume", "h-1").stdout) == {"greeting": "Hello x"}
    assert cli.json("resume", "h-1", "--json")["status"] == "completed"
    assert cli("events", "h-1").stdout == before
    cli("run", failing, "--set", "flag=/nowhere", "--run-id", "f-1", code=1)
    cli("resume", "f-1", code=1)


def test_events_are_those_since_the_resume(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    cli("approve", run, "ask")
    before = len(cli("events", run).stdout.splitlines())
    lines = [json.loads(line) for line in cli("resume", run, "--events", "jsonl").stdout.splitlines()]
    assert lines[0]["seq"] == before
    assert lines[-1]["kind"] == "run_completed"


def test_an_unknown_answer_to_a_doubt_is_2(cli: Any, suspended: Callable[[], str]) -> None:
    assert "--in-doubt maybe" in cli("resume", suspended(), "--in-doubt", "maybe", code=2).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_a_run_of_another_process_is_followed_to_its_end(cli: Any, waiting: Path, tmp_path: Path) -> None:
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    follower = cli.process("resume", "w-1", "--json")
    assert "following it" in follower.stderr.readline()
    (tmp_path / "go").touch()
    shown, _ = follower.communicate(timeout=30)
    assert json.loads(shown)["status"] == "completed"
    assert follower.returncode == 0
    owner.communicate(timeout=30)
    assert owner.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_without_a_control_channel_the_owner_is_named(cli: Any, waiting: Path, tmp_path: Path) -> None:
    """(C7.4) One process owns a run at a time; a second one is told who does."""
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    control = cli.store / "runs" / "w-1" / "control"
    info = read_control(control)
    assert info is not None
    control.unlink()
    for verb in ("resume", "pause", "cancel"):
        assert str(owner.pid) in cli(verb, "w-1", code=4).stderr
    os.kill(owner.pid, signal.SIGKILL)
