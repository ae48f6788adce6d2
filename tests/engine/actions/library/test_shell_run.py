"""shell.run: real commands, real cancellation, messages that help (C4.5)."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from floworch.actions.library import shell_run as module
from floworch.actions.proctree import alive
from floworch.actions.registry import registry

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uses POSIX commands")


async def test_text_goes_to_the_shell_and_a_list_is_run_directly(act: Any) -> None:
    assert await act("shell.run", command="echo $((1 + 1)) | tr 2 3") == {"stdout": "3\n", "stderr": "", "code": 0}
    assert (await act("shell.run", command=["echo", "$HOME", "a b", 3]))["stdout"] == "$HOME a b 3\n"


async def test_lines_go_to_the_log_as_they_come(act: Any) -> None:
    await act("shell.run", command="echo one; echo two >&2")
    assert sorted(act.logs) == [("info", "one"), ("warning", "two")]
    act.logs.clear()
    await act("shell.run", command="echo one", stream_log=False)
    assert act.logs == []


@pytest.mark.parametrize(
    ("parse", "command", "value"),
    [
        ("lines", "printf 'a\\nb\\n'", ["a", "b"]),
        ("json", "echo '{\"a\": [1, 2.5]}'", {"a": [1, 2.5]}),
    ],
)
async def test_parse_adds_a_value(act: Any, parse: str, command: str, value: Any) -> None:
    assert (await act("shell.run", command=command, parse=parse))["value"] == value


@pytest.mark.parametrize(
    ("stdin", "seen"),
    [
        ("text é", "text é"),
        (b"bytes", "bytes"),
        ({"a": [1]}, '{"a": [1]}'),
        (None, ""),
        (12, "12"),
    ],
)
async def test_stdin_takes_text_bytes_and_values(act: Any, stdin: Any, seen: str) -> None:
    assert (await act("shell.run", command="cat", stdin=stdin))["stdout"] == seen


async def test_folder_and_environment(act: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONE", "here")
    command = 'pwd; echo "$ADDED"; echo "${GONE-removed}"; test -n "$PATH"'
    output = await act("shell.run", command=command, cwd=str(tmp_path), env={"ADDED": 5, "GONE": None})
    assert output["stdout"] == f"{tmp_path.resolve()}\n5\nremoved\n"  # noqa: ASYNC240


async def test_other_shells_and_encodings(act: Any) -> None:
    output = await act("shell.run", command="echo $0; printf '\\351'", shell="/bin/sh", encoding="latin-1")
    assert output["stdout"] == "/bin/sh\né"


async def test_bytes_that_are_no_utf8_are_shown_by_their_numbers(act: Any) -> None:
    assert (await act("shell.run", command="printf 'a\\377b'"))["stdout"] == "a\\xffb"


async def test_codes_can_be_allowed(act: Any) -> None:
    assert (await act("shell.run", command="exit 3", ok_codes=[0, 3]))["code"] == 3
    assert (await act("shell.run", command="exit 9", ok_codes=[]))["code"] == 9


@pytest.mark.parametrize(
    ("params", "kind", "message", "hint"),
    [
        (
            {"command": "echo 'no such order' >&2; exit 2"},
            "processing_error",
            "The command ended with exit code 2: no such order",
            "'ok_codes'",
        ),
        ({"command": "echo only; exit 1"}, "processing_error", "The command ended with exit code 1: only", ""),
        ({"command": "kill -9 $$"}, "processing_error", "The command ended with signal 9 (SIGKILL).", ""),
        ({"command": "no-such-program-x"}, "processing_error", "The command ended with exit code 127", "PATH"),
        ({"command": "/etc/passwd"}, "processing_error", "The command ended with exit code 126", "permissions"),
        (
            {"command": ["no-such-program-x"]},
            "not_found_error",
            "The program 'no-such-program-x' was not found.",
            "PATH",
        ),
        ({"command": ["/etc/passwd"]}, "permission_error", "The program '/etc/passwd' may not be run.", "chmod"),
        (
            {"command": ["echo", "a\0b"]},
            "validation_error",
            "The command, its folder or its environment holds a null character.",
            "stdin",
        ),
        (
            {"command": ["echo", "x" * 3_000_000]},
            "validation_error",
            "The command is too long for this system.",
            "stdin",
        ),
        ({"command": "true", "cwd": "/nope"}, "not_found_error", "The folder '/nope' to run in does not exist.", "cwd"),
        ({"command": " "}, "validation_error", "There is no command.", "list"),
        ({"command": []}, "validation_error", "There is no command.", "list"),
        (
            {"command": "echo x", "parse": "json"},
            "processing_error",
            "The output is not JSON: Expecting value: line 1 column 1 (char 0). It begins with: x",
            "JSON only",
        ),
        ({"command": "true", "parse": "json"}, "processing_error", "It begins with: nothing", ""),
        (
            {"command": "true", "env": {"A": [1]}},
            "validation_error",
            "env.A: a variable holds text, not list.",
            "to_json",
        ),
        ({"command": "true", "env": {"A=B": "1"}}, "validation_error", "env: 'A=B' cannot be the name", ""),
        (
            {"command": "true", "encoding": "klingon"},
            "validation_error",
            "There is no encoding named 'klingon'.",
            "utf-8",
        ),
        ({"command": "cat", "stdin": "é", "encoding": "ascii"}, "validation_error", "'stdin' cannot be written as", ""),
    ],
)
async def test_bad_input_is_said_in_words(act: Any, params: dict[str, Any], kind: str, message: str, hint: str) -> None:
    error = await act.error("shell.run", **params)
    assert error.kind == kind
    assert message in str(error)
    assert hint in error.hint


async def test_only_the_last_lines_of_a_long_complaint_are_shown(act: Any) -> None:
    error = await act.error("shell.run", command="seq 100 >&2; exit 1")
    assert str(error) == "The command ended with exit code 1: 96\n97\n98\n99\n100"


async def test_output_over_the_limit_is_cut_with_a_marker(act: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OUTPUT_LIMIT", 1000)
    output = await act("shell.run", command="head -c 5000 /dev/zero | tr '\\0' x", stream_log=False)
    assert output["stdout"] == "x" * 1000 + "\n... (4000 more bytes were printed and left out)\n"
    error = await act.error("shell.run", command="head -c 5000 /dev/zero", parse="json", stream_log=False)
    assert "was not read as JSON" in str(error)


async def test_a_timeout_kills_the_tree_and_the_loop_goes_on(act: Any) -> None:
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await act("shell.run", command="sleep 61 & sleep 61")
    assert time.monotonic() - started < 20
    pids = [child.pid for child in psutil.Process().children(recursive=True) if "61" in _arguments(child)]
    assert not [pid for pid in pids if alive(pid)]


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs the lifeline of Linux")
async def test_sigkill_of_the_engine_ends_the_command_too() -> None:
    script = textwrap.dedent("""
        import asyncio
        from floworch.actions.library.shell_process import run_program
        asyncio.run(run_program(["/bin/sh", "-c", "sleep 62 & echo $$ $!; wait"], limit=100,
                                on_line=lambda kind, line: print(line, flush=True)))
    """)
    engine = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)  # noqa: ASYNC220
    assert engine.stdout is not None
    pids = [int(word) for word in engine.stdout.readline().split()]
    assert all(alive(pid) for pid in pids)
    engine.kill()
    engine.wait()
    engine.stdout.close()
    async with asyncio.timeout(30):
        while [pid for pid in pids if alive(pid)]:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def test_the_static_check_and_the_spec(act: Any) -> None:
    assert [issue.message for issue in act.issues("shell.run", command="")] == ["There is no command."]
    assert act.issues("shell.run", command="{{ inputs.x }}") == []
    spec = registry.find_action("shell.run")
    assert spec is not None
    assert (spec.effect, spec.run_on, spec.capabilities, spec.subtitle) == (
        "unsafe",
        "loop",
        frozenset({"process"}),
        "command",
    )
    assert set(spec.output_schema["properties"]) == {"stdout", "stderr", "code", "value"}
    assert spec.check_params(spec.example) == []
    json.dumps(spec.params.model_json_schema())
