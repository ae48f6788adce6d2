"""``floworch events``: what happened, one JSON object a line, gapless."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_all_and_from_a_number(cli: Any, hello: Path) -> None:
    """(C12)"""
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    events = [json.loads(line) for line in cli("events", "h-1").stdout.splitlines()]
    assert [event["seq"] for event in events] == list(range(len(events)))
    assert {"run_id", "seq", "at", "kind", "node", "attempt", "item"} <= set(events[3])
    later = [json.loads(line) for line in cli("events", "h-1", "--from", "4").stdout.splitlines()]
    assert later == events[4:]
    assert cli("events", "h-1", "--follow").stdout == cli("events", "h-1", "--json").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_follow_shows_a_run_of_another_process_live_and_whole(cli: Any, waiting: Path, tmp_path: Path) -> None:
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    follower = cli.process("events", "w-1", "--follow")
    seen = []
    for line in follower.stdout:
        seen.append(json.loads(line))
        if seen[-1]["kind"] == "node_started":
            (tmp_path / "go").touch()
    assert follower.wait() == 0
    owner.communicate(timeout=30)
    assert [event["seq"] for event in seen] == list(range(len(seen)))
    assert seen[-1]["kind"] == "run_completed"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_follow_ends_when_the_owner_is_killed(cli: Any, waiting: Path, tmp_path: Path) -> None:
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    follower = cli.process("events", "w-1", "--follow")
    assert "run_created" in follower.stdout.readline()
    owner.kill()
    owner.wait()
    follower.communicate(timeout=30)
    assert follower.returncode == 0


def test_following_a_run_that_has_stopped_says_how_it_stands(
    cli: Any, hello: Path, suspended: Callable[[], str]
) -> None:
    run = suspended()
    assert f"Run {run} is suspended.\nResume with: floworch resume {run}" in cli("events", run, "--follow").stderr
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    assert cli("events", "h-1", "--follow").stderr == ""
