"""``floworch graph``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.cli.support import pictures


@pytest.mark.parametrize(("form", "begins"), [("mermaid", "flowchart LR"), ("dot", "digraph"), ("svg", "<svg ")])
def test_a_definition_is_drawn(cli: Any, hello: Path, form: str, begins: str) -> None:
    printed = cli("graph", hello, "--format", form).stdout
    assert printed.startswith(begins)
    picture = hello.with_suffix(".out")
    assert str(picture) in cli("graph", hello, "--format", form, "--output", picture).stderr
    assert picture.read_text() == printed
    if form == "mermaid":
        assert cli("graph", hello).stdout == printed


@pytest.mark.parametrize("verb", [("graph", "--format"), ("export", "--to")])
def test_png_and_pdf_need_the_designer_and_say_how_to_install_it(
    cli: Any, hello: Path, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, str]
) -> None:
    """interfaces.md section 3"""
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    for form in ("png", "pdf"):
        assert "pip install 'floworch[designer]'" in cli(verb[0], hello, verb[1], form, code=2).stderr


def test_bad_requests_are_2(cli: Any, hello: Path, tmp_path: Path) -> None:
    assert "gif" in cli("graph", hello, "--format", "gif", code=2).stderr
    cli("graph", tmp_path / "none.flow.json", code=2)
    (tmp_path / "bad.flow.json").write_text("{")
    cli("graph", tmp_path / "bad.flow.json", code=2)
