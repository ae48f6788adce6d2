"""Real processes and SIGKILL: the engine, a worker and the scheduler of a cluster die; nothing runs twice (C14)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.proof, pytest.mark.timeout(900)]
PATIENCE = 180.0

#: A body that says when it begins, waits until it may end, and is unsafe: it must not run twice unasked.
CODE = """
import os, time
with open(mark, "a") as file:
    file.write(f"{os.getpid()}\\n")
print("begun")
while not os.path.exists(go):
    time.sleep(0.05)
open(mark + ".done", "w").close()
os.getpid()
"""


class Lab:
    """A scheduler, workers and engines, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mark, self.go = folder / "mark", folder / "go"
        self.env = {
            **os.environ, "FLOWORCH_STORE": str(folder / "store"), "FLOWORCH_CONFIG_DIR": str(folder / "config"),
            "HOME": str(folder), "NO_COLOR": "1",
        }  # fmt: skip
        self._all: list[subprocess.Popen[bytes]] = []
        self.scheduler, self.address = self._scheduler()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with open(self.folder / f"log-{len(self._all)}", "wb") as log:
            made = subprocess.Popen([sys.executable, *words], cwd=self.folder, env=self.env, stdout=log, stderr=log)
        self._all.append(made)
        return made

    def _scheduler(self) -> tuple[subprocess.Popen[bytes], str]:
        file = self.folder / "scheduler.json"
        words = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        made = self.start("-m", "distributed.cli.dask_scheduler", *words, "--scheduler-file", str(file))
        until(lambda: file.exists() and file.read_text().strip())
        return made, json.loads(file.read_text())["address"]

    def worker(self, *words: str) -> subprocess.Popen[bytes]:
        made = self.start("-m", "floworch", "worker", self.address, "--threads", "1", *words)
        log = self.folder / f"log-{len(self._all) - 1}"
        until(lambda: b"steps at a time" in log.read_bytes())
        return made

    def run(self, node: dict[str, Any]) -> subprocess.Popen[bytes]:
        inputs = {"mark": str(self.mark), "go": str(self.go)}
        step = {"action": "python.code", "run_on": "cluster", "params": {"code": CODE, "inputs": inputs}, **node}
        (self.folder / "x.flow.json").write_text(json.dumps({"id": "x", "nodes": {"a": step}}))
        return self.start("-m", "floworch", "run", "x.flow.json", "--run-id", "r", "--cluster", self.address)

    def floworch(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "floworch", *words], cwd=self.folder, env=self.env, capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip

    def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.floworch("show", "r", "--json").stdout)
        return found

    @property
    def begun(self) -> list[int]:
        return [int(line) for line in self.mark.read_text().split()] if self.mark.exists() else []

    def close(self) -> None:
        for each in self._all:
            each.kill()
            each.wait()


def until(condition: Callable[[], Any], patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("when", ["while it runs", "after it ended"])
def test_an_engine_that_is_killed_takes_up_its_unsafe_body(lab: Lab, when: str) -> None:
    """C14, C7.8: the body goes on without an engine, and runs once."""
    lab.worker()
    engine = lab.run({})
    until(lambda: lab.begun)
    engine.send_signal(signal.SIGKILL)
    engine.wait()
    if when == "after it ended":
        lab.go.touch()
        until(Path(f"{lab.mark}.done").exists)
    resumed = lab.start("-m", "floworch", "resume", "r")
    if when == "while it runs":
        until(lambda: lab.shown()["nodes"]["a"]["attempts"] == 2)
        lab.go.touch()
    assert resumed.wait(PATIENCE) == 0, lab.floworch("show", "r").stdout
    shown = lab.shown()
    assert (shown["status"], len(lab.begun)) == ("completed", 1)
    assert shown["nodes"]["a"]["output"] == lab.begun[0]
    assert json.loads(lab.floworch("cluster", "check", lab.address, "--json").stdout)["attempts"] == []


def test_a_worker_that_is_killed_takes_its_body_with_it_and_the_next_attempt_runs_elsewhere(lab: Lab) -> None:
    """C14"""
    first = lab.worker("--tag", "big")
    engine = lab.run({"effect": "idempotent", "tags": ["big"], "retry": {"max_attempts": 5, "delay": "1s"}})
    until(lambda: lab.begun)
    lab.worker("--tag", "big")
    first.send_signal(signal.SIGKILL)
    until(lambda: len(lab.begun) == 2)
    until(lambda: not Path(f"/proc/{lab.begun[0]}").exists())  # its process went with the worker
    lab.go.touch()
    assert engine.wait(PATIENCE) == 0
    shown = lab.shown()
    assert (shown["nodes"]["a"]["output"], shown["nodes"]["a"]["attempts"]) == (lab.begun[1], 2)


def test_a_scheduler_that_is_killed_is_a_connection_error(lab: Lab) -> None:
    """C14"""
    lab.worker()
    engine = lab.run({"retry": {"max_attempts": 1}})
    until(lambda: lab.begun)
    lab.scheduler.send_signal(signal.SIGKILL)
    assert engine.wait(PATIENCE) == 1
    shown = lab.shown()
    assert (shown["status"], shown["error"]["kind"]) == ("failed", "connection_error")
    until(
        lambda: not Path(f"/proc/{lab.begun[0]}").exists()
    )  # the worker ends with its scheduler, and the body with it
    assert len(lab.begun) == 1


def test_a_cancel_from_another_process_kills_the_body(lab: Lab) -> None:
    """C14, C7.3"""
    lab.worker()
    engine = lab.run({})
    until(lambda: lab.begun)
    assert lab.floworch("cancel", "r").returncode == 0
    assert engine.wait(PATIENCE) == 130
    until(lambda: not Path(f"/proc/{lab.begun[0]}").exists())
    assert json.loads(lab.floworch("cluster", "check", lab.address, "--json").stdout)["attempts"] == []
