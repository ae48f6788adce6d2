"""The local control channel: who may speak, over what, and how bytes become messages.

POSIX: a unix domain socket 0600 in a private 0700 directory with a short path (socket paths end at about 100 bytes).
Windows, and wherever no short private directory exists: TCP on the loopback interface. Both ends prove knowledge of a
random token without sending it, so that no other local user can command an engine, or pose as one.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import os
import secrets
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from floworch.errors import FlowError
from floworch.host import wire
from floworch.host.wire import Challenge, Hello, Message, ProtocolError, Welcome
from floworch.versions import VERSION

#: Seconds that either end waits for the other to prove itself.
HANDSHAKE_SECONDS = 10.0
#: Seconds that closing waits for a peer to read what is still to be sent.
CLOSE_SECONDS = 1.0
#: Connections a server holds at a time; more are closed at once.
MAX_CONNECTIONS = 128
#: Bytes waiting to be sent before ``send`` waits for a slow reader.
SEND_BUFFER = 1024 * 1024
_SOCKET_PATH_MAX = 100
#: Seconds for which a socket that refuses may still be one that is being opened.
_YOUNG = 60.0
_NONCE = 32


class HostUnavailable(FlowError):  # noqa: N818 - reads as what happened
    """No engine process answers at an address, or it went away."""

    exit_code = 4


class Channel:
    """One authenticated connection that carries messages both ways."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._limit = wire.MAX_HANDSHAKE_FRAME
        self.peer_pid = 0
        writer.transport.set_write_buffer_limits(high=SEND_BUFFER)

    def authenticated(self) -> None:
        """From now on the peer may send frames up to ``wire.MAX_FRAME``."""
        self._limit = wire.MAX_FRAME

    async def receive(self) -> Message | None:
        """Return the next message, or None when the peer has closed the connection.

        Raises:
            ProtocolError: The peer sent something else than a message of this protocol.
        """
        try:
            prefix = await self._reader.readexactly(wire.LENGTH_BYTES)
            payload = await self._reader.readexactly(wire.frame_length(prefix, self._limit))
        except (asyncio.IncompleteReadError, OSError) as error:
            # The reader keeps the error of a broken connection, which would keep the reader: by the frames it went
            # through, with megabytes of half a message, until a collector comes.
            error.__traceback__ = None
            return None
        return wire.decode_message(payload)

    async def send(self, message: Message) -> None:
        """Send one message; waits while the peer reads too slowly.

        Raises:
            HostUnavailable: The connection is gone.
        """
        await self.send_frame(wire.encode_frame(message))

    async def send_frame(self, frame: bytes) -> None:
        """Send one frame that is already encoded. Raises HostUnavailable when the connection is gone."""
        if self._writer.is_closing():
            raise HostUnavailable("The connection to the other process is closed.")
        try:
            self._writer.write(frame)
            await self._writer.drain()
        except OSError as error:
            error.__traceback__ = None  # as in receive; here it would keep what was to be sent
            raise HostUnavailable("The other process closed the connection.") from error

    async def close(self) -> None:
        """Close the connection; what a peer does not read within a second is dropped. Idempotent."""
        self._writer.close()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._writer.wait_closed()
        except OSError:  # also of the time
            pass
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise  # else an earlier close was cancelled, and with it what both wait for
        finally:
            self.abort()

    def abort(self) -> None:
        """Drop the connection at once, without sending what is buffered."""
        self._writer.transport.abort()


Handler = Callable[[Channel], Awaitable[None]]


class Listener:
    """A listening control channel. Make one with ``listen``."""

    def __init__(self, handler: Handler) -> None:
        self.address = ""
        self.token = secrets.token_bytes(32)
        self._handler = handler
        self._server: asyncio.AbstractServer | None = None
        self._directory: Path | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, kind: str) -> None:
        """Start to listen; ``kind`` is ``unix``, ``tcp`` or ``auto``."""
        directory = None if kind == "tcp" or not _has_unix_sockets() else _private_directory()
        if directory is None:
            self._server = await asyncio.start_server(self._greet, "127.0.0.1", 0)
            port = self._server.sockets[0].getsockname()[1]
            self.address = f"tcp:127.0.0.1:{port}"
            return
        self._directory = directory
        path = directory / "s"
        self._server = await asyncio.start_unix_server(self._greet, str(path))
        path.chmod(0o600)
        self.address = f"unix:{path}"

    async def close(self) -> None:
        """Stop to listen, end every connection and remove the socket. Idempotent."""
        if self._server is None:
            return
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._server = None
        if self._directory is not None:
            _remove_socket(self._directory)

    def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Not a coroutine: when one is cancelled before its first step, Python 3.11 prints a traceback.
        task = asyncio.get_running_loop().create_task(self._accept(reader, writer))
        self._tasks.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            if task.cancelled():
                writer.transport.abort()

        task.add_done_callback(ended)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        channel = Channel(reader, writer)
        try:
            if len(self._tasks) <= MAX_CONNECTIONS:
                async with asyncio.timeout(HANDSHAKE_SECONDS):
                    await self._let_in(channel)
                await self._handler(channel)
        except (FlowError, TimeoutError, asyncio.CancelledError):
            # Whoever broke the rules or went away is dropped; closing the listener cancels. Others are not affected.
            channel.abort()
        finally:
            await channel.close()

    async def _let_in(self, channel: Channel) -> None:
        nonce = secrets.token_bytes(_NONCE)
        await channel.send(Challenge(wire.PROTOCOL, nonce))
        hello = await channel.receive()
        if not isinstance(hello, Hello) or len(hello.nonce) != _NONCE:
            raise ProtocolError("The client did not introduce itself.")
        if not hmac.compare_digest(hello.proof, _proof(self.token, b"client", nonce, hello.nonce)):
            raise ProtocolError("The client does not know the token.")
        channel.authenticated()
        proof = _proof(self.token, b"server", nonce, hello.nonce)
        await channel.send(Welcome(proof, os.getpid(), VERSION))


