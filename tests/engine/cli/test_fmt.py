"""``floworch fmt``: one form, whatever it was before."""

from __future__ import annotations

from pathlib import Path
from typing import Any


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
