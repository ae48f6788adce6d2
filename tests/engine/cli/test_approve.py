"""``floworch approve``: recorded when nobody works on the run, acted on at once when somebody does."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_with_no_owner_the_answer_is_kept_and_the_run_does_not_go_on(cli: Any, suspended: Callable[[], str]) -> None:
    """interfaces.md section 3."""
    run = suspended()
    assert "recorded" in cli("approve", run, "ask", "--comment", "fine").stderr
    assert cli.json("show", run, "--json")["nodes"]["after"]["status"] == "pending"
    cli("resume", run)
    assert '"comment":"fine"' in cli("events", run).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_a_run_that_waits_in_another_process_goes_on_at_once(cli: Any, gate: Path) -> None:
    owner = cli.running("run", gate, "--run-id", "g-1", until="run_suspended")
    cli("approve", "g-1", "ask")
    owner.communicate(timeout=30)
    assert owner.returncode == 0
    assert cli.json("show", "g-1", "--json")["outputs"] == {"answer": {"answer": "yes"}}


def test_a_node_that_does_not_wait_is_2(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    assert "after" in cli("approve", run, "after", code=2).stderr
    assert "nowhere" in cli("approve", run, "nowhere", code=2).stderr


LOOP: dict[str, Any] = {
    "id": "each",
    "outputs": {"answers": "{{ nodes.all.output }}"},
    "nodes": {
        "all": {"action": "flow.foreach", "params": {"items": ["a", "b", "c"]}},
        "ask": {"action": "human.approve", "parent": "all", "params": {"message": "Take {{ item }}?"}},
    },
}


def test_one_of_several_waiting_items_is_answered_by_its_number(cli: Any) -> None:
    """C8.1, C10.1"""
    run = cli("run", cli.file(LOOP), "--run-id", "e-1", "--exit-when-suspended", code=3)
    assert "floworch approve e-1 ask --item 2   or   floworch reject e-1 ask --item 2" in run.stderr
    assert re.search(r"  ask\[1\] waits for an approval until .*: Take b\?", cli("show", "e-1").stdout)
    which = "Name one with --item, in Python item=: 0, 1, 2."
    assert which in cli("approve", "e-1", "ask", code=2).stderr
    assert "Items that wait: 0, 1, 2." in cli("reject", "e-1", "ask", "--item", 3, code=2).stderr
    assert "item 1, of run e-1 is recorded" in cli("reject", "e-1", "ask", "--item", 1).stderr
    cli("approve", "e-1", "ask", "--item", 2)
    assert "was approved already" in cli("approve", "e-1", "ask", "--item", 2, code=2).stderr
    cli("approve", "e-1", "ask")
    cli("resume", "e-1")
    answers = cli.json("show", "e-1", "--json")["outputs"]["answers"]
    assert [each["approved"] for each in answers] == [True, False, True]


def test_an_answer_to_a_run_that_no_process_works_on_says_how_it_goes_on(
    cli: Any, suspended: Callable[[], str]
) -> None:
    """C8.3: the answer is kept, and a resume uses it."""
    run = suspended()
    assert f"floworch approve {run} ask" in cli("show", run).stdout
    assert f"Go on with: floworch resume {run}" in cli("approve", run, "ask").stderr
    shown = cli("show", run).stdout
    assert "answered; resume" in shown
    assert "floworch approve" not in shown
    assert "floworch approve" not in cli("resume", run).stderr
