"""``floworch design``: the designer when it is there, how to get it when it is not."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from floworch.cli import design


@pytest.mark.parametrize("missing", ["PySide6", "qasync", "floworch_designer"])
def test_without_the_extra_it_says_how_to_install_it(cli: Any, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setattr(design, "find_spec", lambda name: None if name == missing else object())
    said = cli("design", code=2).stderr
    assert "pip install 'floworch[designer]'" in said


def test_the_designer_gets_the_file_and_the_store(cli: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[list[str]] = []
    module = ModuleType("floworch_designer.app.main")

    def main(arguments: list[str]) -> int:
        calls.append(arguments)
        if "--panel" in arguments:
            sys.stderr.write("There is no panel 'x'.\nKnown: log\n")
        return len(calls) - 1

    def parser() -> argparse.ArgumentParser:
        found = argparse.ArgumentParser("design")
        found.add_argument("--zoom", choices=("fit", "100"))
        found.parse_args = lambda arguments: found.parse_known_args(arguments)[0]  # type: ignore[method-assign, assignment]
        return found

    module.main, module.parser = main, parser  # type: ignore[attr-defined]
    for name in ("floworch_designer", "floworch_designer.app"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "floworch_designer.app.main", module)
    monkeypatch.setattr(design, "find_spec", lambda name: object())
    cli("design", tmp_path / "a.flow.json", "--store", tmp_path)
    cli("design", "--screenshot", "p.png", "--size", "800x600", "--theme", "light", code=1)
    assert calls[0] == [str(tmp_path / "a.flow.json"), "--store", str(tmp_path)]
    assert calls[1][:6] == ["--screenshot", "p.png", "--size", "800x600", "--theme", "light"]
    cli("design", "--in-process", "--select", "a", code=2)
    assert calls[2] == ["--select", "a", "--store", str(cli.store), "--in-process"]
    said = cli("design", "--zoom", "wide", code=2).stderr
    assert said.startswith("Error: Argument --zoom: invalid choice: 'wide'")
    assert "Hint: floworch design --help" in said
    assert len(calls) == 3
    said = cli("design", "--panel", "x", "--screenshot", "p.png", code=2).stderr
    assert said == "Error: There is no panel 'x'.\nHint: Known: log\n"
