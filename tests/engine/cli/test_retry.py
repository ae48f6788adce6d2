"""``floworch retry``: failed steps again, completed ones stay (C7.9)."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_a_failed_run_goes_on_where_it_failed(cli: Any, failing: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    cli("run", failing, "--set", f"flag={flag}", "--run-id", "f-1", code=1)
    cli("retry", "f-1", code=1)
    flag.touch()
    shown = cli.json("retry", "f-1", "--json")
    assert shown["status"] == "completed"
    assert shown["nodes"]["before"]["attempts"] == 1
    assert shown["nodes"]["after"]["status"] == "completed"


def test_a_run_that_has_not_failed_cannot_be_retried(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    result = cli("retry", "h-1", code=2)
    assert "completed" in result.stderr
    assert "Hint:" in result.stderr


def test_a_run_that_was_compensated_is_not_retried_and_nobody_says_it_could_be(cli: Any) -> None:
    """C7.9"""
    undo = {"action": "util.log", "params": {"message": "undo"}}
    nodes = {
        "a": {"action": "data.set", "params": {"fields": {}}, "compensate": undo},
        "b": {"action": "flow.fail", "params": {"message": "no"}},
    }
    file = cli.file({"id": "saga", "nodes": nodes, "edges": [{"from": "a", "to": "b"}]})
    said = cli("run", file, "--run-id", "s-1", code=1).stderr
    assert "undone: a" in said
    assert "floworch retry" not in said
    assert "was compensated" in cli("retry", "s-1", code=2).stderr
