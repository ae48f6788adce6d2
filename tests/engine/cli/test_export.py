"""``floworch export``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("form", ["mermaid", "svg", "dot", "python"])
def test_text_forms_are_printed_or_written(cli: Any, hello: Path, form: str) -> None:
    printed = cli("export", hello, "--to", form).stdout
    target = hello.with_suffix(".out")
    assert str(target) in cli("export", hello, "--to", form, "-o", target).stderr
    assert target.read_text() == printed
    if form == "python":
        assert 'WorkflowBuilder("hello")' in printed
    else:
        assert cli("graph", hello, "--format", form).stdout == printed


def test_a_file_that_is_there_stays_unless_forced(cli: Any, hello: Path) -> None:
    target = hello.with_suffix(".svg")
    target.write_text("mine")
    said = cli("export", hello, "--to", "svg", "-o", target, code=2).stderr
    assert "already there" in said
    assert "--force" in said
    assert target.read_text() == "mine"
    cli("export", hello, "--to", "svg", "-o", target, "--force")
    assert target.read_text().startswith("<svg ")


def test_bad_requests_are_2(cli: Any, hello: Path, tmp_path: Path) -> None:
    assert "mermaid, svg" in cli("export", hello, "--to", "gif", code=2).stderr
    cli("export", tmp_path / "none.flow.json", "--to", "svg", code=2)
    assert "--to" in cli("export", hello, code=2).stderr
    assert "folder" in cli("export", hello, "--to", "svg", "-o", tmp_path / "no" / "x.svg", code=2).stderr


def test_a_bundle_is_made_and_run(cli: Any, hello: Path, tmp_path: Path) -> None:
    said = cli("export", hello, "--to", "bundle").stderr
    bundle = tmp_path / "hello.zip"
    assert str(bundle) in said
    hello.unlink()
    for _ in range(2):
        shown = cli.json("run", bundle, "--set", "name=you", "--json")
        assert shown["outputs"] == {"greeting": "Hello you"}
    bundle.write_bytes(bundle.read_bytes()[:-30])
    assert "damaged" in cli("run", bundle, "--set", "name=you", code=2).stderr


def test_what_a_bundle_leaves_out_is_said(cli: Any, tmp_path: Path) -> None:
    made = tmp_path / "own.flow.json"
    made.write_text('{"id": "own", "nodes": {"a": {"action": "py:shop:total"}}}')
    said = cli("export", made, "--to", "bundle").stderr
    assert said.splitlines()[-1] == "Not in it, and needed where it runs: py:shop:total."
