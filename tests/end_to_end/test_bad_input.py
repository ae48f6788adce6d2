"""Everything that can be wrong: one clear message with place and hint, the exit code, nothing lost, no traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

GOOD: dict[str, Any] = {"id": "good", "nodes": {"a": {"action": "util.log", "params": {"message": "hello"}}}}
needs_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount a small disk or become another user"
)


def refused(process: Any, *places: object, hint: str = "") -> str:
    """Check that a command said one error, naming these places, and printed nothing else; returns what it said."""
    said: str = process.stderr
    assert said.count("Error:") == 1, said
    assert said.startswith("Error:"), said
    for place in places:
        assert str(place) in said, said
    assert "Hint:" in said or hint == "none", said
    if hint not in ("", "none"):
        assert hint in said
    return said


# -- definitions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "empty"),
        (b'{\n  "id": "x",\n  "nodes": {,}\n}', "Line 3, column 13"),
        (b'{"id": "x", "nodes": {"a": {"action": "util.log"}', "Line 1"),
        (b'{"id": "caf\xe9", "nodes": {}}', "UTF-8"),
        (b"[1, 2]", "object"),
        (b'{"id": "x", "id": "y", "nodes": {}}', "id"),
        (b'{"id": "x", "nodes": []}', "nodes"),
        (b'{"id": "x", "nodes": ' + b"[" * 100_000, "256 levels"),
    ],
    ids=["empty", "syntax", "cut", "encoding", "list", "twice", "type", "deep"],
)
def test_a_malformed_definition(cli: Any, tmp_path: Path, content: bytes, place: str) -> None:
    file = tmp_path / "bad.flow.json"
    file.write_bytes(content)
    assert place in refused(cli("run", file, code=2), file.name, hint="none")
    cli("validate", file, code=2)
    cli("fmt", file, code=2)
    assert file.read_bytes() == content
    assert cli.json("runs", "--json") == []


def test_an_invalid_definition_lists_every_problem_with_its_place(cli: Any) -> None:
    """(C2.1)"""
    file = cli.file(
        {
            "id": "bad",
            "nodes": {
                "a": {"action": "util.lgo", "params": {"message": "m"}},
                "b": {"action": "util.log", "params": {"message": "{{ nodes.nobody.output }}"}},
                "c": {"action": "util.log", "params": {"massage": "m"}},
                "d": {"action": "util.log", "params": {"message": "{{ 1 + }}"}, "timeout": "soon"},
            },
            "edges": [{"from": "b", "to": "c"}, {"from": "c", "to": "b"}, {"from": "c", "port": "no", "to": "nowhere"}],
        }
    )
    said = refused(cli("run", file, code=2), hint="none")
    for place in ("nodes.a.action", "util.log", "nobody", "massage", "nodes.d.timeout", "edges[2]", "nowhere"):
        assert place in said
    found = cli.json("validate", file, "--json", code=2)
    assert not found["valid"]
    codes = {problem["code"] for problem in found["problems"]}
    assert {"unknown_action", "cycle", "unknown_node", "bad_expression", "bad_duration", "bad_param"} <= codes
    assert cli.json("runs", "--json") == []


def test_an_unknown_action_is_named_with_a_suggestion(cli: Any) -> None:
    file = cli.file({"id": "x", "nodes": {"a": {"action": "shell.rnu", "params": {"command": "true"}}}})
    refused(cli("run", file, code=2), "nodes.a.action", "shell.rnu", "shell.run", hint="none")


def test_a_missing_file(cli: Any, tmp_path: Path) -> None:
    for verb in ("run", "validate", "fmt"):
        refused(cli(verb, tmp_path / "no.flow.json", code=2), tmp_path / "no.flow.json")
    refused(cli("run", tmp_path, code=2), tmp_path)


def test_inputs_that_do_not_fit(cli: Any) -> None:
    file = cli.file({**GOOD, "inputs": {"n": {"type": "integer", "required": True}}})
    refused(cli("run", file, code=2), "n")
    refused(cli("run", file, "--set", "n=many", code=2), "n", "integer")
    refused(cli("run", file, "--set", "n=1", "--set", "m=1", code=2), "m")
    refused(cli("run", file, "--set", "n", code=2), "n")


# -- runs and stores ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["../x", "a/b", "..", "/etc/passwd", "x" * 129, "a\nb", ".hidden", "-x y"])
def test_a_run_id_that_could_be_a_path(cli: Any, bad: str) -> None:
    """(C13)"""
    file = cli.file(GOOD)
    before = sorted(path.name for path in cli.folder.iterdir())
    refused(cli("run", file, f"--run-id={bad}", code=2))
    for verb in ("show", "events", "resume", "pause", "cancel"):
        refused(cli(verb, "--", bad, code=2))
    assert sorted(path.name for path in cli.folder.iterdir() if path.name != "store") == before


def test_a_run_that_is_not_there(cli: Any) -> None:
    for verb in ("show", "events", "logs", "resume", "retry", "pause", "cancel"):
        refused(cli(verb, "nobody", code=2), "nobody")
    refused(cli("approve", "nobody", "a", code=2), "nobody")


def test_a_store_that_is_a_file(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    refused(cli("run", cli.file(GOOD), "--store", tmp_path / "file", code=4), tmp_path / "file")
    refused(cli("run", cli.file(GOOD), "--detach", "--store", tmp_path / "file", code=4), tmp_path / "file")
    refused(cli("runs", "--store", tmp_path / "file", code=4), tmp_path / "file")
    refused(cli("show", "x", "--store", tmp_path / "file", code=4), tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="needs a directory that nobody can write: /proc")
def test_a_store_that_is_not_writable(cli: Any) -> None:
    refused(cli("run", cli.file(GOOD), "--store", "/proc/runs", code=4), "/proc/runs", hint="--store")
    refused(cli("run", cli.file(GOOD), "--detach", "--store", "/proc/runs", code=4), "/proc/runs", hint="--store")


def flip(file: Path, offset: int) -> bytes:
    """Flip one bit of a file and return its content."""
    data = bytearray(file.read_bytes())
    data[offset] ^= 0x10
    file.write_bytes(data)
    return bytes(data)


def test_a_corrupt_journal_names_file_and_place_and_is_left_alone(cli: Any) -> None:
    file = cli.file(GOOD)
    cli("run", file, "--run-id", "bad")
    cli("run", file, "--run-id", "well")
    (journal,) = (cli.store / "runs" / "bad").glob("journal-*")
    data = flip(journal, 60)
    for arguments in (("show", "bad"), ("events", "bad"), ("logs", "bad"), ("resume", "bad"), ("cancel", "bad")):
        refused(cli(*arguments, code=4), journal, "byte", hint="floworch doctor")
    assert journal.read_bytes() == data
    assert cli.status("well") == "completed"
    assert "well" in cli("runs").stdout
    assert cli.json("doctor", "--json", code=4)["store"]["findings"][0]["run_id"] == "bad"


def test_a_torn_end_of_a_journal_is_cut_and_the_run_goes_on(cli: Any, tmp_path: Path) -> None:
    """(C13) What a crash left half written was never confirmed."""
    file = cli.file(
        {
            "id": "torn",
            "nodes": {
                "a": {"action": "data.set", "params": {"fields": {"x": 1}}},
                "ask": {"action": "human.approve", "params": {"message": "?"}},
            },
            "edges": [{"from": "a", "to": "ask"}],
        }
    )
    owner = cli.start("run", file, "--run-id", "t", "--events", "jsonl")
    owner.until(lambda event: event["kind"] == "node_waiting")
    owner.kill()
    (journal,) = (cli.store / "runs" / "t").glob("journal-*")
    with journal.open("ab") as end:
        end.write(b"\x40\x00\x00\x00half a frame")
    assert cli.show("t")["nodes"]["a"]["status"] == "completed"
    cli("approve", "t", "ask")
    cli("resume", "t")
    assert cli.show("t")["nodes"]["a"]["attempts"] == 1


# -- a full disk ----------------------------------------------------------------------------------------------------

STEPS = 40
FILLING: dict[str, Any] = {
    "id": "filling",
    "inputs": {"text": {"type": "string", "default": "abcd" * 8000}},
    "outputs": {"last": f"{{{{ nodes.n{STEPS - 1}.output.n }}}}"},
    "nodes": {
        f"n{i}": {"action": "data.set", "params": {"fields": {"n": i, "text": "{{ inputs.text }}"}}}
        for i in range(STEPS)
    },
    "edges": [{"from": f"n{i}", "to": f"n{i + 1}"} for i in range(STEPS - 1)],
}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a small disk in memory, or gives it another size."""
    mount = shutil.which("mount")
    if mount is None:
        pytest.skip("there is no mount command")
    where = tmp_path / "disk"
    where.mkdir()

    def make(size: str) -> Path:
        remount = "remount," if os.path.ismount(where) else ""
        command = [mount, "-t", "tmpfs", "-o", f"{remount}size={size},mode=0755", "tmpfs", str(where)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"this machine does not let root mount a disk: {done.stderr.strip()}")
        return where

    yield make
    if os.path.ismount(where):
        subprocess.run(["umount", "-l", str(where)], check=False)


