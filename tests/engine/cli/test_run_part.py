"""``floworch run`` of a part of a workflow, and its explanation (C7.6, interfaces.md section 3)."""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from typing import Any

import pytest

FLOW: dict[str, Any] = {
    "id": "parts",
    "inputs": {"name": {"type": "string", "required": True}, "log": {"type": "string", "required": True}},
    "outputs": {"end": "{{ nodes.end.output }}", "side": "{{ nodes.side.output.text }}"},
    "nodes": {
        "first": {
            "action": "shell.run",
            "effect": "idempotent",
            "params": {"command": "echo first >> '{{ inputs.log }}'; printf '%s' '{{ inputs.name }}'"},
        },
        "middle": {
            "action": "shell.run",
            "effect": "idempotent",
            "params": {
                "command": "echo middle >> '{{ inputs.log }}'; printf 'Hello %s' '{{ nodes.first.output.stdout }}'"
            },
        },
        "end": {"action": "data.set", "params": {"fields": {"text": "{{ nodes.middle.output.stdout }}!"}}},
        "side": {"action": "data.set", "params": {"fields": {"text": "side"}}},
    },
    "edges": [{"from": "first", "to": "middle"}, {"from": "middle", "to": "end"}],
}  # fmt: skip


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "effects.log"


@pytest.fixture
def whole(cli: Any, log: Path) -> Path:
    """The definition, run once as ``one``."""
    file: Path = cli.file(FLOW)
    cli("run", file, "--set", "name=World", "--set", f"log={log}", "--run-id", "one")
    assert log.read_text().split() == ["first", "middle"]
    log.write_text("")
    return file


@pytest.fixture
def edited(cli: Any, whole: Path) -> Path:
    """The same with another greeting."""
    changed = copy.deepcopy(FLOW)
    changed["nodes"]["middle"]["params"]["command"] = FLOW["nodes"]["middle"]["params"]["command"].replace(
        "Hello", "Bye"
    )
    file: Path = cli.file(changed, "edited.flow.json")
    return file


def test_only_what_changed(cli: Any, edited: Path, log: Path) -> None:
    """C7.6: with the inputs of the earlier run, though one of them is required."""
    result = cli("run", edited, "--only-changed", "--run-id", "two")
    assert json.loads(result.stdout) == {"end": {"text": "Bye World!"}, "side": "side"}
    assert "Run two (a part: 2 taken over from one)" in result.stderr
    assert log.read_text().split() == ["middle"]
    shown = cli.json("show", "two", "--json")
    assert {name: (node["status"], node["reused_from"]) for name, node in shown["nodes"].items()} == {
        "first": ("reused", "one"), "middle": ("completed", None), "end": ("completed", None),
        "side": ("reused", "one"),
    }  # fmt: skip
    assert shown["inputs"] == {"name": "World", "log": str(log)}
    assert "from one" in cli("show", "two").stdout


def test_from_to_and_one_node(cli: Any, edited: Path, log: Path) -> None:
    """C7.6"""
    cli("run", edited, "--from", "middle", "--reuse", "one", "--run-id", "from")
    assert log.read_text().split() == ["middle"]
    printed = cli.json(
        "run", edited, "--from", "middle", "--to", "middle", "--reuse", "one", "--run-id", "alone", "--json"
    )
    assert {name: node["status"] for name, node in printed["nodes"].items()} == {
        "first": "reused", "middle": "completed", "end": "bypassed", "side": "bypassed",
    }  # fmt: skip
    assert printed["outputs"] == {"end": None, "side": None}
    log.write_text("")
    given = ("--set", "name=You", "--set", f"log={log}")
    cli("run", edited, *given, "--to", "first", "--to", "side", "--run-id", "to")
    assert log.read_text().split() == ["first"]
    assert "middle bypassed: left out" in cli("run", edited, *given, "--to", "first").stderr


