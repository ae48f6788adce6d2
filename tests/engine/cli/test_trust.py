"""``floworch trust``: content, folders, single secrets; the list of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_a_definition_a_folder_and_a_secret(cli: Any, hello: Path, gate: Path, tmp_path: Path) -> None:
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    assert "Nothing is trusted yet" in cli("trust", "--list").stderr
    assert "is trusted as it is now" in cli("trust", hello).stderr
    assert "may use TOKEN" in cli("trust", gate, "--secret", "TOKEN").stderr
    assert "also what is written there later" in cli("trust", tmp_path).stderr
    listed = cli.json("trust", "--list", "--json")
    assert [each.get("path") or each.get("folder") for each in listed] == [str(hello), str(gate), str(tmp_path)]
    assert listed[1]["secrets"] == ["TOKEN"]
    assert not any("mac" in each for each in listed)
    assert "TOKEN" in cli("trust", "--list").stdout


def test_json_tells_the_content_for_continuous_integration(cli: Any, hello: Path, tmp_path: Path) -> None:
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    (done,) = cli.json("trust", hello, "--json")
    assert done["digest"] == cli.json("inspect", hello, "--json")["digest"]


def test_wrong_use(cli: Any, tmp_path: Path) -> None:
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    assert "Nothing was named" in cli("trust", code=2).stderr
    assert "one definition" in cli("trust", tmp_path, "--secret", "A", code=2).stderr
    cli("trust", tmp_path / "missing.flow.json", code=2)
