"""Child runs on the command line (C10.3)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def order(tmp_path: Path) -> Path:
    """A file that calls another one beside it, which asks a person."""
    ask = {"action": "human.approve", "params": {"message": "Ship {{ inputs.order }}?"}}
    ship = {"id": "ship", "inputs": {"order": {"type": "string", "required": True}}, "nodes": {"ask": ask},
            "outputs": {"by": "{{ nodes.ask.output.approved }}"}}  # fmt: skip
    (tmp_path / "ship.flow.json").write_text(json.dumps(ship))
    call = {"action": "flow.call", "params": {"workflow": "ship.flow.json", "inputs": {"order": "o-7"}}}
    main = {"id": "order", "nodes": {"ship": call}, "outputs": {"by": "{{ nodes.ship.output.by }}"}}
    path = tmp_path / "order.flow.json"
    path.write_text(json.dumps(main))
    return path


def test_a_suspended_child_is_named_answered_and_resumed_with_its_caller(cli: Any, order: Path) -> None:
    """(C8.3, C10.3)"""
    done = cli("run", order, "--run-id", "o", "--exit-when-suspended", code=3)
    assert "ship waits for the run o.ship" in done.stderr
    assert "floworch show o.ship" in done.stderr
    assert "waiting: for the run o.ship" in done.stderr
    shown = cli("show", "o").stdout
    assert "floworch show o.ship" in shown
    listed = cli("runs").stdout
    assert "↳ o.ship" in listed
    assert {run["run_id"]: run.get("parent") for run in cli.json("runs", "--json")} == {"o": None, "o.ship": "o"}
    cli("approve", "o.ship", "ask")
    assert cli.json("resume", "o", "--json")["outputs"] == {"by": True}
    assert "run o.ship" in cli("show", "o").stdout
    assert cli.json("show", "o", "--json")["nodes"]["ship"]["child"] == "o.ship"


def test_a_missing_called_file_is_exit_2_before_anything_runs(cli: Any, order: Path) -> None:
    (order.parent / "ship.flow.json").unlink()
    done = cli("run", order, "--run-id", "o", code=2)
    assert "There is no file" in done.stderr
    assert "ship.flow.json" in done.stderr
    assert cli.json("runs", "--json") == []


def test_a_short_timer_of_a_child_is_waited_for(cli: Any, tmp_path: Path) -> None:
    """(C15): only what takes over a minute, or a person, ends the command."""
    nap = {"id": "nap", "nodes": {"w": {"action": "flow.wait", "params": {"for": "300ms"}}}}
    (tmp_path / "nap.flow.json").write_text(json.dumps(nap))
    call = {"action": "flow.call", "params": {"workflow": "nap.flow.json"}}
    (tmp_path / "main.flow.json").write_text(json.dumps({"id": "main", "nodes": {"c": call}}))
    cli("run", tmp_path / "main.flow.json", "--exit-when-suspended")


def test_a_run_that_is_not_waited_for_is_brought_to_its_end_by_the_command(cli: Any, tmp_path: Path) -> None:
    """(C10.3): ``wait: false``; the exit code and the result are those of the caller"""
    nap = {"action": "flow.wait", "params": {"for": "300ms"}}
    bad = {"id": "bad", "nodes": {"w": nap, "f": {"action": "flow.fail", "params": {"message": "no"}}},
           "edges": [{"from": "w", "to": "f"}]}  # fmt: skip
    (tmp_path / "bad.flow.json").write_text(json.dumps(bad))
    call = {"action": "flow.call", "params": {"workflow": "bad.flow.json", "wait": False}}
    main = {"id": "main", "nodes": {"go": call}, "outputs": {"id": "{{ nodes.go.output.run_id }}"}}
    (tmp_path / "main.flow.json").write_text(json.dumps(main))
    done = cli("run", tmp_path / "main.flow.json", "--run-id", "m", "--json")
    assert json.loads(done.stdout)["outputs"] == {"id": "m.go"}
    assert "Run m.go, which it began, goes on." in done.stderr
    assert "Run m.go failed" in done.stderr
    assert "floworch retry m.go" in done.stderr
    assert [(run["run_id"], run["status"]) for run in cli.json("runs", "--json")][::-1] in (
        [("m", "completed"), ("m.go", "failed")], [("m.go", "failed"), ("m", "completed")],
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_one_that_was_cut_off_after_its_caller_ended_is_told_wherever_one_looks(
    cli: Any, waiting: Path, tmp_path: Path
) -> None:
    """(C7.3, C10.3): the caller has ended, so that its resume does nothing; the run goes on by itself only"""
    params = {"workflow": str(waiting), "wait": False, "inputs": {"go": str(tmp_path / "go")}}
    (tmp_path / "main.flow.json").write_text(
        json.dumps({"id": "main", "nodes": {"go": {"action": "flow.call", "params": params}}})
    )
    owner = cli.process("run", tmp_path / "main.flow.json", "--run-id", "m")
    for line in owner.stderr:
        if "Run m.go, which it began, goes on." in line:
            break
    while cli.json("show", "m.go", "--json")["nodes"]["hold"]["status"] != "running":
        pass
    owner.kill()
    owner.communicate()
    how = "floworch resume m.go"
    for words in (("resume", "m"), ("show", "m")):
        said = cli(*words).stderr
        assert "Run m.go, which it began, is interrupted." in said
        assert how in said
    listed = cli("runs")
    assert "Cut off, and nobody works on it: m.go. Go on with: floworch resume m.go" in listed.stderr
    assert "Cut off" not in listed.stdout
    assert how in cli("doctor").stdout
    assert cli.json("doctor", "--json")["store"]["interrupted"] == ["m.go"]
    (tmp_path / "go").touch()
    cli("resume", "m.go")
    for words in (("resume", "m"), ("show", "m"), ("runs",), ("doctor",)):
        done = cli(*words)
        assert "m.go, which it began" not in done.stderr
        assert "Cut off" not in done.stderr + done.stdout


def test_one_that_waits_for_a_person_says_how_to_go_on(cli: Any, order: Path) -> None:
    """(C8.3, C10.3)"""
    definition = json.loads(order.read_text())
    definition["nodes"]["ship"]["params"]["wait"] = False
    order.write_text(json.dumps({**definition, "outputs": {}}))
    done = cli("run", order, "--run-id", "o", "--exit-when-suspended")
    assert "Run o.ship suspended" in done.stderr
    assert "floworch approve o.ship ask" in done.stderr
    assert "floworch resume o.ship" in done.stderr
    cli("approve", "o.ship", "ask")
    assert cli.json("resume", "o.ship", "--json")["status"] == "completed"
