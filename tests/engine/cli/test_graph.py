"""``floworch graph``."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(("form", "begins"), [("mermaid", "flowchart LR"), ("dot", "digraph"), ("svg", "<svg ")])
def test_a_definition_is_drawn(cli: Any, hello: Path, form: str, begins: str) -> None:
    printed = cli("graph", hello, "--format", form).stdout
    assert printed.startswith(begins)
    picture = hello.with_suffix(".out")
    assert str(picture) in cli("graph", hello, "--format", form, "--output", picture).stderr
    assert picture.read_text() == printed
    if form == "mermaid":
        assert cli("graph", hello).stdout == printed


def test_png_names_the_command_that_draws_it_or_the_one_that_installs_it(
    cli: Any, hello: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """interfaces.md section 3"""
    said = cli("graph", hello, "--format", "png", code=2).stderr
    assert "floworch design" in said or "pip install 'floworch[designer]'" in said
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "pip install 'floworch[designer]'" in cli("graph", hello, "--format", "png", code=2).stderr


def test_bad_requests_are_2(cli: Any, hello: Path, tmp_path: Path) -> None:
    assert "gif" in cli("graph", hello, "--format", "gif", code=2).stderr
    cli("graph", tmp_path / "none.flow.json", code=2)
    (tmp_path / "bad.flow.json").write_text("{")
    cli("graph", tmp_path / "bad.flow.json", code=2)
