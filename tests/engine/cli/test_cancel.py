"""``floworch cancel``: for good, wherever the run is (C7.3)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_a_run_in_another_process_is_cancelled_and_exits_130(cli: Any, waiting: Path, tmp_path: Path) -> None:
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    cli("cancel", "w-1")
    _, said = owner.communicate(timeout=30)
    assert owner.returncode == 130, said
    assert cli.json("show", "w-1", "--json")["status"] == "cancelled"


def test_a_run_that_nobody_works_on_is_cancelled_at_once(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    cli("cancel", run, "--no-compensate")
    assert cli.json("show", run, "--json")["status"] == "cancelled"
    assert "cancelled" in cli("cancel", run, code=2).stderr
    cli("resume", run, code=130)


def test_the_help_says_what_becomes_of_completed_steps(cli: Any) -> None:
    said = " ".join(cli("cancel", "--help").stdout.split())
    assert "for good" in said
    assert "completed steps are compensated" in said
    assert "floworch resume" in said


SAGA: dict[str, Any] = {
    "id": "saga",
    "nodes": {
        "book": {
            "action": "data.set",
            "params": {"fields": {"id": "b-1"}},
            "compensate": {"action": "util.log", "params": {"message": "undo {{ output.id }}"}},
        },
        "ask": {"action": "human.approve", "params": {"message": "Sure?"}},
    },
    "edges": [{"from": "book", "to": "ask"}],
}


def test_what_a_cancelled_run_had_done_is_undone_by_the_resume(cli: Any) -> None:
    """C7.3, C9: the message says so; the cancel itself is durable at once."""
    cli("run", cli.file(SAGA), "--run-id", "s-1", "--exit-when-suspended", code=3)
    said = cli("cancel", "s-1").stderr
    assert "1 completed step to be undone" in said
    assert "floworch resume s-1" in said
    shown = cli("show", "s-1").stdout
    assert "still to be undone: book" in shown
    done = cli("resume", "s-1", code=130).stderr
    assert "undone: book" in done
    shape = cli.json("show", "s-1", "--json")
    assert (shape["status"], shape["nodes"]["book"]["status"]) == ("cancelled", "compensated")
    assert shape["compensation"] == {"compensated": ["book"], "failed": [], "not_needed": []}


def test_without_compensation_it_is_cancelled_at_once(cli: Any) -> None:
    """C7.3"""
    cli("run", cli.file(SAGA), "--run-id", "s-2", "--exit-when-suspended", code=3)
    assert "is cancelled." in cli("cancel", "s-2", "--no-compensate").stderr
    shape = cli.json("show", "s-2", "--json")
    assert (shape["status"], shape["nodes"]["book"]["status"]) == ("cancelled", "completed")
    assert shape["compensation"] == {"compensated": [], "failed": [], "not_needed": []}


def test_what_is_left_to_undo_is_called_so_by_every_verb(cli: Any) -> None:
    """(C9)"""
    undo = {"action": "util.log", "params": {"message": "undo"}}
    definition = {
        "id": "half",
        "nodes": {
            "a": {"action": "data.set", "params": {"fields": {"x": 1}}, "compensate": undo},
            "ask": {"action": "human.approve", "params": {"message": "Ship it?"}},
        },
        "edges": [{"from": "a", "to": "ask"}],
    }
    cli("run", cli.file(definition), "--run-id", "h-1", "--exit-when-suspended", code=3)
    for said in (cli("cancel", "h-1").stderr, cli("show", "h-1").stderr):
        assert "Undo with: floworch resume h-1" in said
        assert "Resume with" not in said
