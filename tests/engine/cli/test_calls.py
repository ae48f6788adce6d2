"""Child runs on the command line (C10.3)."""

from __future__ import annotations

import json
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
