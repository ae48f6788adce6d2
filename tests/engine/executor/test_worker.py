"""The worker process, spoken to directly over its pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from floworch.executor import wire
from floworch.executor.worker import Outbox
from floworch.model.values import decode, encode


class Direct:
    """A worker process without the engine's side."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "floworch.executor.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout

    def send(self, message: dict[str, Any]) -> None:
        body = encode(message)
        self.stdin.write(wire.HEADER.pack(len(body)) + body)
        self.stdin.flush()

    def receive(self) -> dict[str, Any]:
        size = wire.HEADER.unpack(self.stdout.read(wire.HEADER.size))[0]
        message: dict[str, Any] = decode(self.stdout.read(size))
        return message

    def job(self, code: str, **inputs: Any) -> list[dict[str, Any]]:
        """Run code; every message until the answer."""
        self.send({"job": {"code": code, "inputs": inputs}})
        messages = [self.receive()]
        while not {"done", "error"} & messages[-1].keys():
            messages.append(self.receive())
        return messages


@pytest.fixture
def worker() -> Iterator[Direct]:
    direct = Direct()
    hello = direct.receive()["hello"]
    assert hello["pid"] == direct.process.pid
    assert hello["version"] == list(sys.version_info[:3])
    yield direct
    direct.process.communicate()


def test_it_answers_jobs_one_after_the_other(worker: Direct) -> None:
    assert worker.job("x * 2", x=21) == [{"done": 42, "retire": False}]
    assert worker.job("x", x=b"\x00")[-1]["done"] == b"\x00"


def test_printed_lines_come_before_the_answer_in_order(worker: Direct) -> None:
    messages = worker.job("import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c', end='')")
    lines = [line for message in messages for line in message.get("lines", ())]
    assert lines == [["stdout", "a"], ["stderr", "b"], ["stdout", "c"]]
    assert "done" in messages[-1]


def test_a_job_leaves_nothing_for_the_next(worker: Direct) -> None:
    worker.job(
        "import os, sys\nos.chdir('/')\nos.environ['LEFT'] = '1'\nsys.path.append('/left')\nsys.stdout = None\n"
        "secret = 1"
    )
    answer = worker.job(
        "import os, sys\nprint('here')\n"
        "[os.getcwd() == '/', 'LEFT' in os.environ, '/left' in sys.path, 'secret' in globals()]"
    )
    assert answer[0]["lines"] == [["stdout", "here"]]
    assert answer[-1]["done"] == [False, False, False, False]


@pytest.mark.parametrize(
    "code",
    [
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "import subprocess\nsubprocess.Popen(['sleep', '60'])\n1",
    ],
)
def test_a_job_that_leaves_threads_or_children_asks_for_a_new_process(worker: Direct, code: str) -> None:
    if "sleep'" in code:
        code = code.replace("\n1", "\nNone")
    assert worker.job(code)[-1]["retire"] is True


def test_standard_input_is_empty(worker: Direct) -> None:
    assert worker.job("input()")[-1]["error"]["message"] == "EOFError: EOF when reading a line (line 1)"


def test_development_mode_finds_nothing_of_ours_to_complain_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Python says on standard error stands in the log of the node."""
    monkeypatch.setenv("PYTHONDEVMODE", "1")
    worker = Direct()
    worker.receive()
    for code in ("1", "import sys\nsys.stdin.close()\n1", "1"):
        assert worker.job(code) == [{"done": 1, "retire": False}]
    worker.process.communicate()


def test_a_forked_child_does_not_answer(worker: Direct) -> None:
    code = "import os\npid = os.fork()\nif pid:\n    os.waitpid(pid, 0)\npid > 0"
    messages = worker.job(code)
    assert messages[-1]["done"] is True
    assert worker.job("1")[-1]["done"] == 1


def test_a_question_waits_for_its_answer(worker: Direct) -> None:
    worker.send({"job": {"target": "test_support_nowhere:f", "kwargs": {}, "context": None}})
    assert worker.receive()["error"]["kind"] == "not_found_error"


def test_it_ends_with_its_group_when_the_pipe_closes(worker: Direct) -> None:
    worker.send({"job": {"code": "while True: pass", "inputs": {}}})
    worker.process.communicate()
    assert worker.process.returncode == -9


def test_every_job_ends_with_a_marker_on_standard_error(worker: Direct) -> None:
    worker.job("import os\nos.write(2, b'raw')\nos.system('echo child')\nNone")
    _, error = worker.process.communicate()
    assert error.split(b"\n") == [b"rawchild", b"", wire.MARKER, b""]


def test_the_outbox_cuts_endless_lines_and_decodes_anything() -> None:
    reader, writer = os.pipe()
    box = Outbox(writer)
    box.add("stdout", b"\xff\r\n")
    box.add("stdout", b"x" * 40_000)
    box.finish()
    assert wire.read_frame(reader) == {"lines": [["stdout", "\\xff"], ["stdout", "x" * 40_000]]}
