"""``floworch resume``: paused, suspended, interrupted and ended runs; here and in another process."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from zygote import zygote

from floworch.cli.support import control
from floworch.host.control_file import read_control


def test_a_suspended_run_goes_on_after_the_answer(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    cli("approve", run, "ask")
    result = cli("resume", run)
    assert json.loads(result.stdout) == {"answer": {"answer": "yes"}}
    assert "completed" in result.stderr


def test_without_an_answer_it_is_still_suspended(cli: Any, suspended: Callable[[], str]) -> None:
    """(C8.3)"""
    result = cli("resume", suspended(), "--exit-when-suspended", code=3)
    assert "floworch approve g-1 ask" in result.stderr


def test_resume_of_a_final_run_prints_its_result(cli: Any, hello: Path, failing: Path) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    before = cli("events", "h-1").stdout
    assert json.loads(cli("resume", "h-1").stdout) == {"greeting": "Hello x"}
    assert cli.json("resume", "h-1", "--json")["status"] == "completed"
    assert cli("events", "h-1").stdout == before
    cli("run", failing, "--set", "flag=/nowhere", "--run-id", "f-1", code=1)
    cli("resume", "f-1", code=1)


def test_events_are_those_since_the_resume(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    cli("approve", run, "ask")
    before = len(cli("events", run).stdout.splitlines())
    lines = [json.loads(line) for line in cli("resume", run, "--events", "jsonl").stdout.splitlines()]
    assert lines[0]["seq"] == before
    assert lines[-1]["kind"] == "run_completed"


def test_an_unknown_answer_to_a_doubt_is_2(cli: Any, suspended: Callable[[], str]) -> None:
    assert "--in-doubt maybe" in cli("resume", suspended(), "--in-doubt", "maybe", code=2).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_a_run_of_another_process_is_followed_to_its_end(cli: Any, waiting: Path, tmp_path: Path) -> None:
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    follower = cli.process("resume", "w-1", "--json")
    assert f"in process {owner.pid}; following it" in follower.stderr.readline()
    (tmp_path / "go").touch()
    shown, _ = follower.communicate(timeout=30)
    assert json.loads(shown)["status"] == "completed"
    assert follower.returncode == 0
    owner.communicate(timeout=30)
    assert owner.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_onlooker_that_is_stopped_leaves_the_run_to_its_owner(
    cli: Any, waiting: Path, tmp_path: Path, number: int
) -> None:
    """(C7.1) A process pauses its own runs only."""
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    follower = cli.process("resume", "w-1")
    assert "following it" in follower.stderr.readline()
    follower.send_signal(number)
    _, said = follower.communicate(timeout=30)
    assert f"run w-1 goes on in process {owner.pid}" in said
    assert "floworch pause w-1" in said
    assert follower.returncode == 3
    assert cli.json("show", "w-1", "--json")["status"] == "running"
    (tmp_path / "go").touch()
    owner.communicate(timeout=30)
    assert owner.returncode == 0
    assert "pause" not in cli("events", "w-1").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_signal_before_the_run_goes_on_leaves_it_as_it_was(
    cli: Any, gate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """(C15)"""
    cli("run", gate, "--run-id", "g-1", "--exit-when-suspended", code=3)
    before = cli("events", "g-1").stdout
    opened = control.open_store

    def slowly(given: Path | None) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return opened(given)

    monkeypatch.setattr(control, "open_store", slowly)
    said = cli("resume", "g-1", code=130).stderr
    assert said.endswith("Stopped before the run went on: it is as it was.\n")
    assert cli("events", "g-1").stdout == before


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")
def test_without_a_control_channel_the_owner_is_named(cli: Any, waiting: Path, tmp_path: Path) -> None:
    """(C7.4) One process owns a run at a time; a second one is told who does."""
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    channel = cli.store / "runs" / "w-1" / "control"
    info = read_control(channel)
    assert info is not None
    channel.unlink()
    for verb in ("resume", "pause", "cancel"):
        assert str(owner.pid) in cli(verb, "w-1", code=4).stderr
    os.kill(owner.pid, signal.SIGKILL)


# -- with an edited definition (C7.5)

EDITED: dict[str, Any] = {
    "id": "gate",
    "outputs": {"answer": "{{ nodes.more.output }}"},
    "nodes": {
        "ask": {"action": "human.approve", "params": {"message": "Ship it?"}},
        "after": {"action": "data.set", "params": {"fields": {"answer": "edited"}}},
        "more": {"action": "data.set", "params": {"fields": {"got": "{{ nodes.after.output.answer }}"}}},
    },
    "edges": [{"from": "ask", "to": "after", "port": "approved"}, {"from": "after", "to": "more"}],
}


def test_the_file_of_the_run_is_taken_when_no_other_is_named(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    cli.file(EDITED)
    assert "gate.flow.json was changed" in cli("resume", run, "--exit-when-suspended", code=3).stderr
    said = cli("resume", run, "--migrate", "--dry-run").stdout
    assert "+ node more" in said
    assert 'params.fields.answer: "yes" -> "edited"' in said
    assert "after runs: changed" in said
    assert cli.json("resume", run, "--migrate", "--dry-run", "--json")["possible"] is True
    assert "migrated" not in cli("events", run).stdout
    assert "+ node more" in cli("resume", run, "--migrate", "--exit-when-suspended", code=3).stderr
    cli("approve", run, "ask")
    result = cli("resume", run)
    assert "was changed" not in result.stderr
    assert json.loads(result.stdout) == {"answer": {"got": "edited"}}
    shown = cli.json("show", run, "--json")
    assert shown["nodes"]["more"]["status"] == "completed"
    lines = [json.loads(line) for line in cli("events", run).stdout.splitlines()]
    assert [line["node"] for line in lines if line["kind"] == "node_completed"] == ["ask", "after", "more"]
    tail = cli("events", run, "--from", len(lines) - 3).stdout.splitlines()
    assert [json.loads(line) for line in tail] == lines[-3:]
    cli("logs", run, "more")
    cli("doctor")


def test_what_cannot_go_over_is_2_and_changes_nothing(cli: Any, suspended: Callable[[], str]) -> None:
    run = suspended()
    before = cli("events", run).stdout
    other = cli.file({**EDITED, "id": "other"})
    assert "the other definition is of 'other'" in cli("resume", run, other, "--migrate", code=2).stderr
    assert cli.json("resume", run, other, "--migrate", "--dry-run", "--json", code=2)["possible"] is False
    cli.file({**EDITED, "edges": [{"from": "ask", "to": "nowhere"}]})
    assert "nowhere" in cli("resume", run, "--migrate", code=2).stderr
    for words in (["--dry-run"], ["--rerun-changed"], ["--allow-removed"], [other]):
        assert "--migrate" in cli("resume", run, *words, code=2).stderr
    assert cli("events", run).stdout == before


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_run_whose_process_was_killed_goes_over_and_a_live_one_does_not(
    cli: Any, waiting: Path, tmp_path: Path
) -> None:
    """C7.4, C7.5"""
    owner = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    definition = json.loads(waiting.read_text())
    definition["nodes"]["hold"]["params"]["command"] = "true"
    cli.file(definition)
    assert "worked on now" in cli("resume", "w-1", "--migrate", code=2).stderr
    owner.kill()
    owner.wait()
    assert cli.json("resume", "w-1", "--migrate", "--json")["nodes"]["hold"]["attempts"] == 2


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_killed_at_any_write_of_going_over_the_run_has_the_old_definition_or_the_new_one(
    cli: Any, gate: Path, suspended: Callable[[str], str], tmp_path: Path
) -> None:
    """C7.4, C7.5: a real SIGKILL on both sides of every write and sync of the journal; then it is resumed."""
    record = tmp_path / "points"

    def resume(run: str, plan: dict[str, Any]) -> int:
        return zygote().run(("resume", run, "--migrate", "--exit-when-suspended"), {**os.environ, **cli.env}, plan).code

    original = gate.read_text()
    first = suspended("g-0")
    cli.file(EDITED)
    assert resume(first, {"record": str(record)}) == 3
    points = [line for line in record.read_text().splitlines() if line in ("write journal", "sync journal")]
    assert len(points) >= 4
    gate.write_text(original)
    outcomes = set()
    moments = [(point, nth) for point in set(points) for nth in range(1, min(points.count(point), 4) + 1)]
    for number, (point, nth) in enumerate(sorted(moments), 1):
        for fault in ("before", "after"):
            gate.write_text(original)
            run = suspended(f"g-{number}-{fault}")
            cli.file(EDITED)
            assert resume(run, {"point": point, "nth": nth, "fault": fault}) == -signal.SIGKILL
            outcomes.add("run_migrated" in cli("events", run).stdout)
            cli("doctor")
            cli("resume", run, "--migrate", "--exit-when-suspended", code=3)
            cli("approve", run, "ask")
            assert json.loads(cli("resume", run).stdout) == {"answer": {"got": "edited"}}
            assert cli("events", run).stdout.count('"run_migrated"') == 1
    assert outcomes == {True, False}


def test_the_time_of_a_pause_is_told_apart_from_that_of_the_work(
    cli: Any, hello: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """(C7.1)"""
    definition = json.loads(hello.read_text())
    definition["nodes"]["end"]["breakpoint"] = True
    hello.write_text(json.dumps(definition))
    cli("run", hello, "--set", "name=x", "--run-id", "h-1", code=3)
    real = time.time
    monkeypatch.setattr("floworch.clock.SystemClock.now", staticmethod(lambda: real() + 7200))
    assert re.search(r"Run h-1 completed in \d\.\d\d s, paused 2 h 00 min\.", cli("resume", "h-1").stderr)
    assert re.search(r"took \d\.\d\d s, paused 2 h 00 min$", cli("show", "h-1").stdout.splitlines()[1])
    assert re.search(r"\d\.\d\d s, paused 2 h 00 min$", cli("runs").stdout.strip())
    for shown in (cli.json("show", "h-1", "--json"), cli.json("runs", "--json")[0]):
        assert shown["duration"] < 3600  # what was worked, everywhere
        assert shown["elapsed"] > 7200  # from its start to its end
    for index in cli.store.glob("index.sqlite*"):
        index.unlink()
    assert "paused 2 h 00 min" in cli("runs").stdout
