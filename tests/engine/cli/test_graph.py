"""``floworch graph``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from floworch import load
from floworch.cli.support import pictures
from floworch.model.pictures.svg import to_svg


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
def test_edges_of_a_picture_are_drawn_in_right_angles_as_on_the_canvas(
    cli: Any, tmp_path: Path, verb: tuple[str, str]
) -> None:
    nodes = {name: {"action": "util.log", "params": {"message": name}} for name in "abc"}
    edges = [{"from": "a", "to": "b"}, {"from": "a", "to": "c"}]
    file = tmp_path / "w.flow.json"
    file.write_text(json.dumps({"id": "w", "nodes": nodes, "edges": edges}))
    curved, square = (cli(verb[0], file, verb[1], "svg", *more).stdout for more in ((), ("--square",)))
    assert square == to_svg(load(file), square=True) != curved == to_svg(load(file))
    for form in ("mermaid", "dot"):
        assert "svg" in cli(verb[0], file, verb[1], form, "--square", code=2).stderr


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
