"""``floworch runs``: newest first, filtered, for people and for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_an_empty_store(cli: Any) -> None:
    said = f"There is no store at {cli.store} yet.\n"
    result = cli("runs", "--json")
    assert (result.stdout, result.stderr) == ("[]\n", said)
    result = cli("runs")
    assert (result.stdout, result.stderr) == ("", said)
    cli.store.mkdir()
    assert cli("runs").stderr == "There are no runs yet.\n"
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


def test_runs_since_a_time_or_a_date_and_with_a_text(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    for since in ("1h", "2020-01-31", "2020-01-31T10:00:00+02:00", "2020-01-31 10:00:00 +01:00"):
        assert [run["run_id"] for run in cli.json("runs", "--since", since, "--json")] == ["h-1"]
    assert cli.json("runs", "--since", "2999-01-01", "--json") == []
    assert [run["run_id"] for run in cli.json("runs", "--text", "HEL", "--json")] == ["h-1"]
    assert "neither a time nor a date" in cli("runs", "--since", "yesterday", code=2).stderr
