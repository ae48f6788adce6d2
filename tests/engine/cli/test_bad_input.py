"""Every bad input: one clear message with place and hint, the documented exit code, nothing lost, no traceback."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("verb", ["run", "validate", "fmt"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ('{"id": "x",', "Line 1"),
        ("[]", "object"),
        ('{"id": "x", "id": "y", "nodes": {}}', "id"),
        ('{"id": "x", "nodes": 7}', "nodes"),
        ("\x00\x01", "Line 1, column 1"),
    ],
)
def test_a_malformed_definition_is_2(cli: Any, tmp_path: Path, verb: str, text: str, says: str) -> None:
    file = tmp_path / "bad.flow.json"
    file.write_text(text)
    result = cli(verb, file, code=2)
    assert says in result.stderr + result.stdout
    assert file.read_text() == text


@pytest.fixture
def invalid(cli: Any) -> Path:
    return cli.file(
        {
            "id": "bad",
            "nodes": {
                "a": {"action": "util.log", "params": {"message": "m"}},
                "b": {"action": "util.lgo"},
                "c": {"action": "util.log", "params": {"message": "{{ nodes.zzz.output }}"}},
            },
            "edges": [{"from": "a", "to": "c"}, {"from": "c", "to": "a"}, {"from": "a", "to": "nowhere"}],
        }
    )


def test_an_invalid_definition_is_2_and_lists_every_problem(cli: Any, invalid: Path) -> None:
    """(C2.1) Unknown action, cycle, unknown nodes: all at once, with the place of each."""
    said = cli("run", invalid, code=2).stderr
    assert "util.lgo" in said
    assert "util.log" in said  # did you mean
    assert "edges[2]" in said
    assert "zzz" in said
    assert cli.json("runs", "--json") == []
    found = cli.json("validate", invalid, "--json", code=2)
    assert found["valid"] is False
    assert {"unknown_action", "cycle"} <= {problem["code"] for problem in found["problems"]}


def test_a_missing_file_is_2(cli: Any, tmp_path: Path) -> None:
    for verb in ("run", "validate", "fmt"):
        assert "There is no file" in cli(verb, tmp_path / "nowhere.flow.json", code=2).stderr
    assert "folder" in cli("run", tmp_path, code=2).stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "../x"),
        ("show", "a/b", "--json"),
        ("events", "a/b"),
        ("events", "a/b", "--follow"),
        ("logs", ".."),
        ("resume", "a/b"),
        ("retry", "a/b"),
        ("pause", "a/b"),
        ("cancel", "a/b"),
        ("approve", "a/b", "n"),
        ("reject", "a/b", "n"),
        ("signal", "a/b", "n"),
    ],
)
def test_a_run_id_with_a_slash_is_2(cli: Any, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """(C13)"""
    assert "is not a run id" in cli(*arguments, code=2).stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "nope"),
        ("events", "nope"),
        ("events", "nope", "--follow"),
        ("logs", "nope"),
        ("resume", "nope"),
        ("retry", "nope"),
        ("pause", "nope"),
        ("cancel", "nope"),
        ("approve", "nope", "n"),
        ("reject", "nope", "n"),
        ("signal", "nope", "n"),
    ],
)
def test_an_unknown_run_is_2(cli: Any, arguments: tuple[str, ...]) -> None:
    assert "nope" in cli(*arguments, code=2).stderr


def test_a_store_that_is_a_file_is_4(cli: Any, hello: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    result = cli("run", hello, "--set", "name=x", "--store", file, code=4)
    assert str(file) in result.stderr
    assert "Hint:" in result.stderr
    assert file.read_text() == "mine"
    assert str(file) in cli("run", hello, "--set", "name=x", "--store", file, "--detach", code=4).stderr


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a directory that nobody can write")
def test_a_store_that_cannot_be_written_is_4(cli: Any, hello: Path) -> None:
    for more in ([], ["--detach"]):
        result = cli("run", hello, "--set", "name=x", "--store", "/proc/floworch", *more, code=4)
        assert "/proc/floworch" in result.stderr
        assert "--store" in result.stderr


def test_a_corrupt_journal_is_4_with_file_and_offset_and_changes_nothing(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    (journal,) = (cli.store / "runs" / "h-1").glob("journal-*")
    data = bytearray(journal.read_bytes())
    data[60] ^= 0x40
    journal.write_bytes(data)
    for arguments in (("show", "h-1"), ("events", "h-1"), ("resume", "h-1"), ("retry", "h-1"), ("logs", "h-1")):
        said = cli(*arguments, code=4).stderr
        assert str(journal) in said
        assert "byte" in said
        assert "floworch doctor" in said
    assert journal.read_bytes() == data
    assert cli.json("doctor", "--json", code=4)["store"]["findings"][0]["run_id"] == "h-1"


BIG: dict[str, Any] = {
    "id": "big",
    "nodes": {f"n{i}": {"action": "data.set", "params": {"fields": {"text": str(i) * 40000}}} for i in range(8)},
    "edges": [{"from": f"n{i}", "to": f"n{i + 1}"} for i in range(7)],
}


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a small memory disk, or makes it larger; skips where this process may not."""
    mount = shutil.which("mount")
    if sys.platform != "linux" or os.geteuid() != 0 or mount is None:
        pytest.skip("needs root to mount a small disk")
    where = tmp_path / "disk"
    where.mkdir()

    def make(size: str) -> Path:
        remount = "remount," if os.path.ismount(where) else ""
        done = subprocess.run(
            [str(mount), "-t", "tmpfs", "-o", f"{remount}size={size},mode=0700", "tmpfs", str(where)],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"cannot mount: {done.stderr.decode()}")
        return where

    yield make
    if os.path.ismount(where):
        subprocess.run(["umount", "-l", str(where)], check=False)


