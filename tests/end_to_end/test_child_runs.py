"""A real process that is killed while a grandchild works (C7.4, C10.3)."""

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

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the steps are shell commands of a POSIX system")


def write(folder: Path, name: str, nodes: dict[str, Any], *edges: tuple[str, str]) -> None:
    text = {"id": name, "nodes": nodes, "edges": [{"from": one, "to": two} for one, two in edges]}
    (folder / f"{name}.flow.json").write_text(json.dumps(text))


def step(folder: Path, word: str, then: str = "true") -> dict[str, Any]:
    """A step that writes a word into a file outside the store."""
    command = f"echo {word} >> '{folder}/effects'; {then}"
    return {"action": "shell.run", "effect": "idempotent", "params": {"command": command}}


def floworch(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "floworch", *map(str, arguments)]


def wait_for(condition: Any) -> None:
    """Return once something holds; a minute is far more than it takes."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.02)


def effects(folder: Path) -> list[str]:
    path = folder / "effects"
    return path.read_text().split() if path.exists() else []


def test_a_killed_family_goes_on_from_where_it_was_and_repeats_only_what_was_cut_off(tmp_path: Path) -> None:
    hold = step(tmp_path, "hold", f"while [ ! -e '{tmp_path}/go' ]; do sleep 0.02; done")
    leaf = {"before": step(tmp_path, "before"), "hold": hold, "after": step(tmp_path, "after")}
    write(tmp_path, "leaf", leaf, ("before", "hold"), ("hold", "after"))
    call = {"action": "flow.call", "params": {"workflow": "leaf.flow.json"}}
    write(tmp_path, "middle", {"first": step(tmp_path, "first"), "call": call}, ("first", "call"))
    top = {"call": {**call, "params": {"workflow": "middle.flow.json"}}, "last": step(tmp_path, "last")}
    write(tmp_path, "top", top, ("call", "last"))
    store = ("--store", tmp_path / "store")
    running = subprocess.Popen(
        floworch("run", tmp_path / "top.flow.json", "--run-id", "r", *store),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(lambda: "hold" in effects(tmp_path))
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    for file in tmp_path.glob("*.flow.json"):
        file.unlink()  # a run keeps what it calls
    (tmp_path / "go").touch()
    resume = floworch("resume", "r", "--json", *store)
    done = subprocess.run(resume, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "completed"
    assert effects(tmp_path) == ["first", "before", "hold", "hold", "after", "last"]
    listed = subprocess.run(floworch("runs", "--json", *store), capture_output=True, text=True, timeout=60, check=True)
    found = {run["run_id"]: (run["status"], run.get("parent")) for run in json.loads(listed.stdout)}
    assert found == {"r": ("completed", None), "r.call": ("completed", "r"), "r.call.call": ("completed", "r.call")}
