"""Which store a command works on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.cli.support.stores import open_store, store_directory, store_flag


def test_given_or_the_user_data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store_directory(tmp_path) == tmp_path
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert store_directory(None).name == "store"
    assert "floworch" in store_directory(None).parts


def test_opening_makes_nothing_yet(tmp_path: Path) -> None:
    assert open_store(tmp_path / "s").list() == []
    assert not (tmp_path / "s").exists()


def test_the_flag_is_left_out_when_the_next_command_finds_the_store_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FLOWORCH_STORE", raising=False)
    assert store_flag(None) == ""
    assert store_flag(Path("/a b")) == " --store '/a b'"
    monkeypatch.setenv("FLOWORCH_STORE", "/a b")
    assert store_flag(Path("/a b")) == ""


def test_command_line_before_environment(cli: Any, hello: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    cli("run", hello, "--set", "name=x", "--run-id", "h-1", "--store", other)
    assert cli.json("runs", "--json") == []
    assert len(cli.json("runs", "--json", "--store", other)) == 1


def test_a_file_is_no_store_and_an_empty_name_is_none(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "afile").write_text("mine")
    said = cli("runs", "--store", tmp_path / "afile", code=4).stderr
    assert said.startswith(f"Error: {tmp_path / 'afile'} is a file, not a folder.\nHint: ")
    assert cli("runs", "--store", "", code=2).stderr.startswith("Error: --store is empty.\nHint: ")