def test_a_full_disk_pauses_the_run_is_4_and_loses_nothing(cli: Any, tiny_disk: Callable[[str], Path]) -> None:
    """journal.md section 4: the run stops cleanly as paused with the reason, exit code 4, and resumes later."""
    store = tiny_disk("640k") / "store"
    cli.env["FLOWORCH_STORE"] = str(store)
    result = cli("run", cli.file(BIG), "--run-id", "b-1", code=4)
    assert "No space left" in result.stderr or "full" in result.stderr
    assert "Hint:" in result.stderr
    shown = cli.json("show", "b-1", "--json")
    assert shown["status"] in {"paused", "interrupted"}
    done = [name for name, node in shown["nodes"].items() if node["status"] == "completed"]
    assert done
    tiny_disk("8m")
    cli("resume", "b-1")
    after = cli.json("show", "b-1", "--json")
    assert after["status"] == "completed"
    assert all(after["nodes"][name]["attempts"] == 1 for name in done)
    assert after["nodes"]["n7"]["output"] == {"text": "7" * 40000}


def test_a_write_that_fails_is_4_wherever_it_happens(cli: Any, hello: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same without a real disk: the operating system says no."""

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/disk/journal")

    monkeypatch.setattr("floworch.store.journal.store.FlatBuffersStore.create", full)
    result = cli("run", hello, "--set", "name=x", code=4)
    assert "No space left on device (/disk/journal)" in result.stderr
    assert "Free some space" in result.stderr


def test_inputs_that_are_no_json_object_are_2(
    cli: Any, hello: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "in.json"
    for text, says in (("{", "is not JSON"), ("[1]", "does not hold a JSON object"), ("[" * 100_000, "is not JSON")):
        file.write_text(text)
        assert says in cli("run", hello, "--inputs", file, code=2).stderr
    monkeypatch.setattr("floworch.cli.support.inputs.MAX_INPUTS", 10)
    file.write_text(json.dumps({"name": "longer than that"}))
    assert "is larger than 10 bytes" in cli("run", hello, "--inputs", file, code=2).stderr
    monkeypatch.undo()
    file.write_text(json.dumps({"name": 5}))
    assert "must be of type string" in cli("run", hello, "--inputs", file, code=2).stderr


def test_debug_shows_the_traceback_wherever_it_stands(hello: Path, cli: Any) -> None:
    for arguments in (["--debug", "run", hello], ["run", hello, "--debug"]):
        result = cli._runner.invoke(_app(), [str(each) for each in arguments], env=cli.env)
        assert result.exit_code == 2
        assert "Traceback" in result.stderr


def _app() -> Any:
    from floworch.cli.app import app

    return app


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FLOWORCH_MAX_ITEMS", "abc"),
        ("FLOWORCH_MAX_ITEMS", "-3"),
        ("FLOWORCH_MAX_ITEMS", "0"),
        ("FLOWORCH_MAX_DEFINITION_BYTES", "50MiB"),
        ("FLOWORCH_MAX_NODES", "0"),
        ("FLOWORCH_MAX_EXPRESSION_BYTES", "-1"),
        ("FLOWORCH_NO_BREAKPOINTS", "maybe"),
        ("FLOWORCH_MAX_CRASHES", "x"),
        ("FLOWORCH_MAX_CONCURRENCY", "x"),
        ("FLOWORCH_DURABILITY", "x"),
        ("FLOWORCH_RETRY_COUNT", "x"),
        ("FLOWORCH_RETRY_DELAY", "x"),
        ("FLOWORCH_LOG_LEVEL", "x"),
        ("FLOWORCH_STORE_FORMAT", "x"),
        ("FLOWORCH_DEBUG", "maybe"),
    ],
)
def test_a_variable_without_sense_is_named_with_its_value(cli: Any, hello: Path, variable: str, value: str) -> None:
    """(C13)"""
    cli.env[variable] = value
    said = cli("run", hello, "--set", "name=x", code=2).stderr
    assert variable in said
    assert f"'{value}'" in said or f"={value}" in said
    del cli.env[variable]
    assert cli.json("runs", "--json") == []
