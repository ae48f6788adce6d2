"""``floworch fmt``: one form, whatever it was before."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.registry import registry


def test_files_are_rewritten_once(cli: Any, hello: Path, gate: Path) -> None:
    before = hello.read_bytes()
    cli("fmt", hello, gate, "--check", code=1)
    assert hello.read_bytes() == before
    assert "written" in cli("fmt", hello, gate).stderr
    once = hello.read_bytes()
    assert once != before
    assert cli("fmt", hello, gate).stderr == ""
    assert hello.read_bytes() == once
    cli("fmt", hello, gate, "--check")


def test_several_files_and_one_that_is_bad(cli: Any, hello: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.flow.json"
    bad.write_text("{")
    assert "bad.flow.json" in cli("fmt", bad, hello, code=2).stderr
    assert bad.read_text() == "{"


def test_upgrade_writes_the_parameters_of_today(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    own = dataclasses.replace(
        registry.resolve("util.log"), id="tests.log", version=2,
        migrate={1: lambda params: {"message": params["text"]}},
    )  # fmt: skip
    monkeypatch.setitem(registry._actions, "tests.log", own)
    file = cli.file({"format": 1, "id": "w", "nodes": {"a": {"action": "tests.log", "params": {"text": "hi"}}}})
    cli("fmt", file)
    assert "version" not in file.read_text()
    cli("fmt", "--upgrade", file)
    node = json.loads(file.read_text())["nodes"]["a"]
    assert node == {"action": "tests.log", "version": 2, "params": {"message": "hi"}}
    broken = file.read_text().replace('"version": 2', '"version": 3')
    file.write_text(broken)
    cli("fmt", "--upgrade", file, code=2)
    assert file.read_text() == broken
