"""``floworch untrust``: trust taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_by_content_by_path_and_nothing(cli: Any, hello: Path, tmp_path: Path) -> None:
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    cli("trust", hello)
    moved = hello.rename(tmp_path / "moved.flow.json")
    assert "not trusted any more" in cli("untrust", moved).stderr
    assert cli.json("trust", "--list", "--json") == []
    cli("trust", moved, tmp_path)
    moved.write_text("{")
    cli("untrust", moved, tmp_path)
    assert "was not trusted" in cli("untrust", moved, code=2).stderr
