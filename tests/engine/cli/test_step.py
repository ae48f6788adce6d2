"""``floworch step``, breakpoints and ``--no-breakpoints`` on the command line (C7.7)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

STOPS: dict[str, Any] = {
    "id": "stops",
    "outputs": {"last": "{{ nodes.c.output.n }}"},
    "nodes": {
        name: {"action": "data.set", "params": {"fields": {"n": number}}, **more}
        for number, (name, more) in enumerate(
            {"a": {}, "b": {"breakpoint": "{{ nodes.a.output.n == 0 }}"}, "c": {}}.items()
        )
    },
    "edges": [{"from": "a", "to": "b"}, {"from": "b", "to": "c"}],
}


@pytest.fixture
def stops(tmp_path: Path) -> Path:
    file = tmp_path / "stops.flow.json"
    file.write_text(json.dumps(STOPS))
    return file


def test_a_breakpoint_ends_the_command_with_3_and_says_how_to_go_on(cli: Any, stops: Path) -> None:
    result = cli("run", stops, "--run-id", "s-1", code=3)
    assert "at the breakpoint of 'b': {{ nodes.a.output.n == 0 }}" in result.stderr
    assert "Resume with: floworch resume s-1" in result.stderr
    assert "Run one step with: floworch step s-1" in result.stderr
    assert cli.json("show", "s-1", "--json")["pause_reason"].startswith("at the breakpoint of 'b'")
    assert json.loads(cli("resume", "s-1").stdout) == {"last": 2}


def test_each_step_ends_with_3_until_the_run_has_ended(cli: Any, stops: Path) -> None:
    cli("run", stops, "--run-id", "s-1", "--step", code=3)
    assert "after a step: 'a'" in cli("step", "s-1", code=3).stderr
    assert "after a step: 'b'" in cli("step", "s-1", "b", code=3).stderr
    shown = json.loads(cli("step", "s-1", "--json").stdout)
    assert (shown["status"], shown["outputs"]) == ("completed", {"last": 2})
    assert json.loads(cli("step", "s-1").stdout) == {"last": 2}


def test_a_step_that_cannot_be_made_is_2(cli: Any, stops: Path) -> None:
    cli("run", stops, "--run-id", "s-1", "--step", code=3)
    assert "Ready: a." in cli("step", "s-1", "c", code=2).stderr
    cli("step", "nobody", code=2)


def test_the_events_of_a_step_are_those_since_it_began(cli: Any, stops: Path) -> None:
    cli("run", stops, "--run-id", "s-1", "--step", code=3)
    lines = [json.loads(line) for line in cli("step", "s-1", "--events", "jsonl", code=3).stdout.splitlines()]
    assert [line["kind"] for line in lines] == [
        "run_resumed", "node_started", "node_completed", "run_pausing", "run_paused",
    ]  # fmt: skip


def test_breakpoints_can_be_left_out(cli: Any, stops: Path) -> None:
    cli("run", stops, "--run-id", "s-1", "--no-breakpoints")
    cli("run", stops, "--run-id", "s-2", code=3)
    cli("resume", "s-2", "--no-breakpoints")
    cli.env["FLOWORCH_NO_BREAKPOINTS"] = "1"
    cli("run", stops)
