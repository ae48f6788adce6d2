"""``floworch cancel``: for good, wherever the run is (C7.3)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_a_run_in_another_process_is_cancelled_and_exits_130(cli: Any, waiting: Path, tmp_path: Path) -> None:
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    cli("cancel", "w-1")
    _, said = owner.communicate(timeout=30)
    assert owner.returncode == 130, said
    assert cli.json("show", "w-1", "--json")["status"] == "cancelled"


def test_a_run_that_nobody_works_on_is_cancelled_at_once(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    cli("cancel", run, "--no-compensate")
    assert cli.json("show", run, "--json")["status"] == "cancelled"
    assert "cancelled" in cli("cancel", run, code=2).stderr
    cli("resume", run, code=130)


def test_the_help_promises_no_compensation(cli: Any) -> None:
    said = " ".join(cli("cancel", "--help").stdout.split())
    assert "for good" in said
    assert "are compensated" not in said
