"""The product as a person uses it: real processes on a store of the test's own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from zygote import zygote

Event = dict[str, Any]
#: Seconds a command may take on a slow, busy machine before the test gives up.
PATIENCE = 180.0
ROOT = Path(__file__).resolve().parents[2]


class Process:
    """A running command; what it prints is collected while it runs."""

    def __init__(self, arguments: list[str], env: dict[str, str]) -> None:
        self.popen = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
        )
        self._lines: dict[str, list[str]] = {"stdout": [], "stderr": []}
        self._changed = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=(name,), daemon=True) for name in ("stdout", "stderr")
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def stdout(self) -> str:
        return "".join(self._lines["stdout"])

    @property
    def stderr(self) -> str:
        return "".join(self._lines["stderr"])

    def events(self) -> list[Event]:
        """The events it has printed so far (``--events jsonl`` or ``events --follow``)."""
        return [json.loads(line) for line in list(self._lines["stdout"]) if line.endswith("\n")]

    def until(self, condition: Callable[[Event], Any]) -> Event:
        """Wait for an event; fails when the command ends without it."""
        event = self.until_or_end(condition)
        if event is None:
            raise AssertionError(f"no such event:\n{self.stdout[-2000:]}\n{self.stderr}")
        return event

    def until_or_end(self, condition: Callable[[Event], Any]) -> Event | None:
        """Wait for an event; None when the command ends without it, which includes a run that had ended already."""
        seen = 0
        deadline = time.monotonic() + PATIENCE
        with self._changed:
            while True:
                lines = self._lines["stdout"]
                while seen < len(lines):
                    event = json.loads(lines[seen])
                    seen += 1
                    if condition(event):
                        return event
                alive = any(reader.is_alive() for reader in self._readers)
                if not alive:
                    return None
                assert time.monotonic() < deadline, f"no such event among {seen}:\n{self.stderr}"
                self._changed.wait(0.2)

    def until_said(self, text: str) -> None:
        """Wait until it has written a text to standard error."""
        deadline = time.monotonic() + PATIENCE
        with self._changed:
            while text not in self.stderr:
                assert any(reader.is_alive() for reader in self._readers), f"it ended:\n{self.stderr}"
                assert time.monotonic() < deadline, f"it did not say {text!r}:\n{self.stderr}"
                self._changed.wait(0.2)

    def send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.popen.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, at once."""
        self.send(signal.SIGKILL)
        self.wait()

    def wait(self, code: int | None = None) -> int:
        """Wait for its end and, with ``code``, check its exit code."""
        found = self.popen.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        if code is not None:
            assert found == code, f"exit {found} instead of {code}\n{self.stdout[-2000:]}\n{self.stderr[-4000:]}"
            assert "Traceback" not in self.stderr, self.stderr
        return found

    def _read(self, name: str) -> None:
        pipe = getattr(self.popen, name)
        for line in pipe:
            with self._changed:
                self._lines[name].append(line.decode("utf-8", "replace"))
                self._changed.notify_all()
        pipe.close()
        with self._changed:
            self._changed.notify_all()


@dataclass(frozen=True)
class Done:
    """A command that has ended: what it printed."""

    stdout: str
    stderr: str


class Cli:
    """``floworch`` as real processes; every one that still runs at the end of the test is killed.

    What is started is a new Python. What is run to its end is a fork of one that has imported the command line, and
    otherwise a process like any other: the imports would take most of the time of these tests.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store"
        self.env = {
            **os.environ,
            "FLOWORCH_STORE": str(self.store),
            "NO_COLOR": "1",
            "COLUMNS": "120",
            "PYTHONUNBUFFERED": "1",
        }
        self._processes: list[Process] = []

    def start(self, *arguments: object) -> Process:
        """Start a verb and return at once."""
        return self.start_python("-m", "floworch", *arguments)

    def start_python(self, *arguments: object) -> Process:
        """Start Python with arguments and return at once."""
        process = Process([sys.executable, *map(str, arguments)], self.env)
        self._processes.append(process)
        return process

    def __call__(self, *arguments: object, code: int = 0) -> Done:
        """Run a verb to its end; checks the exit code and that there is no traceback."""
        ended = zygote().run(tuple(map(str, arguments)), self.env)
        done = Done(ended.stdout.decode("utf-8", "replace"), ended.stderr.decode("utf-8", "replace"))
        assert ended.code == code, f"exit {ended.code} instead of {code}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def json(self, *arguments: object, code: int = 0) -> Any:
        """Run a verb and return what it printed, as JSON."""
        return json.loads(self(*arguments, code=code).stdout)

    def show(self, run_id: str) -> dict[str, Any]:
        """The run as ``show --json`` prints it."""
        found: dict[str, Any] = self.json("show", run_id, "--json")
        return found

    def status(self, run_id: str) -> str:
        """The run's status."""
        return str(self.show(run_id)["status"])

    def events(self, run_id: str) -> list[Event]:
        """The events of a run from its journal."""
        return [json.loads(line) for line in self("events", run_id).stdout.splitlines()]

    def until_status(self, run_id: str, *statuses: str) -> dict[str, Any]:
        """Wait until a run has one of these statuses."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.show(run_id))["status"] not in statuses:
            assert time.monotonic() < deadline, found
        return found

    def file(self, definition: dict[str, Any], name: str = "") -> Path:
        """Write a definition and return its path."""
        path = self.folder / (name or f"{definition['id']}.flow.json")
        path.write_text(json.dumps(definition))
        return path

    def companion(self) -> int:
        """Pid of the companion process of the store."""
        return int(json.loads((self.store / "companion").read_text())["pid"])

    def end(self) -> None:
        """End everything this test has started."""
        for process in self._processes:
            if process.popen.poll() is None:
                process.kill()
        with contextlib.suppress(OSError, ValueError, KeyError):
            os.kill(self.companion(), signal.SIGKILL)


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    """The command line on a store of this test's own."""
    found = Cli(tmp_path)
    yield found
    found.end()


@pytest.fixture
def example() -> Path:
    """The definition of the folder audit."""
    return ROOT / "resources" / "floworch_resources" / "examples" / "folder-audit.flow.json"
