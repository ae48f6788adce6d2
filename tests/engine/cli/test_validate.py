"""``floworch validate``: valid, invalid, unreadable."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_a_valid_definition(cli: Any, hello: Path) -> None:
    assert cli.json("validate", hello, "--json")["valid"] is True
    assert "is valid" in cli("validate", hello).stdout


def test_warnings_keep_it_valid(cli: Any) -> None:
    """(C15)"""
    file = cli.file(
        {
            "id": "w",
            "nodes": {
                "a": {"action": "data.set", "params": {"fields": {"k": 1}, "target": "data"}},
                "b": {"action": "data.set", "params": {"fields": {"k": 2}, "target": "data"}},
            },
            "edges": [],
        }
    )
    found = cli.json("validate", file, "--json")
    assert found["valid"] is True
    assert all(problem["severity"] == "warning" for problem in found["problems"])


def test_an_invalid_one_in_the_shape_that_scripts_rely_on(cli: Any) -> None:
    """interfaces.md section 4."""
    file = cli.file({"id": "x", "nodes": {"a": {"action": "util.lgo"}}, "edges": []})
    found = cli.json("validate", file, "--json", code=2)
    assert found["valid"] is False
    (problem,) = [each for each in found["problems"] if each["code"] == "unknown_action"]
    assert set(problem) == {"code", "severity", "path", "node", "message", "fix"}
    assert problem["path"] == "nodes.a.action"
    text = cli("validate", file, code=2).stdout
    assert "error nodes.a.action: " in text
    assert "is invalid: 1 error(s)" in text


def test_text_that_is_no_definition(cli: Any, tmp_path: Path) -> None:
    file = tmp_path / "x.flow.json"
    file.write_text("{")
    assert cli.json("validate", file, "--json", code=2)["valid"] is False


def test_several_files(cli: Any, hello: Path, gate: Path) -> None:
    broken = cli.file({"id": "x", "nodes": {"a": {"action": "util.lgo"}}, "edges": []})
    text = cli("validate", hello, broken, gate, code=2).stdout
    assert f"{hello} is valid" in text
    assert f"{broken} is invalid" in text
    assert f"{gate} is valid" in text
    found = cli.json("validate", hello, broken, "--json", code=2)
    assert found["valid"] is False
    assert [(each["file"], each["valid"]) for each in found["files"]] == [(str(hello), True), (str(broken), False)]
    assert found["files"][1]["problems"][0]["code"] == "unknown_action"
    assert cli.json("validate", hello, gate, "--json")["valid"] is True
