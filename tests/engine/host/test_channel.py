"""Who gets in, who does not, and that strangers cannot hurt the listener."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import stat
import sys
import tempfile
import time
import weakref
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from floworch.host import channel as channels
from floworch.host import wire
from floworch.host.channel import Channel, HostUnavailable, Listener, connect, listen

KINDS = ["tcp"] if sys.platform == "win32" else ["unix", "tcp"]


async def echo(channel: Channel) -> None:
    while (message := await channel.receive()) is not None:
        await channel.send(message)


@pytest.fixture(params=KINDS)
async def listener(request: pytest.FixtureRequest) -> AsyncIterator[Listener]:
    found = await listen(echo, request.param)
    assert found.address.startswith(request.param)
    yield found
    await found.close()


async def raw(listener: Listener) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await channels._open(listener.address)


async def still_works(listener: Listener) -> None:
    channel = await connect(listener.address, listener.token)
    await channel.send(wire.End(5))
    assert await channel.receive() == wire.End(5)
    await channel.close()


async def test_a_client_with_the_token_talks(listener: Listener) -> None:
    await still_works(listener)
    channel = await connect(listener.address, listener.token)
    assert channel.peer_pid == os.getpid()
    await channel.send(wire.Reply(1, b"x" * 3_000_000))
    assert await channel.receive() == wire.Reply(1, b"x" * 3_000_000)
    await channel.close()
    await channel.close()
    with pytest.raises(HostUnavailable):
        await channel.send(wire.End(1))


@pytest.mark.skipif(sys.platform == "win32", reason="no Unix sockets")
def test_only_old_sockets_where_nobody_listens_are_swept_away() -> None:
    """One that is bound and does not listen yet refuses like a dead one: two commands may start at the same moment."""
    with tempfile.TemporaryDirectory(dir="/tmp") as base, contextlib.ExitStack() as stack:
        for name, listens, age in (("dead", False, 3600), ("young", False, 0), ("live", True, 3600)):
            path = Path(base, f"floworch-{name}", "s")
            path.parent.mkdir()
            each = stack.enter_context(socket.socket(socket.AF_UNIX))
            each.bind(str(path))
            if listens:
                each.listen()
            os.utime(path, (time.time() - age,) * 2)
        Path(base, "floworch-other").mkdir()
        channels._sweep(Path(base))
        assert sorted(each.name for each in Path(base).iterdir()) == [
            "floworch-live",
            "floworch-other",
            "floworch-young",
        ]


async def test_a_wrong_token_is_refused(listener: Listener) -> None:
    with pytest.raises(HostUnavailable):
        await connect(listener.address, b"\0" * 32)
    await still_works(listener)


async def test_the_token_itself_never_crosses(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    encode = wire.encode_frame

    def spy(message: wire.Message) -> bytes:
        sent.append(encode(message))
        return sent[-1]

    monkeypatch.setattr(wire, "encode_frame", spy)
    await still_works(listener)
    assert not any(listener.token in frame for frame in sent)


async def test_a_server_that_does_not_know_the_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = await listen(echo, KINDS[0])
    real = channels._proof

    def broken(token: bytes, role: bytes, first: bytes, second: bytes) -> bytes:
        return b"?" * 32 if role == b"server" and token is listener.token else real(token, role, first, second)

    monkeypatch.setattr(channels, "_proof", broken)
    with pytest.raises(HostUnavailable):
        await connect(listener.address, bytes(bytearray(listener.token)))
    await listener.close()


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\0",
        b"\0\0\0\0",
        b"\xff\xff\xff\xff" + b"x" * 100,
        b"\x05\0\0\0hello",
        b"GET / HTTP/1.1\r\n\r\n",
        wire.encode_frame(wire.Request(1, "pause", b"{}")),
        wire.encode_frame(wire.Hello(1, b"", b"")),
        wire.encode_frame(wire.Hello(1, b"n" * 32, b"p" * 32)),
    ],
)
async def test_malformed_input_never_hurts_the_listener(listener: Listener, garbage: bytes) -> None:
    reader, writer = await raw(listener)
    writer.write(garbage)
    writer.write_eof()
    await asyncio.wait_for(reader.read(), 5)  # the listener hangs up
    writer.close()
    await still_works(listener)


async def test_malformed_input_after_the_handshake_ends_only_that_client(listener: Listener) -> None:
    channel = await connect(listener.address, listener.token)
    other = await connect(listener.address, listener.token)
    await channel.send_frame(b"\x03\0\0\0\xc1\xc1\xc1")
    assert await channel.receive() is None
    await other.send(wire.End(9))
    assert await other.receive() == wire.End(9)
    await channel.close()
    await other.close()


async def test_a_silent_client_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "HANDSHAKE_SECONDS", 0.01)
    listener = await listen(echo, KINDS[0])
    reader, writer = await raw(listener)
    await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await listener.close()


async def test_too_many_clients_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "MAX_CONNECTIONS", 1)
    listener = await listen(echo, KINDS[0])
    first = await connect(listener.address, listener.token)
    with pytest.raises(HostUnavailable):
        await connect(listener.address, listener.token)
    await first.close()
    await listener.close()


@pytest.mark.skipif(sys.platform == "win32", reason="unix sockets")
async def test_the_socket_is_private_and_short_and_goes_away() -> None:
    listener = await listen(echo, "unix")
    path = Path(listener.address.removeprefix("unix:"))
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(path.parent).st_mode) == 0o700
    assert len(os.fsencode(path)) <= 100
    await listener.close()
    await listener.close()
    assert not path.parent.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="unix sockets")
async def test_a_deep_temporary_directory_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    listener = await listen(echo, "unix")
    assert not listener.address.startswith(f"unix:{deep}")
    await still_works(listener)
    await listener.close()


@pytest.mark.skipif(sys.platform == "win32", reason="unix sockets")
async def test_sockets_of_killed_processes_are_swept_and_live_ones_stay(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = tmp_path_factory.mktemp("s")  # the path of a socket has no more than about 100 bytes
    monkeypatch.setattr(channels, "_bases", lambda: [short])
    stale = short / "floworch-dead"
    stale.mkdir()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(stale / "s"))
    os.utime(stale / "s", (time.time() - 3600,) * 2)
    first = await listen(echo, "unix")
    second = await listen(echo, "unix")
    assert not stale.exists()
    await still_works(first)
    await first.close()
    await second.close()


@pytest.mark.parametrize("address", ["", "unix:/nowhere/s", "tcp:127.0.0.1:1", "tcp:10.0.0.1:80", "tcp:127.0.0.1:x"])
async def test_nobody_there_is_one_clear_error(address: str) -> None:
    with pytest.raises(HostUnavailable, match=r"No engine process answers"):
        await connect(address, b"t")


async def test_a_client_whose_greeting_is_cancelled_before_it_began_is_dropped_quietly() -> None:
    """A process that ends while somebody knocks prints nothing."""
    listener = Listener(echo)
    dropped: list[bool] = []
    writer = SimpleNamespace(transport=SimpleNamespace(abort=lambda: dropped.append(True)))
    listener._greet(asyncio.StreamReader(), writer)  # type: ignore[arg-type]
    (task,) = listener._tasks
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    await asyncio.sleep(0)
    assert dropped == [True]
    assert not listener._tasks


# -- letting go ------------------------------------------------------------------------------------------


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Only what nothing refers to any more goes away."""
    running = gc.isenabled()
    gc.disable()
    yield
    if running:
        gc.enable()


