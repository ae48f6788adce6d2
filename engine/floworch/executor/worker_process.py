"""One worker process as the engine sees it: started, given one job at a time, killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process, SubprocessStreamProtocol
from collections import deque
from collections.abc import Mapping
from inspect import isawaitable
from pathlib import Path
from typing import Any

from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
from floworch.actions.proctree import Lifeline, exit_words, kill_tree
from floworch.actions.workers import OnMessage, RemoteError
from floworch.errors import ErrorKind, FlowError
from floworch.executor import wire
from floworch.executor.places import stand_still
from floworch.model.values import decode, encode

_START_LIMIT = 30.0
_DRAIN_LIMIT = 1.0
_BIG = 1 << 20
_TAIL_LINES = 60
_OUTCOMES = {"Outcome": Outcome, "Wait": Wait, "Expand": Expand, "Rounds": Rounds}
#: Starts the worker in an interpreter that does not have floworch, without showing it the engine's libraries.
_FOREIGN = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from floworch.executor import worker; "
    "import floworch.errors; sys.path.pop(0); worker.main()"
)


class WorkerProcess:
    """A started worker. ``healthy`` turns False when it must not get another job; ``interpreter`` is as asked for."""

    def __init__(
        self, process: Process, transport: asyncio.SubprocessTransport, lifeline: Lifeline, interpreter: str | None
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self.interpreter = interpreter
        self.healthy = True
        self._process = process
        self._transport = transport
        self._lifeline = lifeline
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._on_message: OnMessage | None = None
        self._drained = asyncio.Event()
        self._raw_task = asyncio.get_running_loop().create_task(self._read_raw(), name=f"worker {process.pid} output")

    @property
    def pid(self) -> int:
        """Its process id, which is also its process group."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    @classmethod
    async def start(cls, interpreter: str | None) -> WorkerProcess:
        """Start one and wait until it is ready.

        Raises:
            RemoteError: not_found_error or permission_error for the interpreter, processing_error when it does
                not get ready.
        """
        options = ["-X", "utf8", "-X", "faulthandler"]
        if interpreter is None:
            argv = [sys.executable, "-P", *options, "-m", "floworch.executor.worker"]
        else:
            argv = [interpreter, *options, "-c", _FOREIGN, str(Path(__file__).parents[2])]
        worker = await cls._spawn(argv, interpreter)
        try:
            async with asyncio.timeout(_START_LIMIT):
                await worker._receive()
        except BaseException as error:
            await worker.kill()
            if isinstance(error, TimeoutError):
                raise RemoteError(f"The worker process was not ready within {_START_LIMIT:.0f} seconds.") from None
            raise
        return worker

    @classmethod
    async def _spawn(cls, argv: list[str], interpreter: str | None) -> WorkerProcess:
        loop = asyncio.get_running_loop()
        lifeline = Lifeline()
        try:
            transport, protocol = await loop.subprocess_exec(
                lambda: SubprocessStreamProtocol(limit=_BIG, loop=loop),
                *argv,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                start_new_session=True,
                pass_fds=lifeline.pass_fds,
            )
        except OSError as error:
            lifeline.close()
            missing = isinstance(error, FileNotFoundError)
            problem = "was not found" if missing else f"cannot be started: {error.strerror}"
            raise RemoteError(
                f"The Python interpreter '{argv[0]}' {problem}.",
                ErrorKind.NOT_FOUND if missing else ErrorKind.PERMISSION,
                hint="Give the path of a python executable in 'interpreter', or leave it out.",
            ) from None
        except BaseException:
            lifeline.close()
            raise
        lifeline.attach(transport.get_pid())
        return cls(Process(transport, protocol, loop), transport, lifeline, interpreter)

    async def run(self, job: Mapping[str, Any], on_message: OnMessage) -> Any:
        """Run one job; see ``WorkerPool.call``. After any other exception than RemoteError it must be killed."""
        frame = _frame({"job": {**job, "path": _import_path()} if self.interpreter is None else job})
        self._on_message = on_message
        self._tail.clear()
        self._drained.clear()
        begin = stand_still() if "target" in job else _begun  # importing its module is no work of the attempt
        at_last = asyncio.get_running_loop().call_later(_START_LIMIT, begin)
        try:
            await self._send(frame)
            while True:
                message = await self._receive()
                if "begun" in message:
                    begin()
                    continue
                if "done" in message or "error" in message:
                    await self._finish(message)
                    return outcome_of(message, on_message)
                await self._handle(message, on_message)
        finally:
            at_last.cancel()
            begin()
            self._on_message = None

    async def _handle(self, message: dict[str, Any], on_message: OnMessage) -> None:
        for kind, line in message.get("lines", ()):
            if kind == "stderr":
                self._tail.append(line)
            on_message(kind, line)
        for kind in ("log", "progress"):
            if kind in message:
                on_message(kind, message[kind])
        if "ask" in message:
            kind, payload = message["ask"]
            try:
                answer = on_message(kind, payload)
                reply: dict[str, Any] = {"answer": await answer if isawaitable(answer) else answer}
            except FlowError as error:
                refused = {
                    "message": error.message,
                    "kind": str(getattr(error, "kind", ErrorKind.PROCESSING)),
                    "hint": error.hint,
                }
                reply = {"refused": refused}
            await self._send(_frame(reply))

    async def _finish(self, message: dict[str, Any]) -> None:
        """See the rest of what was printed, and whether the process may be used again."""
        try:
            async with asyncio.timeout(_DRAIN_LIMIT):
                await self._drained.wait()
        except TimeoutError:
            self.healthy = False
        if message.get("retire"):
            self.healthy = False

    async def _send(self, frame: bytes) -> None:
        try:
            self._stdin.write(frame)
            await self._stdin.drain()
        except OSError:
            raise await self._died() from None

    async def _receive(self) -> dict[str, Any]:
        try:
            size = wire.HEADER.unpack(await self._stdout.readexactly(wire.HEADER.size))[0]
            if size > wire.MAX_FRAME:
                raise await self._died()
            body = await self._stdout.readexactly(size)
            message = decode(body) if size < _BIG else await asyncio.to_thread(decode, body)
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            raise await self._died() from None
        return message  # type: ignore[no-any-return]

    async def _died(self) -> RemoteError:
        """The error for a process that ended, or closed or garbled its answers."""
        self.healthy = False
        await self._ended()
        await asyncio.wait({self._raw_task}, timeout=_DRAIN_LIMIT)
        code = self._process.returncode
        message = (
            f"The worker process ended before the job did, with {exit_words(code)}"
            if code is not None
            else "The worker process closed its connection before the job was done"
        )
        lines = [line for line in self._tail if line.strip()]
        said = next((line for line in lines if line.startswith("Fatal Python error")), lines[-1] if lines else "")
        hint = (
            "The system may have stopped it because memory ran out."
            if code == -9
            else "The code, or a library it uses, ended or crashed the process."
        )
        return RemoteError(
            f"{message}. Last output: {said.strip()}" if said else f"{message}.",
            ErrorKind.PROCESSING,
            hint=hint,
            traceback_text="\n".join(lines),
        )

    async def _read_raw(self) -> None:
        """Take what reaches the real standard error: C code, child processes, crash reports, and the marker."""
        rest = b""
        while data := await self._stderr.read(1 << 16):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._raw_line(line)
            if len(rest) > _BIG:
                self._raw_line(rest)
                rest = b""
        if rest:
            self._raw_line(rest)

    def _raw_line(self, line: bytes) -> None:
        if line == wire.MARKER:
            self._drained.set()
        elif line:
            text = line.decode("utf-8", "backslashreplace").rstrip("\r")
            self._tail.append(text)
            if self._on_message is not None:
                self._on_message("stdout", text)

    async def _ended(self) -> None:
        """Wait for the end of the process, not for ever. ``wait_for`` could swallow a cancel that comes with it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_LIMIT):
                await self._process.wait()

    async def kill(self) -> None:
        """End the process and everything it has started; return when all of it is gone."""
        self.healthy = False
        if self.alive:
            await kill_tree(self.pid, grace=0)
        self._lifeline.close()
        await self._ended()
        self._raw_task.cancel()
        await asyncio.wait({self._raw_task})
        self._transport.close()


def _begun() -> None:
    """A job of source text begins at once."""


def _import_path() -> list[str]:
    """Where this process imports from, in words that hold in another working directory."""
    return [os.path.abspath(entry) for entry in sys.path]


def _frame(message: Mapping[str, Any]) -> bytes:
    body = encode(message)
    return wire.HEADER.pack(len(body)) + body


def outcome_of(message: Mapping[str, Any], on_message: OnMessage) -> Any:
    """What a worker's last message means. Raises RemoteError for a failure."""
    error = message.get("error")
    if error is not None:
        raise RemoteError(
            error["message"], error["kind"], error.get("retry_after"), error.get("hint", ""), error.get("traceback", "")
        )
    if "data" in message:
        on_message("data", message["data"])
    kind = message.get("type")
    if kind is None:
        return message["done"]
    fields = message["done"]
    if kind == "Outcome":
        fields["also"] = tuple(fields["also"])
    return _OUTCOMES[kind](**fields)
