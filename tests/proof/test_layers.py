"""A process is killed inside every layer; another one goes on (C5.3, C5.4, C7.4). Effects lie outside the store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from layer_matrix import entry, names

from floworch.store.journal.store import FlatBuffersStore

CHILD = Path(__file__).parents[1] / "helpers" / "layer_child.py"
#: Long enough for every node of a slow machine to get to its place.
RETRY = {"use": "retry", "with": {"max_attempts": 3, "delay": "8s", "jitter": 0}}


def definition(layers: list[str], folder: Path) -> dict[str, Any]:
    """Per layer one node that is killed inside it, and one that is killed while a retry around it waits."""
    nodes: dict[str, Any] = {}
    for name in layers:
        one = entry(name, folder)
        if name == "concurrency":  # one place each: two nodes would wait for each other
            one = {**one, "with": {**one["with"], "limit": 2}}
        act = {"action": "m.act", "params": {"text": name}}
        around = [one, RETRY] if name in ("fallback", "retry") else [RETRY, one]
        nodes[f"hold-{name.replace('_', '-')}"] = {**act, "middleware": [one]}
        nodes[f"back-{name.replace('_', '-')}"] = {**act, "middleware": around}
    outputs = {name: f"{{{{ nodes['{name}'].output }}}}" for name in nodes}
    settings = {"max_concurrency": 40}
    return {"id": "matrix", "settings": settings, "outputs": outputs, "nodes": nodes, "edges": []}


class Child:
    """Starts the program and reads what it leaves."""

    def __init__(self, folder: Path, layers: list[str]) -> None:
        self.folder, self.effects = folder, folder / "effects"
        self.flow = definition(layers, folder)
        (folder / "f.flow.json").write_text(json.dumps(self.flow))

    def start(self, mode: str) -> subprocess.Popen[str]:
        arguments = [mode, self.folder / "store", self.effects, self.folder / "f.flow.json"]
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        return subprocess.Popen(
            [sys.executable, str(CHILD), *map(str, arguments)], stdout=subprocess.PIPE, text=True, env=environment
        )

    def killed_inside(self) -> None:
        with self.start("start") as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            process.kill()

    def resumed(self) -> dict[str, Any]:
        with self.start("resume") as process:
            assert process.stdout is not None
            found: dict[str, Any] = json.loads(process.stdout.read())
        assert process.returncode == 0
        return found

    def counted(self) -> Counter[str]:
        return Counter(self.effects.read_text().splitlines())


def check(child: Child) -> None:
    """Kill, resume, and compare with a run that nothing happened to."""
    child.killed_inside()
    before = child.counted()
    held = [name for name in child.flow["nodes"] if name.startswith("hold")]
    backed = [name for name in child.flow["nodes"] if name.startswith("back")]
    assert before == Counter([f"enter {name} 1" for name in held + backed])
    found = child.resumed()
    assert found["status"] == "completed"
    texts = {name: child.flow["nodes"][name]["params"]["text"] for name in held + backed}
    assert found["outputs"] == {name: f"{text} of {name}" for name, text in texts.items()}
    assert found["attempts"] == dict.fromkeys(held + backed, 2)
    again = Counter([f"enter {name} 2" for name in held + backed] + [f"done {name}" for name in held + backed])
    assert child.counted() == before + again
    letters = child.folder / "letters.jsonl"
    nodes = [json.loads(line)["node"] for line in letters.read_text().splitlines()] if letters.exists() else []
    assert nodes == (["back-dead-letter"] if "back-dead-letter" in backed else [])
    store = FlatBuffersStore(child.folder / "store")
    due: dict[int, float] = {}
    for event in store.events("r"):
        if event.payload and "delay" in event.payload:
            due[event.node] = event.at + event.payload["delay"]
        elif event.attempt == 2 and event.node in due:
            assert event.at >= due[event.node] - 0.05, "the back-off was cut short"
    assert len(due) == len(backed)


@pytest.mark.slow
def test_one_process_killed_inside_all_layers_at_once(tmp_path: Path) -> None:
    """The seeded form: two processes for all thirteen."""
    check(Child(tmp_path, names()))


@pytest.mark.proof
@pytest.mark.parametrize("name", names())
def test_a_process_killed_inside_one_layer(name: str, tmp_path: Path) -> None:
    """The full form: a process for each."""
    child = Child(tmp_path, [name])
    check(child)
    done = child.counted()
    assert child.resumed()["status"] == "completed"  # of a run that has ended
    assert child.counted() == done
