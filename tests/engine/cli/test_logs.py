"""``floworch logs``: what steps said."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_lines_of_a_run_and_of_one_node(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    lines = cli("logs", "h-1").stdout.splitlines()
    assert [line.split(": ")[-1] for line in lines] == ["about to greet x", "done"]
    assert "info" in lines[0]
    assert "begin" in lines[0]
    assert len(cli("logs", "h-1", "end").stdout.splitlines()) == 1
    (entry,) = cli.json("logs", "h-1", "end", "--json")
    assert (entry["node"], entry["level"], entry["message"]) == ("end", "info", "done")
    assert cli("logs", "h-1", "greet").stdout == ""


def test_an_unknown_node_is_2(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    assert "greet" in cli("logs", "h-1", "zzz", code=2).stderr
