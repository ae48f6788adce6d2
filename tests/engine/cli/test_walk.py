"""Every verb with what should not be given to it: one message, its exit code, JSON where asked for, no traceback."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from floworch.cli.app import VERBS, app

#: Verbs that read a definition, with what they need besides.
OF_FILES: dict[str, tuple[str, ...]] = {
    "run": (), "serve": (), "validate": (), "inspect": (), "trust": (), "fmt": (), "graph": (),
    "export": ("--to", "python"), "import": (), "diff": ("other.flow.json",),
}  # fmt: skip
#: Verbs that read a run, with what they need besides.
OF_RUNS: dict[str, tuple[str, ...]] = {
    "resume": (), "retry": (), "step": (), "pause": (), "cancel": (), "signal": ("name",), "approve": ("node",),
    "reject": ("node",), "submit": ("node", "{}"), "show": (), "logs": (), "events": (), "diff-runs": ("other",),
}  # fmt: skip
BAD: dict[str, bytes] = {"empty": b"", "binary": bytes(range(256)), "half": b'{"id": "x",', "list": b"[]"}


def test_every_verb_is_walked_or_needs_neither_file_nor_run() -> None:
    others = {"design", "demo", "worker", "runs", "prune", "untrust", "schema", "new", "actions", "secrets",
              "connections", "cluster", "doctor", "bench"}  # fmt: skip
    assert set(VERBS) == set(OF_FILES) | set(OF_RUNS) | others


@pytest.mark.parametrize("verb", OF_FILES)
def test_a_verb_says_what_is_wrong_with_a_file(cli: Any, tmp_path: Path, verb: str) -> None:
    (tmp_path / "folder").mkdir()
    files = [tmp_path / "missing.flow.json", *([] if verb in {"trust", "serve"} else [tmp_path / "folder"])]
    for name, data in BAD.items():
        files.append(tmp_path / f"{name} ü ☃.flow.json")
        files[-1].write_bytes(data)
    for file in files:
        result = cli(verb, file, *OF_FILES[verb], code=2)
        if verb != "validate" or file.name.startswith(("missing", "folder")):
            assert result.stderr.count("Error: ") == 1, result.stderr
        said = result.stderr + result.stdout
        assert said.strip()
        assert ".." not in said.replace("...", "")
        if "--json" in _options(verb):
            assert cli.json(verb, file, *OF_FILES[verb], "--json", code=2)


@pytest.mark.parametrize("verb", OF_RUNS)
def test_a_verb_says_that_there_is_no_such_run_and_makes_no_store(cli: Any, verb: str) -> None:
    """interfaces.md section 3: ``--store`` and ``--json`` are accepted by every verb that reads a run."""
    result = cli(verb, "nobody", *OF_RUNS[verb], code=2)
    assert result.stderr.startswith("Error: There is no run 'nobody'")
    error = cli.json(verb, "nobody", *OF_RUNS[verb], "--json", code=2)["error"]
    assert error["exit_code"] == 2
    assert "There is no store at that place yet" in error["hint"]
    assert not cli.store.exists()


@pytest.mark.parametrize("verb", [*OF_FILES, *OF_RUNS])
def test_a_verb_without_what_it_needs_says_how_it_is_written(cli: Any, verb: str) -> None:
    said = cli(verb, code=2).stderr
    assert said.startswith("Error: ")
    assert "Hint: " in said


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes")
def test_a_name_that_is_no_text_is_told(cli: Any, hello: Path) -> None:
    odd = os.fsdecode(os.fsencode(hello.parent) + b"/gr\xfcn.flow.json")
    os.rename(hello, odd)
    said = cli("run", odd, "--set", "name=x", code=2).stderr
    assert "no text in the encoding of this system" in said
    assert "Rename it" in said


def _options(verb: str) -> set[str]:
    group = typer.main.get_command(app)
    command = group.get_command(typer.Context(group), verb)  # type: ignore[attr-defined]
    return {option for param in command.params for option in param.opts}