async def listen(handler: Handler, kind: str = "auto") -> Listener:
    """Listen for clients; ``handler`` gets each authenticated channel, which is closed when it returns.

    Args:
        handler: Coroutine function that serves one client.
        kind: ``auto`` (a unix socket where there are such), ``unix`` or ``tcp``.

    Raises:
        OSError: Neither a private directory nor a loopback port can be had.
    """
    listener = Listener(handler)
    await listener.open(kind)
    return listener


async def connect(address: str, token: bytes) -> Channel:
    """Open a channel to a listener and prove both ends to each other.

    Raises:
        HostUnavailable: Nobody listens there, or whoever does cannot prove that it is the right process.
    """
    try:
        # Not wait_for: that of Python 3.11 opens in a task of its own and goes on, cancelled, when it has just opened.
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            reader, writer = await _open(address)
    except (OSError, TimeoutError, ValueError) as error:
        raise HostUnavailable(f"No engine process answers at {address}.") from error
    channel = Channel(reader, writer)
    try:
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            await _introduce(channel, token)
    except (FlowError, TimeoutError) as error:
        channel.abort()
        raise HostUnavailable(f"The process at {address} refused the connection or is not an engine.") from error
    except BaseException:
        channel.abort()
        raise
    return channel


async def _open(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    kind, _, rest = address.partition(":")
    if kind == "unix":
        return await asyncio.open_unix_connection(rest, limit=SEND_BUFFER)
    if kind == "tcp":
        host, _, port = rest.rpartition(":")
        if host != "127.0.0.1":
            raise ValueError("control channels are local")
        return await asyncio.open_connection(host, int(port), limit=SEND_BUFFER)
    raise ValueError(f"{address!r} is not the address of a control channel")


async def _introduce(channel: Channel, token: bytes) -> None:
    challenge = await channel.receive()
    if not isinstance(challenge, Challenge):
        raise ProtocolError("The server did not introduce itself.")
    if challenge.protocol != wire.PROTOCOL:
        raise ProtocolError(f"The server speaks protocol {challenge.protocol}, this program {wire.PROTOCOL}.")
    nonce = secrets.token_bytes(_NONCE)
    await channel.send(Hello(wire.PROTOCOL, nonce, _proof(token, b"client", challenge.nonce, nonce)))
    welcome = await channel.receive()
    if not isinstance(welcome, Welcome):
        raise ProtocolError("The server refused the token.")
    if not hmac.compare_digest(welcome.proof, _proof(token, b"server", challenge.nonce, nonce)):
        raise ProtocolError("The server does not know the token.")
    channel.peer_pid = welcome.pid
    channel.authenticated()


def _proof(token: bytes, role: bytes, server_nonce: bytes, client_nonce: bytes) -> bytes:
    return hmac.digest(token, role + server_nonce + client_nonce, "sha256")


def _has_unix_sockets() -> bool:
    return sys.platform != "win32" and hasattr(socket, "AF_UNIX")


def _private_directory() -> Path | None:
    """Make a new directory only this user can enter, with a path short enough for a socket; None if there is none."""
    for base in _bases():
        if len(os.fsencode(base)) + len("/floworch-12345678/s") > _SOCKET_PATH_MAX:
            continue
        try:
            _sweep(base)
            return Path(tempfile.mkdtemp(prefix="floworch-", dir=base))  # mkdtemp makes it 0700
        except OSError:
            continue
    return None


def _bases() -> list[Path]:
    bases = [Path(tempfile.gettempdir()), Path("/tmp")]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime:
        with contextlib.suppress(OSError):
            found = os.stat(runtime)
            if found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o077:
                bases.insert(0, Path(runtime))
    return bases


def _sweep(base: Path) -> None:
    """Remove sockets that processes which were killed left behind: ours, and nobody listens there any more.

    A young one is left alone: its process may be between making it and listening, when it refuses as a dead one does.
    """
    for name in os.listdir(base):  # which may hold thousands of others: every command looks here
        if not name.startswith("floworch-"):
            continue
        directory = base / name
        with contextlib.suppress(OSError):
            found = (directory / "s").lstat()  # a folder without a socket is none of ours: this raises
            if found.st_uid != os.getuid() or abs(time.time() - found.st_mtime) < _YOUNG:
                continue
            with socket.socket(socket.AF_UNIX) as probe:
                probe.setblocking(False)
                try:
                    probe.connect(str(directory / "s"))
                except ConnectionRefusedError:
                    _remove_socket(directory)


def _remove_socket(directory: Path) -> None:
    with contextlib.suppress(OSError):
        (directory / "s").unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        directory.rmdir()
