"""``ssh.run``: a command on another machine."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import shlex
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from pydantic import Field

from floworch.actions.connections import check_place, place_or_connection
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.shell_lines import LineLog
from floworch.actions.library.ssh_session import Login, connected
from floworch.actions.proctree import to_the_end
from floworch.actions.widgets import FilePath, Multiline, Secret, show_if, widget
from floworch.errors import ActionError, ErrorKind

if TYPE_CHECKING:
    import asyncssh

#: Shown only while no connection says it.
_HERE = show_if(connection="")
OUTPUT_LIMIT = 16 << 20  # bytes kept of each stream
_GRACE = 2.0  # seconds between asking a command to stop and killing it
_REACH = 10.0  # seconds in which the other machine must take such a wish
_PIECE = 1 << 16
#: Ends the other commands of this connection. OpenSSH passes signals on to the first process only, for root to none:
#: so their process groups are looked for, as children of the same server process.
_KILL = """exec sh -c 'for p in $(pgrep -P $PPID); do [ $p = $$ ] || kill -s {signal} -- -$p; done'"""


class Ran(TypedDict):
    """What the command printed (of each stream the first 16 MiB), and its exit code."""

    stdout: str
    stderr: str
    code: int


@action(
    "ssh.run",
    title="Run over SSH",
    category="code",
    icon="terminal",
    subtitle="command",
    effect="unsafe",
    check=check_place("host", "ssh"),
    capabilities=("network", "process"),
    example={"host": "web.example.org", "user": "deploy", "command": "systemctl is-active nginx"},
)
async def ssh_run(
    ctx: Context,
    *,
    connection: Annotated[str, widget("connection", types=["ssh"])] = "",
    host: Annotated[str, _HERE] = "",
    command: Annotated[str | list[str], Field(min_length=1), widget("code", language="shell")],
    user: Annotated[str, Field(title="User name"), _HERE] = "",
    port: Annotated[int, Field(ge=1, le=65535), _HERE] = 22,
    key: Annotated[FilePath | None, Field(title="Private key file"), _HERE] = None,
    password: Annotated[Secret | None, _HERE] = None,
    stdin: Annotated[Multiline, Field(title="Standard input")] = "",
    cwd: Annotated[str, Field(title="Working folder"), widget("text")] = "",
    ok_codes: Annotated[list[int], Field(title="Exit codes that are fine")] = [0],  # noqa: B006 - every call gets its own copy
    stream_log: Annotated[bool, Field(title="Show the output in the log")] = True,
    known_hosts: Annotated[FilePath | None, Field(title="File of known servers"), _HERE] = None,
    verify: Annotated[bool, Field(title="Check the key of the server"), _HERE] = True,
) -> Ran:
    """Run a command on another machine over SSH.

    When the node is cancelled or times out, the command is asked to stop (TERM) and killed two seconds later, then the
    connection is closed. After a crash the node asks before it runs the command again.

    Args:
        connection: Name of a connection of the type ssh: its machine and login instead of host, user, port, key,
            password, known_hosts and verify.
        host: The machine; names of ~/.ssh/config work, too.
        command: A text for the login shell there; a list is quoted so that nothing in it has a special meaning. Close
            each expression in a text with | quote, without quotes around it: echo {{ item.name | quote }}. Else the
            shell runs commands in what it gives.
        user: Name to log in with; by default that of ssh.
        port: Port of the server.
        key: File with the private key; by default the agent and the keys of ssh are tried.
        password: Name of the secret with the password, or with the passphrase of the key.
        stdin: Text that the command reads.
        cwd: Folder there to run in.
        ok_codes: Exit codes that count as success; an empty list accepts every code.
        stream_log: Whether the lines it prints go to the node's log while it runs.
        known_hosts: File with the keys of known servers; by default that of ssh.
        verify: Whether the server must have a known key.
    """
    line = command if isinstance(command, str) else shlex.join(command)
    if not line.strip():
        raise ActionError("There is no command.", ErrorKind.VALIDATION, hint="Write a command line.")
    if cwd:
        line = f"cd {shlex.quote(cwd)} && {line}"
    named = place_or_connection(ctx, connection, "ssh", "host", host)
    if named is not None:
        login = Login.of(named)
    else:
        login = Login(host, port, user, key or "", password, known_hosts or "", verify)
    lines = LineLog(ctx)
    async with connected(ctx, login, "ssh.run") as machine:
        process: Any = await machine.create_process(line, encoding=None)
        try:
            stdout, stderr = await _talk(process, stdin.encode(), lines if stream_log else None)
        except asyncio.CancelledError:
            await to_the_end(_stop(machine, process))
            raise
        finally:
            lines.flush()
        code, signal = process.exit_status, process.exit_signal
    if signal is not None:
        raise ActionError(f"The command on {login.host} was ended by {signal[0]}.", ErrorKind.PROCESSING)
    if code is None:
        raise ActionError(f"{login.host} closed the connection before the command had ended.", ErrorKind.CONNECTION)
    if ok_codes and code not in ok_codes:
        last = (stderr.strip() or stdout.strip()).splitlines()[-1:]
        raise ActionError(
            f"The command on {login.host} ended with code {code}{f': {last[0][:300]}' if last else ''}.",
            ErrorKind.PROCESSING,
            hint="Correct the command, or add the code to ok_codes.",
        )
    return Ran(stdout=stdout, stderr=stderr, code=code)


async def _talk(process: asyncssh.SSHClientProcess[bytes], stdin: bytes, lines: LineLog | None) -> tuple[str, str]:
    async with asyncio.TaskGroup() as group:
        group.create_task(_feed(process, stdin), name="ssh stdin")
        out = group.create_task(_read(process.stdout, "stdout", lines), name="ssh stdout")
        error = group.create_task(_read(process.stderr, "stderr", lines), name="ssh stderr")
    await process.wait_closed()
    return out.result(), error.result()


async def _feed(process: asyncssh.SSHClientProcess[bytes], data: bytes) -> None:
    with contextlib.suppress(OSError):  # it does not read all of it
        if data:
            process.stdin.write(data)
            await process.stdin.drain()
        process.stdin.write_eof()


async def _read(stream: asyncssh.SSHReader[bytes], kind: str, lines: LineLog | None) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
    parts: list[str] = []
    size, rest = 0, ""
    while piece := await stream.read(_PIECE):
        text = decoder.decode(piece)
        if size < OUTPUT_LIMIT:
            parts.append(text[: OUTPUT_LIMIT - size])
        size += len(text)
        if lines is not None:
            *whole, rest = (rest + text).split("\n")
            for each in whole:
                lines.line(kind, each)
            rest = rest[-_PIECE:]
    if lines is not None and rest:
        lines.line(kind, rest)
    if size > OUTPUT_LIMIT:
        parts.append(f"\n... ({size - OUTPUT_LIMIT} more characters)")
    return "".join(parts)


async def _stop(connection: asyncssh.SSHClientConnection, process: asyncssh.SSHClientProcess[bytes]) -> None:
    """End the command with everything it has started: first asked, then killed."""
    for signal in ("TERM", "KILL"):
        with contextlib.suppress(OSError):
            process.send_signal(signal)
        with contextlib.suppress(Exception):  # whatever cannot be done there, the connection ends
            async with asyncio.timeout(_REACH):
                await connection.run(_KILL.format(signal=signal), check=False)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait_closed(), _GRACE)
            return
