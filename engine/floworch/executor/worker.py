"""The worker process: takes jobs as frames on its standard input and answers on its standard output.

Standard library only, so that it also runs in an interpreter of the user. Three threads: the main thread runs
the jobs, one reads frames (and ends the whole process group when the engine is gone), one sends what was printed.

What Python code prints travels inside frames, in order with the answer. What C code and child processes print
arrives on the real standard error; a marker line after each job tells the engine that it has seen all of it.
"""

from __future__ import annotations

import contextlib
import io
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any, TextIO

from floworch.executor import wire, worker_jobs

_FLUSH_EVERY = 0.02
_FLUSH_BYTES = 1 << 16


class Outbox:
    """Sends frames, and printed lines in batches: soon, in order, and never more than 64 KiB behind."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.RLock()
        self._partial = {"stdout": b"", "stderr": b""}
        self._lines: list[tuple[str, str]] = []
        self._size = 0
        self._wake = threading.Event()

    def add(self, kind: str, data: bytes) -> None:
        """Take printed bytes of ``stdout`` or ``stderr``."""
        with self._lock:
            *lines, rest = (self._partial[kind] + data).split(b"\n")
            if len(rest) > _FLUSH_BYTES:
                lines.append(rest)
                rest = b""
            self._partial[kind] = rest
            self._lines += ((kind, line.decode("utf-8", "backslashreplace").rstrip("\r")) for line in lines)
            self._size += len(data)
            if self._size >= _FLUSH_BYTES:
                self._flush()
            elif lines:
                self._wake.set()

    def flush(self) -> None:
        """Send whole lines at once: what ``print(..., flush=True)`` asks for."""
        with self._lock:
            self._flush()

    def _flush(self) -> None:
        if self._lines:
            lines, self._lines = self._lines, []
            self._size = 0
            wire.write_all(self._fd, wire.encode({"lines": lines}))

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a plain message after everything printed before it."""
        self.send_frame(wire.encode(message))

    def send_frame(self, frame: bytes) -> None:
        """Send an encoded message after everything printed before it."""
        with self._lock:
            self._flush()
            wire.write_all(self._fd, frame)

    def finish(self) -> None:
        """Send everything printed, also lines without their end."""
        with self._lock:
            for kind, rest in self._partial.items():
                if rest:
                    self.add(kind, b"\n")
            self._flush()

    def run(self) -> None:
        """Send printed lines a moment after they were printed, for ever; the body of a daemon thread."""
        pause = threading.Event()
        while True:
            self._wake.wait()
            pause.wait(_FLUSH_EVERY)
            self._wake.clear()
            with self._lock, contextlib.suppress(OSError):
                self._flush()


class _Sink(io.RawIOBase):
    """The binary layer below ``sys.stdout`` or ``sys.stderr``."""

    def __init__(self, outbox: Outbox, kind: str, fd: int) -> None:
        self._outbox = outbox
        self._kind = kind
        self._number = fd

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def flush(self) -> None:
        self._outbox.flush()

    def write(self, data: Any) -> int:
        taken = bytes(data)
        self._outbox.add(self._kind, taken)
        return len(taken)


class Worker:
    """One worker process: its streams, its threads and its loop."""

    def __init__(self) -> None:
        self._in = os.dup(0)
        self._outbox = Outbox(os.dup(1))
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.dup2(2, 1)
        self._jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._asking = threading.Lock()
        self._forked = False
        self._empty: TextIO = io.StringIO()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._in_fork)

    def _in_fork(self) -> None:
        """A child that the job forked (multiprocessing) prints to the real stream and never answers."""
        self._forked = True
        sys.stdout = sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8", errors="backslashreplace")

    def run(self) -> None:
        """Work until the engine closes the pipe."""
        self._streams()
        for body in (self._read, self._outbox.run):
            threading.Thread(target=body, daemon=True).start()
        self._outbox.send({"hello": {"pid": os.getpid(), "version": list(sys.version_info[:3])}})
        threads = threading.active_count()
        while True:
            job = self._jobs.get()
            home = _Surroundings()
            answer = self._answer(job)
            if self._forked:
                os._exit(1 if "error" in answer else 0)
            self._streams()
            answer["retire"] = threading.active_count() > threads or _has_children() or not home.restore()
            self._finish(answer)

    def _finish(self, answer: dict[str, Any]) -> None:
        try:
            frame = wire.encode(answer)
        except (ValueError, RecursionError) as error:
            refused = {"kind": "validation_error", "message": f"The result cannot be sent: {error}."}
            frame = wire.encode({"error": refused, "retire": answer["retire"]})
        self._outbox.finish()
        with contextlib.suppress(OSError):
            wire.write_all(2, b"\n" + wire.MARKER + b"\n")
        self._outbox.send_frame(frame)

    def _streams(self) -> None:
        """Set the standard streams, anew after each job: it may have replaced or closed them."""
        self._empty.close()
        self._empty = sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - it stays open
        for kind, fd in (("stdout", 1), ("stderr", 2)):
            stream = io.TextIOWrapper(
                _Sink(self._outbox, kind, fd),  # pyright: ignore[reportArgumentType] - it writes, which is all that is used
                encoding="utf-8",  # type: ignore[type-var]
                errors="backslashreplace",
                newline="\n",
                write_through=True,
            )
            setattr(sys, kind, stream)

    def _answer(self, job: dict[str, Any]) -> dict[str, Any]:
        try:
            if "path" in job:
                sys.path[:] = job["path"]
            if job.get("folder"):
                worker_jobs.enter(job["folder"])
            if "code" in job:
                return {"done": worker_jobs.run_code(job["code"], job["inputs"], self._outbox.send)}
            return worker_jobs.run_call(job["target"], job["kwargs"], job.get("context"), self._outbox.send, self._ask)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the job's outcome
            return {"error": worker_jobs.describe(error)}

    def _ask(self, kind: str, payload: Any) -> Any:
        with self._asking:
            self._outbox.send({"ask": [kind, wire.to_plain(payload, kind)]})
            reply = self._answers.get()
        if "refused" in reply:
            from floworch.errors import ActionError

            raise ActionError(reply["refused"]["message"], reply["refused"]["kind"], hint=reply["refused"]["hint"])
        answer: Any = reply["answer"]
        return answer

    def _read(self) -> None:
        while True:
            try:
                message = wire.read_frame(self._in)
            except OSError:
                message = None
            if message is None:
                _leave()
                return
            (self._jobs if "job" in message else self._answers).put(message.get("job", message))


class _Surroundings:
    """What a job may change for the next one: put back after it."""

    def __init__(self) -> None:
        self._folder = os.getcwd()
        self._environment = dict(os.environ)
        self._path = list(sys.path)
        self._depth = sys.getrecursionlimit()

    def restore(self) -> bool:
        """Put everything back; False when that was not possible, so that this process should not be used again."""
        try:
            if dict(os.environ) != self._environment:
                os.environ.clear()
                os.environ.update(self._environment)
            sys.path[:] = self._path
            sys.setrecursionlimit(self._depth)
            os.chdir(self._folder)
        except OSError:
            return False
        return True


def _has_children() -> bool:
    """Whether the job left child processes behind."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _leave() -> None:
    """The engine is gone: end this process, and on POSIX everything the job started."""
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)


def main() -> None:
    """Entry point of the worker process."""
    Worker().run()


if __name__ == "__main__":
    main()
