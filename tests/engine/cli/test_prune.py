"""``floworch prune``: by age and number, never what has not ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def listed(cli: Any) -> set[str]:
    return {run["run_id"] for run in cli.json("runs", "--json")}


def test_a_dry_run_removes_nothing_and_the_real_one_what_it_said(cli: Any, hello: Path, failing: Path) -> None:
    for number in (1, 2, 3):
        cli("run", hello, "--set", "name=x", "--run-id", f"h-{number}")
    cli("run", failing, "--set", "flag=/nowhere", "--run-id", "f-1", code=1)
    dry = cli("prune", "--keep", "1", "--dry-run")
    assert dry.stdout.split() == ["h-1", "h-2"]
    assert dry.stderr == "2 runs would be removed.\n"
    assert listed(cli) == {"h-1", "h-2", "h-3", "f-1"}
    assert cli.json("prune", "--keep", "1", "--json") == {
        "dry_run": False,
        "removed": ["h-1", "h-2"],
        "kept": [],
        "artifacts_removed": 0,
    }
    assert listed(cli) == {"h-3", "f-1"}
    assert cli("prune", "--older-than", "0s", "--status", "failed").stderr == "1 run removed.\n"
    assert cli("prune", "--older-than", "1d").stderr == "0 runs removed.\n"
    assert listed(cli) == {"h-3"}


def test_what_is_not_understood_is_2_and_removes_nothing(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    assert "--older-than 30d" in cli("prune", "--status", "failed", code=2).stderr
    assert "30d" in cli("prune", "--older-than", "soon", code=2).stderr
    assert "cancelled" in cli("prune", "--keep", "0", "--status", "paused", code=2).stderr
    assert listed(cli) == {"h-1"}


def test_an_empty_store_is_fine(cli: Any) -> None:
    assert cli("prune", "--keep", "5").stderr == "0 runs removed.\n"


def test_without_a_limit_every_run_stays(cli: Any, hello: Path) -> None:
    """interfaces.md section 3 names ``prune`` and ``prune --dry-run`` alone; what no run refers to is cleared away."""
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    assert cli("prune", "--dry-run").stderr.splitlines()[0] == "0 runs would be removed."
    assert "--older-than 30d" in cli("prune").stderr
    assert cli.json("prune", "--json")["removed"] == []
    assert listed(cli) == {"h-1"}