class Transport:
    """One that does nothing and never comes to the end of closing."""

    def __init__(self) -> None:
        self.closed = self.aborted = False

    def set_write_buffer_limits(self, high: int) -> None:
        pass

    def write(self, data: bytes) -> None:
        pass

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = self.aborted = True


def over(reader: asyncio.StreamReader) -> tuple[Channel, Transport]:
    """A channel over such a transport."""
    transport, loop = Transport(), asyncio.get_running_loop()
    protocol = SimpleNamespace(
        _get_close_waiter=lambda stream: loop.create_future(), _drain_helper=lambda: asyncio.sleep(0)
    )
    return Channel(reader, asyncio.StreamWriter(transport, protocol, reader, loop)), transport  # type: ignore[arg-type]


async def test_a_connect_that_is_cancelled_as_it_opens_ends_and_leaves_nothing_open(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever cancels waits for the end: a window that switches from one run to another would wait for ever."""
    opening, opened = channels._open, []

    async def and_cancel(address: str) -> Any:
        opened.append(await opening(address))
        asked.cancel()
        return opened[0]

    monkeypatch.setattr(channels, "_open", and_cancel)
    asked = asyncio.create_task(connect(listener.address, listener.token))
    await asyncio.wait([asked])
    assert asked.cancelled()
    assert opened[0][1].is_closing()


async def test_a_refused_connection_is_given_back_without_a_collector(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, no_collector: None
) -> None:
    """(designer.md: no frame over 100 ms) the launch of a companion tries again and again."""
    opening, opened = channels._open, []

    async def watched(address: str) -> Any:
        reader, writer = await opening(address)
        opened.append(weakref.ref(reader))
        return reader, writer

    monkeypatch.setattr(channels, "_open", watched)
    with contextlib.suppress(HostUnavailable):
        await connect(listener.address, b"wrong")
    for _ in range(5):
        await asyncio.sleep(0)  # the transport tells that it was closed
    assert opened[0]() is None


async def test_what_a_broken_connection_has_received_is_given_back_without_a_collector(no_collector: None) -> None:
    """(designer.md: no frame over 100 ms) that is half of a snapshot of many megabytes."""
    reader = asyncio.StreamReader()
    reader.feed_data(b"x" * 1_000_000)
    channel, transport = over(reader)
    reader.set_exception(ConnectionResetError("gone"))
    assert await channel.receive() is None
    transport.close()
    kept = weakref.ref(reader)
    del reader, channel
    assert kept() is None


async def test_what_could_not_be_sent_is_given_back_without_a_collector(no_collector: None) -> None:
    reader = asyncio.StreamReader()
    channel, transport = over(reader)
    reader.set_exception(ConnectionResetError("gone"))
    with contextlib.suppress(HostUnavailable):
        await channel.send(wire.Reply(1, b"x" * 1_000_000))
    transport.close()
    kept = weakref.ref(reader)
    del reader, channel
    assert kept() is None


async def test_closing_towards_one_that_reads_nothing_drops_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is buffered for it would be kept for as long as it lives."""
    monkeypatch.setattr(channels, "CLOSE_SECONDS", 0.0)
    channel, transport = over(asyncio.StreamReader())
    await channel.close()
    assert transport.aborted


async def test_closing_does_not_keep_its_caller_from_being_cancelled() -> None:
    channel, transport = over(asyncio.StreamReader())
    closing = asyncio.create_task(channel.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing])
    assert closing.cancelled()
    assert transport.aborted


async def test_closing_again_what_was_cancelled_while_it_closed(listener: Listener) -> None:
    channel = await connect(listener.address, listener.token)
    closing = asyncio.create_task(channel.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing])
    await channel.close()
    assert channel._writer.is_closing()
