"""``floworch runs``: newest first, filtered, for people and for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_an_empty_store(cli: Any) -> None:
    assert cli.json("runs", "--json") == []
    result = cli("runs")
    assert result.stdout == ""
    assert result.stderr == "There are no runs yet.\n"
    assert cli("runs", "--status", "failed").stderr == "There are no such runs.\n"


def test_shape_order_and_filters(cli: Any, hello: Path, failing: Path) -> None:
    """interfaces.md section 4."""
    for number in (1, 2):
        cli("run", hello, "--set", "name=x", "--run-id", f"h-{number}")
    cli("run", failing, "--set", "flag=/nowhere", "--run-id", "f-1", code=1)
    listed = cli.json("runs", "--json")
    assert [run["run_id"] for run in listed] == ["f-1", "h-2", "h-1"]
    assert set(listed[0]) == {"run_id", "workflow", "status", "started_at", "duration"}
    assert [run["run_id"] for run in cli.json("runs", "--status", "failed", "--json")] == ["f-1"]
    assert [run["run_id"] for run in cli.json("runs", "--workflow", "hello", "--limit", "1", "--json")] == ["h-2"]
    assert [run["run_id"] for run in cli.json("runs", "--search", "h-1", "--json")] == ["h-1"]
    text = cli("runs").stdout.splitlines()
    assert text[0].split()[:3] == ["run", "status", "workflow"]
    assert text[1].split()[:3] == ["f-1", "failed", "failing"]


def test_an_unknown_status_is_2(cli: Any) -> None:
    assert "completed" in cli("runs", "--status", "fine", code=2).stderr
