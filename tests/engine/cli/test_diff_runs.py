"""``floworch diff-runs``."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_runs_that_ended_alike_are_0(cli: Any, hello: Path) -> None:
    for name in ("one", "two"):
        cli("run", hello, "--set", "name=x", "--run-id", name)
    said = cli("diff-runs", "one", "two").stdout
    assert "one -> two: completed" in said
    assert "3 of 3 nodes ended alike." in said
    found = cli.json("diff-runs", "one", "two", "--json")
    assert (found["same"], found["first"], found["inputs"], found["outputs"]) == (True, None, [], [])


def test_other_inputs_show_where_the_runs_part(cli: Any, hello: Path) -> None:
    for name in ("one", "two"):
        cli("run", hello, "--set", f"name={name}", "--run-id", name)
    lines = cli("diff-runs", "one", "two", code=1).stdout.splitlines()
    assert '~ inputs.name: "one" -> "two"' in lines
    assert "~ node begin: completed  <- the first that differs" in lines
    assert "~ node greet: completed" in lines
    assert '    output.text: "Hello one" -> "Hello two"' in lines
    assert '~ outputs.greeting: "Hello one" -> "Hello two"' in lines
    found = cli.json("diff-runs", "one", "two", "--json", code=1)
    assert found["first"] == "begin"
    assert [node["node"] for node in found["nodes"]] == ["begin", "greet", "end"]


def test_a_failure_beside_a_success(cli: Any, failing: Path, tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    cli("run", failing, "--set", f"flag={tmp_path / 'there'}", "--run-id", "good")
    cli("run", failing, "--set", "flag=/nowhere", "--run-id", "bad", code=1)
    said = cli("diff-runs", "good", "bad", code=1).stdout
    assert "good -> bad: completed -> failed" in said
    assert "~ node check: completed -> failed  <- the first that differs" in said
    assert "~ node after: completed -> skipped" in said


def test_a_run_that_is_not_there_is_2(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "one")
    cli("diff-runs", "one", "nope", code=2)
