"""A step that takes its process with it, and runs that are killed at a breakpoint: real processes (C7.7, C7.8)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")

STEPS = """
import os, sys, time
from pathlib import Path

FOLDER = Path(os.environ["EFFECTS"])

def note(name):
    with open(FOLDER / "effects", "a") as file:
        file.write(name + "\\n")

def poison() -> str:
    note("poison")
    if (FOLDER / "cure").exists():
        return "cured"
    os._exit(9)

def harmless(name: str) -> str:
    note(name)
    return name

def slow() -> None:
    note("slow")
    time.sleep(600)
"""


class Runs:
    """The command line as processes, with a module of steps and a file of their effects."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "poison_steps.py").write_text(STEPS)
        paths = os.pathsep.join([str(folder), *sys.path])
        self.env = {**os.environ, "PYTHONPATH": paths, "EFFECTS": str(folder), "FLOWORCH_STORE": str(folder / "store")}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "floworch", *arguments]
        return subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __call__(self, *arguments: str) -> tuple[int, str]:
        process = self.start(*arguments)
        out, said = process.communicate(timeout=90)
        assert "Traceback" not in said
        return process.returncode, out + said

    def effects(self) -> list[str]:
        file = self.folder / "effects"
        return file.read_text().split() if file.exists() else []

    def file(self, nodes: dict[str, Any], *edges: tuple[str, str], **more: Any) -> str:
        links = [{"from": one, "to": two} for one, two in edges]
        path = self.folder / "w.flow.json"
        path.write_text(json.dumps({"id": "w", "nodes": nodes, "edges": links, **more}))
        return str(path)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


def harmless(name: str, **more: Any) -> dict[str, Any]:
    return {"action": "py:poison_steps:harmless", "params": {"name": name}, **more}


POISON = {"action": "py:poison_steps:poison", "effect": "pure"}


def test_a_step_that_kills_its_process_three_times_waits_for_a_person(runs: Runs) -> None:
    """C7.8"""
    file = runs.file(
        {"before": harmless("before"), "p": POISON, "after": harmless("after")}, ("before", "p"), ("p", "after")
    )
    assert runs("run", "--trust", file, "--run-id", "r")[0] == 9
    assert runs("resume", "r")[0] == 9
    assert runs("resume", "r")[0] == 9
    code, said = runs("resume", "r")
    assert code == 3
    assert "its process died 3 times while it ran: p" in said
    assert "--in-doubt rerun|done|fail" in said
    assert runs.effects().count("poison") == 3
    assert runs("resume", "r")[0] == 3  # without an answer nothing runs
    assert runs.effects().count("poison") == 3
    assert runs("resume", "r", "--in-doubt", "rerun")[0] == 9
    assert runs("resume", "r")[0] == 9  # the count began again: this is the second
    (runs.folder / "cure").touch()
    code, said = runs("resume", "r", "--json")
    assert code == 0
    assert json.loads(said[: said.rindex("}") + 1])["nodes"]["p"]["output"] == "cured"
    assert runs.effects().count("poison") == 6
    assert runs.effects().count("before") == 1
    assert runs.effects().count("after") == 1


def test_the_limit_is_a_setting(runs: Runs) -> None:
    """C7.8"""
    file = runs.file({"p": POISON}, settings={"max_crashes": 1})
    assert runs("run", "--trust", file, "--run-id", "r")[0] == 9
    assert runs("resume", "r")[0] == 3
    assert runs("resume", "r", "--in-doubt", "done")[0] == 0
    assert runs.effects() == ["poison"]


def test_a_worker_process_that_dies_is_a_failed_attempt_and_no_crash_of_the_run(runs: Runs) -> None:
    """C7.8, C4.6: the run lives on, the node fails as its policy says, the journal tells of no interruption."""
    file = runs.file(
        {"p": {**POISON, "run_on": "process", "retry": {"max_attempts": 4, "delay": 0}, "on_error": "continue"}}
    )
    code, _ = runs("run", "--trust", file, "--run-id", "r")
    assert code == 0
    _, shown = runs("show", "r", "--json")
    node = json.loads(shown)["nodes"]["p"]
    assert (node["status"], node["attempts"]) == ("failed", 4)
    assert runs.effects().count("poison") == 4
    kinds = {json.loads(line)["kind"] for line in runs("events", "r")[1].splitlines()}
    assert not kinds & {"run_interrupted", "node_in_doubt", "node_interrupted"}


def test_a_run_killed_after_a_breakpoint_was_passed_is_not_stopped_there_again(runs: Runs) -> None:
    """C7.7, C7.4"""
    slow = {"action": "py:poison_steps:slow", "effect": "pure", "breakpoint": True}
    file = runs.file({"a": harmless("a"), "s": slow}, ("a", "s"))
    assert runs("run", "--trust", file, "--run-id", "r")[0] == 3
    for started in (1, 2):
        process = runs.start("resume", "r")
        deadline = time.monotonic() + 60
        while runs.effects().count("slow") < started and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert runs.effects().count("slow") == started
    assert runs.effects().count("a") == 1
    kinds = [json.loads(line)["kind"] for line in runs("events", "r")[1].splitlines()]
    assert kinds.count("breakpoint_hit") == 1
    assert runs("cancel", "r")[0] == 0


def test_the_time_of_a_run_is_over_although_its_process_was_killed(runs: Runs) -> None:
    """``settings.timeout`` is journaled: whoever goes on meets the end."""
    hold = {
        "action": "shell.run",
        "effect": "pure",
        "params": {"command": f"echo begun >> {runs.folder}/effects; sleep 600"},
    }
    file = runs.file({"s": hold}, settings={"timeout": "4s"})
    process = runs.start("run", "--trust", file, "--run-id", "r")
    while not runs.effects():
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    code, said = runs("resume", "r")
    assert code == 1
    assert "longer than its timeout of 4 s" in said
    assert json.loads(runs("show", "r", "--json")[1])["error"]["node"] is None


def test_a_thread_that_cannot_be_stopped_does_not_keep_the_command_alive(runs: Runs) -> None:
    """C4.5: its node has timed out, the run is over, the result is printed."""
    file = runs.file({"s": {"action": "py:poison_steps:slow", "timeout": "1s"}})
    code, said = runs("run", "--trust", file)
    assert code == 1
    assert "longer than its timeout of 1 s" in said