@needs_root
@pytest.mark.parametrize("durability", ["power", "process"])
def test_a_full_disk_pauses_the_run_and_it_goes_on_after_space_is_freed(
    cli: Any, disk: Callable[[str], Path], durability: str
) -> None:
    """journal.md section 4"""
    cli.env["FLOWORCH_STORE"] = str(disk("1m") / "store")
    process = cli("run", cli.file(FILLING), "--run-id", "f", "--durability", durability, code=4)
    assert process.stderr.count("Error:") == 1
    assert "No space left" in process.stderr
    assert "Hint:" in process.stderr
    assert "floworch resume f" in process.stderr
    shown = cli.show("f")
    assert shown["status"] in {"paused", "interrupted"}
    done = {name for name, node in shown["nodes"].items() if node["status"] == "completed"}
    assert 0 < len(done) < STEPS
    cli("resume", "f", code=4)  # still full
    disk("16m")
    assert cli.json("resume", "f") == {"last": STEPS - 1}
    after = cli.show("f")
    assert all(after["nodes"][name]["attempts"] == 1 for name in done)
    events = cli.events("f")
    assert [event["seq"] for event in events] == list(range(len(events)))


@needs_root
def test_an_action_on_a_full_disk_fails_its_node_and_keeps_the_old_file(cli: Any, disk: Callable[[str], Path]) -> None:
    target = disk("64k") / "report.txt"
    target.write_text("old")
    text = "x" * 100_000
    file = cli.file(
        {"id": "w", "nodes": {"a": {"action": "file.write", "params": {"path": str(target), "content": text}}}}
    )
    said = cli("run", file, "--run-id", "w", code=1).stderr
    assert "disk is full" in said
    assert str(target) in said
    assert target.read_text() == "old"
    disk("4m")
    cli("retry", "w")
    assert target.read_text() == text


def test_debug_adds_the_traceback(cli: Any, tmp_path: Path) -> None:
    process = cli.start("--debug", "run", tmp_path / "no.flow.json")
    assert process.wait() == 2
    assert "Traceback" in process.stderr


def test_a_reader_that_has_enough_is_no_error(cli: Any) -> None:
    """``floworch events RUN | head -1``"""
    cli("run", cli.file(GOOD), "--run-id", "g")
    command = f"'{sys.executable}' -m floworch events g | head -n 1"
    done = subprocess.run(["sh", "-c", command], env=cli.env, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["kind"] == "run_created"
    assert done.stderr == ""
