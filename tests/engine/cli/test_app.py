"""The command line as a whole: help, versions, start-up, and errors of any kind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from floworch.cli import app as cli_app
from floworch.errors import FlowError

#: Libraries that `floworch --help` must not load: with them it could not answer in 0.4 s (performance.md).
HEAVY = ("pydantic", "asyncio", "networkx", "flatbuffers", "sqlalchemy", "minijinja", "PySide6", "msgspec", "sqlite3",
         "rich")  # fmt: skip


def test_help_lists_every_verb(cli: Any) -> None:
    text = cli("--help").stdout
    assert all(verb in text for verb in cli_app.VERBS)


@pytest.mark.parametrize("verb", list(cli_app.VERBS))
def test_every_verb_has_help_with_its_name(cli: Any, verb: str) -> None:
    text = cli(verb, "--help").stdout
    assert f"floworch {verb}" in text or f"{verb} [OPTIONS]" in text


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom floworch.cli.app import run\nrun(['--help'])\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.stderr.write(repr(loaded))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]"


def test_a_verb_loads_only_itself() -> None:
    code = (
        "import sys\nfrom floworch.cli.app import run\nrun(['pause', '--help'])\n"
        "sys.stderr.write(repr('floworch.cli.pause' in sys.modules and 'floworch.cli.run' not in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "True"


def test_version(cli: Any) -> None:
    assert cli("--version").stdout.startswith("floworch 0.")


@pytest.mark.parametrize("arguments", [["nonsense"], ["run"], ["show", "a", "--colour"], ["runs", "--limit", "x"]])
def test_wrong_usage_is_2(cli: Any, arguments: list[str]) -> None:
    assert "Error" in cli(*arguments, code=2).stderr


def test_no_verb_shows_the_help(cli: Any) -> None:
    result = cli._runner.invoke(cli_app.app, [])
    assert result.exit_code == 2
    assert "validate" in result.output


def test_an_error_of_any_verb_is_a_message_and_its_exit_code(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class StrangeError(FlowError):
        exit_code = 5

    def fail(*_: Any) -> Any:
        raise StrangeError("It is strange.", "Do not worry.")

    monkeypatch.setattr("floworch.cli.support.stores.open_store", fail)
    said = cli("runs", code=5).stderr
    assert said == "Error: It is strange.\nHint: Do not worry.\n"


def test_a_bug_is_1_without_a_traceback(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("floworch.cli.support.stores.open_store", fail)
    assert "Unexpected ZeroDivisionError: oh" in cli("runs", code=1).stderr


def test_ctrl_c_before_a_run_is_130(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("floworch.cli.support.stores.open_store", interrupt)
    assert cli("runs", code=130).stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_a_reader_that_has_enough_is_no_error(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    process = cli.process("events", "h-1")
    process.stdout.close()
    said = process.stderr.read()
    assert process.wait() == 0
    assert said == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("words", "stream", "code"),
    [
        (["run", "HELLO", "--set", "name=x"], "stderr", 0),
        (["run", "HELLO", "--set", "name=x"], "stdout", 4),
        (["--help"], "stdout", 4),
        (["run", "--help"], "stdout", 4),
        (["run", "missing", "--json"], "stdout", 4),
    ],
)
def test_a_stream_that_takes_nothing_is_a_message_or_nothing(
    cli: Any, hello: Path, words: list[str], stream: str, code: int, unbuffered: str
) -> None:
    """Progress that cannot be shown is no reason to end a run; a result that cannot be written is one for code 4."""
    command = [sys.executable, "-m", "floworch", *(str(hello) if word == "HELLO" else word for word in words)]
    with open("/dev/full", "wb") as full:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: full}
        env = {**os.environ, **cli.env, "PYTHONUNBUFFERED": unbuffered}
        done = subprocess.run(command, env=env, timeout=60, check=False, **streams)
    assert done.returncode == code
    said = (done.stderr or b"").decode()
    assert "Traceback" not in said
    assert stream == "stderr" or "No space left on device (standard output)." in said
    if words[1:2] == ["HELLO"]:
        assert [run["status"] for run in cli.json("runs", "--json")] == ["completed"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_help_into_a_pipe_that_nobody_reads_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "floworch", "run", "--help"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_ctrl_c_while_the_program_is_loaded_is_130_and_no_traceback() -> None:
    code = """