def test_an_explanation_runs_nothing(cli: Any, edited: Path, log: Path) -> None:
    """C7.6: a table for people, an object for programs, exit 0."""
    table = cli("run", edited, "--only-changed", "--explain").stdout
    assert "middle  ▶ runs    parameter command changed" in table
    assert "end     ▶ runs    upstream middle runs again" in table
    assert "2 runs, 2 reused. Results come from one. Nothing was run." in table
    found = cli.json("run", edited, "--only-changed", "--reuse", "one", "--explain", "--json")
    assert found == {
        "workflow": "parts", "to": [], "from": [], "only_changed": True, "reuse": "one",
        "counts": {"runs": 2, "reused": 2, "pinned": 0, "out": 0},
        "nodes": {
            "first": {"plan": "reused", "reason": "nothing changed since one"},
            "middle": {"plan": "runs", "reason": "parameter command changed"},
            "end": {"plan": "runs", "reason": "upstream middle runs again"},
            "side": {"plan": "reused", "reason": "nothing changed since one"},
        },
    }  # fmt: skip
    whole = cli.json("run", edited, "--set", "name=x", "--set", "log=y", "--explain", "--json")
    assert whole["counts"] == {"runs": 4, "reused": 0, "pinned": 0, "out": 0}
    assert log.read_text() == ""
    assert [run["run_id"] for run in cli.json("runs", "--json")] == ["one"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--from", "mid"], "no node 'mid'"),
        (["--from", "middle", "--reuse", "nope"], "no run 'nope'"),
        (["--from", "side", "--to", "end"], "does not lead to 'end'"),
        (["--reuse", "one", "--set", "name=a", "--set", "log=b"], "is not said"),
        (["--only-changed", "--reuse", "other"], "of the workflow 'hello'"),
        (["--only-changed", "--explain", "--detach"], "nothing to detach"),
        (["--to", "end"], "needs the input"),
    ],
)
def test_what_cannot_be_done_exits_2_with_a_hint(
    cli: Any, whole: Path, hello: Path, arguments: list[str], says: str
) -> None:
    """interfaces.md section 3"""
    cli("run", hello, "--set", "name=a", "--run-id", "other")
    result = cli("run", whole, *arguments, "--run-id", "two", code=2)
    assert says in " ".join(result.stderr.split())
    assert "Hint:" in result.stderr
    assert {run["run_id"] for run in cli.json("runs", "--json")} == {"one", "other"}


def test_without_an_earlier_run_it_exits_2_with_a_hint(cli: Any, hello: Path) -> None:
    """C7.6"""
    result = cli("run", hello, "--only-changed", code=2)
    assert "no completed run of 'hello'" in result.stderr
    assert "Hint: Run the whole workflow once" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_part_keeps_its_form_through_kill_9_and_the_loss_of_the_earlier_run(
    cli: Any, whole: Path, log: Path, tmp_path: Path
) -> None:
    """C7.4, C7.6"""
    changed = copy.deepcopy(FLOW)
    go = tmp_path / "go"
    wait = f"while [ ! -e '{go}' ]; do sleep 0.02; done; "
    changed["nodes"]["middle"]["params"]["command"] = wait + FLOW["nodes"]["middle"]["params"]["command"]
    process = cli.running(
        "run", cli.file(changed, "gate.flow.json"), "--from", "middle", "--to", "end", "--run-id", "two"
    )
    process.kill()
    process.communicate()
    cli("prune", "--keep", "0", "--status", "completed")
    assert [run["run_id"] for run in cli.json("runs", "--json")] == ["two"]
    go.touch()
    result = cli("resume", "two")
    assert json.loads(result.stdout) == {"end": {"text": "Hello World!"}, "side": None}
    assert set(log.read_text().split()) == {"middle"}  # the shell that the dead process left behind may write, too
    statuses = {name: node["status"] for name, node in cli.json("show", "two", "--json")["nodes"].items()}
    assert statuses == {"first": "reused", "middle": "completed", "end": "completed", "side": "bypassed"}


def test_large_results_are_taken_over_too(cli: Any, tmp_path: Path) -> None:
    """C6.3, C7.6: they stay when the earlier run goes."""
    flow = {
        "id": "large", "outputs": {"n": "{{ nodes.size.output.n }}"},
        "nodes": {
            "make": {"action": "python.code", "params": {"code": "'x' * 200_000"}},
            "size": {"action": "data.set", "params": {"fields": {"n": "{{ nodes.make.output | length }}"}}},
        },
        "edges": [{"from": "make", "to": "size"}],
    }  # fmt: skip
    file = cli.file(flow)
    cli("run", file, "--run-id", "one")
    cli("run", file, "--from", "size", "--run-id", "two")
    cli("prune", "--keep", "1", "--status", "completed")
    assert [run["run_id"] for run in cli.json("runs", "--json")] == ["two"]
    result = cli("run", file, "--from", "size", "--run-id", "three")
    assert json.loads(result.stdout) == {"n": 200_000}
    assert cli.json("show", "three", "--json")["nodes"]["make"]["output"] == "x" * 200_000
