"""Run one program to its end: output collected up to a limit, its whole process tree killed on cancellation."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import subprocess
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from floworch.actions.proctree import GRACE, Lifeline, kill_tree, to_the_end

T = TypeVar("T")

#: Seconds to wait, once the program has ended, for output of processes that it left in the background.
LINGER = 0.5


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended: its code (negative: a signal), and its output as bytes; ``cut_*`` counts bytes left out."""

    code: int
    stdout: bytes
    stderr: bytes
    cut_stdout: int = 0
    cut_stderr: int = 0


class _Stream:
    """One output stream: the first ``limit`` bytes of it, and its lines as they come."""

    def __init__(self, kind: str, limit: int, on_line: Callable[[str, str], None] | None) -> None:
        self.kept = bytearray()
        self.cut = 0
        self._kind = kind
        self._limit = limit
        self._on_line = on_line
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        self._rest = ""

    def feed(self, data: bytes) -> None:
        room = self._limit - len(self.kept)
        self.kept += data[:room] if room > 0 else b""
        self.cut += len(data) - max(0, min(room, len(data)))
        if self._on_line is not None:
            *lines, self._rest = (self._rest + self._decoder.decode(data)).split("\n")
            for line in lines:
                self._on_line(self._kind, line.rstrip("\r"))
            if len(self._rest) > 1 << 16:
                self._on_line(self._kind, self._rest)
                self._rest = ""

    def end(self) -> None:
        if self._on_line is not None and self._rest:
            self._on_line(self._kind, self._rest)
            self._rest = ""


class _Collector(asyncio.SubprocessProtocol):
    """Receives what the program does: ``exited`` and ``closed`` (all output seen) are events."""

    def __init__(self, limit: int, on_line: Callable[[str, str], None] | None, lifeline: Lifeline) -> None:
        self._lifeline = lifeline
        self.streams = {1: _Stream("stdout", limit, on_line), 2: _Stream("stderr", limit, on_line)}
        self.exited = asyncio.Event()
        self.closed = asyncio.Event()
        self._open = {1, 2}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Here, before any output is passed on: whoever has seen a line may rely on the lifeline.
        self._lifeline.attach(cast(asyncio.SubprocessTransport, transport).get_pid())

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.streams[fd].feed(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._open.discard(fd)
        if not self._open:
            self.closed.set()

    def process_exited(self) -> None:
        self.exited.set()


async def run_program(
    argv: Sequence[str],
    *,
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    limit: int,
    on_line: Callable[[str, str], None] | None = None,
    grace: float = GRACE,
) -> Finished:
    """Run a program and wait for its end.

    The program leads a process group. When it has ended, what it left in that group is killed too; so is the
    whole tree when this call is cancelled (SIGTERM, then SIGKILL after ``grace`` seconds) and, on Linux, when
    this process dies.

    Args:
        argv: The program and its arguments.
        cwd: Its working folder; None for the current one.
        env: Its whole environment; None for this process's.
        stdin: What it reads; None gives it an empty input.
        limit: Most bytes kept of each output stream; the rest is read and counted.
        on_line: ``on_line("stdout" | "stderr", line)`` for every line, as it comes.
        grace: Seconds between asking the program to stop and killing it.

    Raises:
        OSError: It cannot be started.
        ValueError: An argument holds a null character.
    """
    loop = asyncio.get_running_loop()
    lifeline = Lifeline()
    if argv[0] == "/bin/sh":  # it is there, so that no error of a start is lost
        argv = lifeline.gated(argv)
    try:
        (transport, collector), stopped = await _started(
            loop.subprocess_exec(
                lambda: _Collector(limit, on_line, lifeline),
                *argv,
                cwd=cwd,
                env=env,
                stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=lifeline.pass_fds,
            )
        )
    except BaseException:
        lifeline.close()
        raise
    try:
        if stopped:
            raise asyncio.CancelledError
        if stdin is not None:
            _feed(transport, stdin)
        await collector.exited.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                await collector.closed.wait()
    finally:
        if not collector.exited.is_set():
            await to_the_end(_end(transport.get_pid(), collector, grace))
        lifeline.close()
        transport.close()
    for stream in collector.streams.values():
        stream.end()
    out, err = collector.streams[1], collector.streams[2]
    return Finished(cast(int, transport.get_returncode()), bytes(out.kept), bytes(err.kept), out.cut, err.cut)


async def _started(start: Coroutine[Any, Any, T]) -> tuple[T, bool]:
    """The started program, and whether a cancel came meanwhile.

    A start that is cancelled half way would kill the program alone and then wait for whatever it has already started
    itself; the caller ends the whole tree instead.
    """
    task = asyncio.ensure_future(start)
    stopped = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            stopped = True
    return task.result(), stopped


def _feed(transport: asyncio.SubprocessTransport, data: bytes) -> None:
    """Hand over the whole input; the loop writes it while output is read, so neither side can block the other."""
    pipe = cast(asyncio.WriteTransport, transport.get_pipe_transport(0))
    pipe.write(data)
    if pipe.can_write_eof():
        pipe.write_eof()
    else:
        pipe.close()


async def _end(pid: int, collector: _Collector, grace: float) -> None:
    await kill_tree(pid, grace)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1.0):
            await collector.exited.wait()
