"""``floworch approve``: recorded when nobody works on the run, acted on at once when somebody does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_with_no_owner_the_answer_is_kept_and_the_run_does_not_go_on(cli: Any, suspended: Callable[[], str]) -> None:
    """interfaces.md section 3."""
    run = suspended()
    assert "recorded" in cli("approve", run, "ask", "--comment", "fine").stderr
    assert cli.json("show", run, "--json")["nodes"]["after"]["status"] == "pending"
    cli("resume", run)
    assert '"comment":"fine"' in cli("events", run).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_a_run_that_waits_in_another_process_goes_on_at_once(cli: Any, gate: Path) -> None:
    owner = cli.running("run", gate, "--run-id", "g-1", until="run_suspended")
    cli("approve", "g-1", "ask")
    owner.communicate(timeout=30)
    assert owner.returncode == 0
    assert cli.json("show", "g-1", "--json")["outputs"] == {"answer": {"answer": "yes"}}


def test_a_node_that_does_not_wait_is_2(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    assert "after" in cli("approve", run, "after", code=2).stderr
    assert "nowhere" in cli("approve", run, "nowhere", code=2).stderr
