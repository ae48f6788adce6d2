"""``-`` in place of a file (interfaces.md section 3): the inputs, or the definition, from standard input."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from floworch.cli.support.stdin import is_stdin, read_stdin
from floworch.errors import UsageError


class Typed(io.TextIOWrapper):
    """Standard input of a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Any:
    def put(data: bytes, kind: type[io.TextIOWrapper] = io.TextIOWrapper) -> None:
        monkeypatch.setattr("sys.stdin", kind(io.BytesIO(data)))

    return put


def test_only_the_one_word_is_standard_input() -> None:
    assert is_stdin(Path("-"))
    assert not is_stdin(Path("folder/-"))
    assert not is_stdin(None)


def test_everything_is_read_up_to_the_limit(pipe: Any) -> None:
    """(C13)"""
    pipe(b"12345")
    assert read_stdin("x", 5, "pipe it") == b"12345"
    pipe(b"123456")
    with pytest.raises(UsageError, match="more than 5 bytes"):
        read_stdin("x", 5, "pipe it")


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_nothing_is_told_with_an_example(pipe: Any, data: bytes) -> None:
    pipe(data)
    with pytest.raises(UsageError, match="is empty, where '-' looks for the inputs") as caught:
        read_stdin("the inputs", 5, "echo x | floworch run")
    assert caught.value.hint == "Such as: echo x | floworch run"


def test_somebody_at_a_terminal_is_told_what_is_waited_for(pipe: Any, capsys: pytest.CaptureFixture[str]) -> None:
    pipe(b"{}", Typed)
    read_stdin("the inputs", 5, "")
    assert capsys.readouterr().err == "Type the inputs here, and end it with Ctrl+D.\n"


def test_inputs_are_piped_into_a_run_and_settings_win(cli: Any, hello: Path) -> None:
    given = {"name": "pipe", "times": 2}
    shown = json.loads(cli.piped(json.dumps(given), "run", hello, "--inputs", "-", "--set", "times=3", "--json").stdout)
    assert shown["inputs"] == {"name": "pipe", "times": 3}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("[]", "does not hold a JSON object"),
        ("{} {}", "is not JSON"),
        ('{"nme": 1}', "no input 'nme'"),
    ],
)
def test_inputs_that_do_not_fit_are_2(cli: Any, hello: Path, text: str, says: str) -> None:
    assert says in cli.piped(text, "run", hello, "--inputs", "-", code=2).stderr


def test_a_definition_is_piped_into_run_and_validate(cli: Any, hello: Path) -> None:
    text = hello.read_text()
    assert json.loads(cli.piped(text, "run", "-", "--set", "name=x").stdout) == {"greeting": "Hello x"}
    assert cli.piped(text, "validate", "-").stdout == "Standard input is valid.\n"
    assert json.loads(cli.piped('{"id": "w"}', "validate", "-", "--json", code=2).stdout)["problems"]


def test_a_definition_from_nowhere_has_no_actions_beside_it(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """(actions.md 5) What a definition in a file would ask trust for is not known to one without a file."""
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "mine.py").write_text("from floworch import action\n@action('t.beside')\ndef f(): ...\n")
    monkeypatch.chdir(tmp_path)
    definition = {"id": "w", "nodes": {"a": {"action": "t.beside"}}}
    assert "no action 't.beside'" in cli.piped(json.dumps(definition), "run", "-", code=2).stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty, where '-' looks for the definition"),
        ('{"id":', "Standard input cannot be read"),
        ("[]", "object"),
    ],
)
def test_a_definition_that_is_none_is_2(cli: Any, text: str, says: str) -> None:
    assert says in cli.piped(text, "run", "-", code=2).stderr


def test_standard_input_is_one_thing(cli: Any) -> None:
    assert "cannot be both" in cli.piped("{}", "run", "-", "--inputs", "-", code=2).stderr


def test_what_needs_trust_is_not_told_to_look_at_a_file(cli: Any) -> None:
    """(interfaces.md 3)"""
    cli.env["FLOWORCH_REQUIRE_TRUST"] = "1"
    definition = {"id": "w", "nodes": {"a": {"action": "python.code", "params": {"code": "1"}}}}
    said = cli.piped(json.dumps(definition), "run", "-", code=5).stderr
    assert "Save it to a file" in said
    cli.piped(json.dumps(definition), "run", "-", "--trust")
