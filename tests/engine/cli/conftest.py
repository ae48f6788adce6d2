"""Running the command line: in this process where possible, as a real process where it matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from floworch.cli.app import app

HELLO: dict[str, Any] = {
    "id": "hello",
    "inputs": {"name": {"type": "string", "required": True}, "times": {"type": "integer", "default": 1}},
    "outputs": {"greeting": "{{ nodes.greet.output.text }}"},
    "nodes": {
        "begin": {"action": "util.log", "params": {"message": "about to greet {{ inputs.name }}"}},
        "greet": {"action": "data.set", "params": {"fields": {"text": "Hello {{ inputs.name }}"}}},
        "end": {"action": "util.log", "params": {"message": "done"}},
    },
    "edges": [{"from": "begin", "to": "greet"}, {"from": "greet", "to": "end"}],
}
GATE: dict[str, Any] = {
    "id": "gate",
    "outputs": {"answer": "{{ nodes.after.output }}"},
    "nodes": {
        "ask": {"action": "human.approve", "params": {"message": "Ship it?"}},
        "after": {"action": "data.set", "params": {"fields": {"answer": "yes"}}},
    },
    "edges": [{"from": "ask", "to": "after", "port": "approved"}],
}
#: The first node takes as long as the file ``go`` does not exist; then everything ends at once.
WAITING: dict[str, Any] = {
    "id": "waiting",
    "inputs": {"go": {"type": "string", "required": True}},
    "nodes": {
        "hold": {
            "action": "shell.run",
            "effect": "idempotent",
            "params": {"command": "while [ ! -e '{{ inputs.go }}' ]; do sleep 0.02; done"},
        },
        "after": {"action": "util.log", "params": {"message": "after"}},
    },
    "edges": [{"from": "hold", "to": "after"}],
}
FAILING: dict[str, Any] = {
    "id": "failing",
    "inputs": {"flag": {"type": "string", "required": True}},
    "nodes": {
        "before": {"action": "util.log", "params": {"message": "before"}},
        "check": {"action": "shell.run", "params": {"command": "test -e '{{ inputs.flag }}'"}},
        "after": {"action": "util.log", "params": {"message": "after"}},
    },
    "edges": [{"from": "before", "to": "check"}, {"from": "check", "to": "after"}],
}


class Cli:
    """The command line in this process, on a store of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store"
        self.env = {"FLOWORCH_STORE": str(self.store), "NO_COLOR": "1", "COLUMNS": "120"}
        self._runner = CliRunner()
        self._processes: list[subprocess.Popen[str]] = []

    def __call__(self, *arguments: object, code: int = 0) -> Any:
        """Run a verb, check its exit code and that it showed no traceback, and return the result."""
        return self.piped(None, *arguments, code=code)

    def piped(self, text: str | None, *arguments: object, code: int = 0) -> Any:
        """The same with a text on standard input."""
        words = [str(each) for each in arguments]
        result = self._runner.invoke(app, words, input=text, env=self.env, catch_exceptions=False)
        assert result.exit_code == code, f"exit {result.exit_code}\n{result.stdout}\n{result.stderr}"
        assert "Traceback" not in result.stderr
        return result

    def json(self, *arguments: object, code: int = 0) -> Any:
        """Run a verb and return what it printed, as JSON."""
        return json.loads(self(*arguments, code=code).stdout)

    def file(self, definition: dict[str, Any], name: str = "") -> Path:
        """Write a definition and return its path."""
        path = self.folder / (name or f"{definition['id']}.flow.json")
        path.write_text(json.dumps(definition))
        return path

    def process(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a verb as a process of its own, with both outputs as pipes."""
        process = subprocess.Popen(
            [sys.executable, "-m", "floworch", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.env},
        )
        self._processes.append(process)
        return process

    def running(self, *arguments: object, until: str = "node_started") -> subprocess.Popen[str]:
        """Start ``run ... --events jsonl`` as a process and return once an event of that kind was printed."""
        process = self.process(*arguments, "--events", "jsonl")
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["kind"] == until:
                return process
        assert process.stderr is not None
        raise AssertionError(f"it ended early: {process.stderr.read()}")

    def end(self) -> None:
        """End what is still running."""
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    found = Cli(tmp_path)
    yield found
    found.end()


@pytest.fixture
def hello(cli: Cli) -> Path:
    return cli.file(HELLO)


@pytest.fixture
def gate(cli: Cli) -> Path:
    return cli.file(GATE)


@pytest.fixture
def waiting(cli: Cli) -> Path:
    return cli.file(WAITING)


@pytest.fixture
def failing(cli: Cli) -> Path:
    return cli.file(FAILING)


@pytest.fixture
def suspended(cli: Cli, gate: Path) -> Callable[[str], str]:
    """Makes a run that waits for an approval and that no process owns."""

    def make(run_id: str = "g-1") -> str:
        cli("run", gate, "--run-id", run_id, "--exit-when-suspended", code=3)
        return run_id

    return make
