"""``floworch new``: something to begin with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from floworch.cli.new import EMPTY, examples


def test_list_names_every_example(cli: Any) -> None:
    text = cli("new").stdout
    assert all(name in text for name in examples())
    assert "hello" in text


def test_every_example_is_valid_and_the_empty_one_runs(cli: Any, tmp_path: Path) -> None:
    for name in examples():
        file = tmp_path / f"{name}.flow.json"
        cli("new", name, "--output", file)
        cli("validate", file)
    cli("run", tmp_path / f"{EMPTY}.flow.json")


def test_the_id_follows_the_file_name(cli: Any, tmp_path: Path) -> None:
    file = tmp_path / "My Orders!.flow.json"
    cli("new", EMPTY, "-o", file)
    assert json.loads(file.read_text())["id"] == "my-orders"


def test_the_name_of_a_file_alone_is_one_to_begin_with(cli: Any, tmp_path: Path) -> None:
    file = tmp_path / "hello.flow.json"
    cli("new", file)
    cli("validate", file)
    assert json.loads(file.read_text())["id"] == "hello"
    assert "--force" in cli("new", file, code=2).stderr


def test_a_file_is_never_replaced_unasked(cli: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.flow.json"
    file.write_text("mine")
    assert "--force" in cli("new", EMPTY, "-o", file, code=2).stderr
    assert file.read_text() == "mine"
    cli("new", EMPTY, "-o", file, "--force")
    assert file.read_text() != "mine"


def test_an_unknown_example_is_2(cli: Any) -> None:
    assert EMPTY in cli("new", "zzz", code=2).stderr