import sys
class Pressed:
    def find_spec(self, name, *_):
        if name == "floworch.cli.app":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Pressed())
from floworch.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (130, b"Stopped before anything had begun.\n")


@pytest.mark.parametrize(("verb", "said"), [("run", b"Stopped before the run had begun"), ("events", b"")])
def test_ctrl_c_while_the_verb_is_loaded_is_told_of_a_run(verb: str, said: bytes) -> None:
    """(C15)"""
    code = f"""
import sys
class Pressed:
    def find_spec(self, name, *_):
        if name == "floworch.cli.{verb}":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Pressed())
sys.argv = ["floworch", "--debug", "{verb}", "x"]
from floworch.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert done.returncode == 130
    assert done.stderr.startswith(said)
    assert b"Traceback" not in done.stderr
    assert bool(done.stderr) is bool(said)


def test_run_returns_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_app.run(["--version"]) == 0
    assert cli_app.run(["nonsense"]) == 2
    assert capsys.readouterr().out.startswith("floworch ")


def test_the_module_runs_as_a_program() -> None:
    done = subprocess.run([sys.executable, "-m", "floworch", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("floworch ")


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["rnu"], "There is no command 'rnu'.", "Did you mean 'run'?"),
        (["actions", "lsit"], "There is no command 'lsit'.", "Did you mean 'list'?"),
        (["audit.flow.json"], "There is no command 'audit.flow.json'.", "Did you mean 'run audit.flow.json'?"),
        (["run"], "Missing argument 'FILE'.", "Write 'floworch run FILE'. floworch run --help lists what there is."),
        (
            ["runs", "--limit", "x"],
            "--limit x is no whole number.",
            "Write a whole number, 1 or more, such as --limit 10.",
        ),
        (["--nope"], "floworch has no option --nope.", "floworch --help lists what there is."),
        (["run", "a", "--evnts", "x"], "floworch run has no option --evnts.", "Did you mean '--events'?"),
        (
            ["serve", "a", "--port=99999"],
            "--port 99999 is out of range.",
            "Write a whole number from 0 to 65535, such as --port 8787.",
        ),
        (
            ["run", "a", "--run-id"],
            "--run-id needs a value.",
            "Write it behind --run-id, or leave both out. floworch run --help lists what there is.",
        ),
        (["run", "a", "--json=x"], "--json takes no value.", "Write --json alone."),
        (
            ["run", "a", "b c"],
            "floworch run has no place for 'b c'.",
            "A value with blanks needs quotes. floworch run --help lists what there is.",
        ),
        (
            ["export", "a"],
            "Missing option '--to'.",
            "Write 'floworch export FILE --to FORM'. floworch export --help lists what there is.",
        ),
    ],
)
def test_the_option_parser_speaks_as_every_other_error_does(
    cli: Any, arguments: list[str], error: str, hint: str
) -> None:
    """interfaces.md section 3: one message and one hint; for programs the same as JSON."""
    said = cli(*arguments, code=2).stderr.splitlines()
    if not {"--json=x", "--run-id", "export"} & set(arguments):
        told = cli.json(*arguments, "--json", code=2)["error"]
        assert (told["message"], told["hint"], told["exit_code"]) == (said[0].removeprefix("Error: "), hint, 2)
    assert len(said) == 2
    assert said[0].startswith(f"Error: {error}")
    assert said[1] == f"Hint: {hint}"


def test_a_number_in_the_environment_is_told_with_its_variable(cli: Any, hello: Path) -> None:
    cli.env["FLOWORCH_PORT"] = "abc"
    assert "FLOWORCH_PORT=abc is no whole number." in cli("serve", hello, code=2).stderr


def test_an_option_before_its_verb_is_shown_where_it_belongs(cli: Any) -> None:
    said = cli("--store", "my runs", "runs", "--limit", "3", code=2).stderr
    assert "Hint: Write it behind: floworch runs --limit 3 --store 'my runs'" in said


@pytest.mark.parametrize(
    ("words", "usage"),
    [(["run"], "run [OPTIONS] FILE"), (["signal"], "RUN NAME [JSON]"), (["secrets", "set"], "set [OPTIONS] NAME")],
)
def test_usage_lines_name_arguments_as_the_documentation_does(cli: Any, words: list[str], usage: str) -> None:
    assert f"{usage} " in " ".join(cli(*words, "--help").stdout.split())
