"""``floworch show``: one run, for people and for programs."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_the_json_shape_that_scripts_rely_on(cli: Any, hello: Path) -> None:
    """interfaces.md section 4."""
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    shown = cli.json("show", "h-1", "--json")
    expected = {"run_id", "workflow", "status", "started_at", "ended_at", "duration", "inputs", "outputs", "data",
                "error", "nodes", "compensation"}  # fmt: skip
    assert expected <= set(shown)
    assert set(shown["compensation"]) == {"compensated", "failed", "not_needed"}
    node = shown["nodes"]["greet"]
    assert {
        "status",
        "attempts",
        "started_at",
        "ended_at",
        "duration",
        "output",
        "error",
        "items",
        "reused_from",
    } <= set(node)
    assert node["output"] == {"text": "Hello x"}


def test_text_for_people(cli: Any, hello: Path, failing: Path, suspended: Callable[[], str]) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    text = cli("show", "h-1").stdout
    assert "h-1  completed  hello" in text
    assert "✓ completed" in text
    assert '"greeting": "Hello x"' in text
    cli("run", failing, "--set", "flag=/nowhere", "--run-id", "f-1", code=1)
    assert "✗ failed" in cli("show", "f-1").stdout
    waits = cli("show", suspended())
    assert "floworch approve g-1 ask" in waits.stdout
    assert "floworch resume g-1" in waits.stderr


#: Two steps fail, a third failure is handled; ids are not in the order of execution.
BROKEN: dict[str, Any] = {
    "id": "broken",
    "settings": {"fail_fast": False},
    "nodes": {
        "z-first": {"action": "util.log", "params": {"message": "first"}},
        "b": {"action": "file.read", "params": {"path": "/nowhere/b"}},
        "c": {"action": "flow.fail", "params": {"message": "c says no"}},
        "d": {"action": "flow.fail", "params": {"message": "d says no"}, "on_error": "continue"},
        "a-never": {"action": "util.log", "params": {"message": "never"}},
    },
    "edges": [{"from": "z-first", "to": node} for node in "bcd"] + [{"from": "b", "to": "a-never"}],
}


def test_every_failure_with_its_hint_at_the_end_of_a_run_and_afterwards(cli: Any) -> None:
    """(C4.2, C4.3)"""
    ended = cli("run", cli.file(BROKEN), "--run-id", "x-1", code=1).stderr
    shown = cli("show", "x-1").stdout
    for text in (ended, shown):
        assert "/nowhere/b" in text
        assert "Hint: Correct the path" in text
        assert "  c: c says no (processing_error)\n" in text
        assert "  d: d says no (processing_error), handled\n" in text
    (row,) = [line for line in shown.splitlines() if line.startswith("d ")]
    assert row.endswith("processing_error, handled")


def test_nodes_stand_in_the_order_in_which_they_ran(cli: Any) -> None:
    made = cli.json("run", cli.file(BROKEN), "--run-id", "x-1", "--json", code=1)
    shown = cli.json("show", "x-1", "--json")
    for nodes in (made["nodes"], shown["nodes"]):
        assert next(iter(nodes)) == "z-first"
        assert list(nodes)[-1] == "a-never"
    text = cli("show", "x-1").stdout
    assert text.index("\nz-first") < text.index("\nb ") < text.index("\na-never")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_a_step_whose_process_died_is_not_shown_as_running(cli: Any, waiting: Path, tmp_path: Path) -> None:
    """(C7.3) Nothing stays "running" for ever."""
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    assert "running" in cli("show", "w-1").stdout
    owner.kill()
    owner.communicate()
    said = cli("show", "w-1").stdout
    assert "cut off" in said
    assert "running" not in said


def test_rounds_are_no_items_and_what_is_inside_a_container_has_its_time(cli: Any) -> None:
    nodes = {
        "again": {"action": "flow.repeat", "params": {"until": "index == 1", "max": 5}},
        "tick": {"action": "util.log", "parent": "again", "params": {"message": "tick"}},
        "each": {"action": "flow.foreach", "params": {"items": [1, 2, 3]}},
        "one": {"action": "util.log", "parent": "each", "params": {"message": "{{ item }}"}},
    }
    told = cli("run", cli.file({"id": "loops", "nodes": nodes}), "--run-id", "l-1").stderr
    assert "each listed: 3 items" in told
    assert "again listed" not in told
    rows = {line.split()[0]: line for line in cli("show", "l-1").stdout.splitlines()[3:]}
    assert rows["again"].endswith("2 rounds")
    assert rows["each"].endswith("3/3 items")
    assert rows["one"].endswith("3 completed")
    assert " s " in rows["one"]


def test_a_failure_inside_a_loop_leaves_no_gap_between_its_words(cli: Any) -> None:
    nodes = {
        "each": {"action": "flow.foreach", "params": {"items": [1, 0], "concurrency": 1, "on_item_error": "collect"}},
        "one": {
            "action": "data.set",
            "parent": "each",
            "params": {"fields": {"value": "{{ 1 / item }}"}},
            "on_error": "continue",
        },
    }
    cli("run", cli.file({"id": "loops", "nodes": nodes}), "--run-id", "l-1")
    (row,) = [line for line in cli("show", "l-1").stdout.splitlines() if line.startswith("one ")]
    assert row.endswith("  1 completed, 1 failed, handled")


@pytest.mark.usefixtures("vienna")
def test_every_command_writes_moments_as_the_others_do(cli: Any, hello: Path) -> None:
    """People read local time, with its distance from UTC; programs UTC (interfaces.md section 4)."""
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    started = cli.json("show", "h-1", "--json")["started_at"]
    assert started.endswith("Z")
    shown = re.search(r"started (.+), ended", cli("show", "h-1").stdout)
    assert shown is not None
    assert shown[1].endswith((" +01:00", " +02:00"))
    assert shown[1] in cli("runs").stdout
    assert cli("logs", "h-1").stdout.startswith(shown[1][:13])
    assert cli.json("logs", "h-1", "--json")[0]["at"].endswith("Z")
    cli("trust", hello)
    assert re.search(r" \+0[12]:00$", cli("trust", "--list").stdout.strip())


def test_a_step_whose_next_item_is_to_come_is_not_shown_as_cut_off(cli: Any) -> None:
    """(C7.3) The run waits for an answer: no attempt was cut off."""
    nodes = {
        "each": {"action": "flow.foreach", "params": {"items": [1, 2], "concurrency": 1}},
        "first": {"action": "util.log", "params": {"message": "x"}, "parent": "each"},
        "ask": {"action": "human.approve", "params": {"message": "Go on?"}, "parent": "each"},
    }
    edges = [{"from": "first", "to": "ask"}]
    made = cli.file({"floworch": 1, "id": "asks", "nodes": nodes, "edges": edges})
    cli("run", made, "--run-id", "a-1", "--exit-when-suspended", code=3)
    said = cli("show", "a-1").stdout
    assert "cut off" not in said
    assert "begun" in next(line for line in said.splitlines() if line.startswith("first"))
