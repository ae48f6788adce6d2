"""One worker process from the engine's side."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from floworch.actions.workers import RemoteError
from floworch.errors import ActionError, ErrorKind
from floworch.executor import worker_process
from floworch.executor.worker_process import WorkerProcess


def job(code: str, **inputs: Any) -> dict[str, Any]:
    return {"code": code, "inputs": inputs}


def quiet(kind: str, payload: Any) -> Any:
    """Drop a message."""


async def failure(code: str) -> RemoteError:
    """The error of a job that ends its worker, which is killed afterwards."""
    worker = await WorkerProcess.start(None)
    try:
        with pytest.raises(RemoteError) as caught:
            await worker.run(job(code), quiet)
        assert not worker.healthy
    finally:
        await worker.kill()
    return caught.value


async def test_it_runs_jobs_and_is_gone_after_kill() -> None:
    worker = await WorkerProcess.start(None)
    assert worker.alive
    assert await worker.run(job("x + 1", x=1), quiet) == 2
    assert worker.healthy
    await worker.kill()
    assert not worker.alive


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import os\nos._exit(3)", "ended before the job did, with exit code 3."),
        ("import os\nos.system('echo last words >&2')\nos._exit(4)", "with exit code 4. Last output: last words"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)", r"with signal 15 \(SIGTERM\)"),
    ],
)
async def test_a_process_that_dies_says_how(code: str, message: str) -> None:
    error = await failure(code)
    assert error.kind is ErrorKind.PROCESSING
    assert re.search(message, str(error))


async def test_a_crash_shows_what_python_said_about_it() -> None:
    error = await failure("import ctypes\nctypes.string_at(0)")
    assert "signal 11 (SIGSEGV). Last output: Fatal Python error: Segmentation fault" in str(error)
    assert 'File "<python.code>", line 2' in error.traceback_text


async def test_running_out_of_memory_is_suggested_for_sigkill() -> None:
    error = await failure("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert "signal 9 (SIGKILL)" in str(error)
    assert "memory ran out" in error.hint


async def test_what_child_processes_print_arrives_before_the_answer() -> None:
    worker = await WorkerProcess.start(None)
    seen: list[tuple[str, Any]] = []
    await worker.run(
        job("import os\nos.system('echo one; echo two >&2')\nNone"), lambda kind, payload: seen.append((kind, payload))
    )
    await worker.kill()
    assert seen == [("stdout", "one"), ("stdout", "two")]


async def test_a_question_is_answered_or_refused() -> None:
    worker = await WorkerProcess.start(None)
    context = {"run_id": "r", "workflow_id": "w", "node": "n"}
    call = {"target": "floworch.executor.worker_context:make_context", "kwargs": {}, "context": None}
    ask = {"target": "floworch.actions.widgets:secret_value", "kwargs": {"text": "TOKEN"}, "context": context}

    def answer(kind: str, payload: Any) -> Any:
        if payload == "TOKEN":
            raise ActionError("There is no secret 'TOKEN'.", ErrorKind.NOT_FOUND, hint="Add it.")

    with pytest.raises(RemoteError, match="There is no secret 'TOKEN'") as caught:
        await worker.run(ask, answer)
    assert (caught.value.kind, caught.value.hint) == (ErrorKind.NOT_FOUND, "Add it.")
    assert await worker.run(ask, lambda kind, payload: "value") == "value"
    with pytest.raises(RemoteError, match="missing 3 required positional arguments"):
        await worker.run(call, quiet)
    await worker.kill()


@pytest.mark.parametrize(
    ("interpreter", "kind", "message"),
    [
        ("/nope/python", ErrorKind.NOT_FOUND, "The Python interpreter '/nope/python' was not found"),
        ("/etc/passwd", ErrorKind.PERMISSION, "cannot be started: Permission denied"),
        ("/bin/false", ErrorKind.PROCESSING, "ended before the job did, with exit code 1"),
    ],
)
async def test_an_interpreter_that_does_not_start(interpreter: str, kind: ErrorKind, message: str) -> None:
    with pytest.raises(RemoteError, match=message) as caught:
        await WorkerProcess.start(interpreter)
    assert caught.value.kind is kind


async def test_one_that_never_gets_ready_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "_START_LIMIT", 0.05)
    monkeypatch.setattr(worker_process, "_FOREIGN", "import time; time.sleep(60)")
    with pytest.raises(RemoteError, match="was not ready within"):
        await WorkerProcess.start(sys.executable)
