"""The whole EngineHost protocol over a socket, and what a server does about bad clients."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from floworch.errors import FlowError, RunNotFound, UsageError
from floworch.host import wire
from floworch.host.channel import connect
from floworch.host.client import RemoteHost
from floworch.host.control_file import read_control
from floworch.host.server import ControlServer
from floworch.model.workflow import Workflow
from floworch.run.events import EventKind
from floworch.run.explanation import Choice, Form, Plan
from floworch.run.status import RunStatus
from floworch.store.memory import MemoryStore
from floworch.trust import content_digest, ledger

LOG = (EventKind.NODE_LOGGED, 0, {"level": "info", "message": "x"})
KINDS = ["tcp"] if sys.platform == "win32" else ["unix", "tcp"]


@pytest.fixture(params=KINDS)
async def server(request: pytest.FixtureRequest, engine: Any) -> AsyncIterator[ControlServer]:
    async with ControlServer(engine, request.param) as found:
        yield found


@pytest.fixture
async def remote(server: ControlServer) -> AsyncIterator[RemoteHost]:
    host = RemoteHost(server.info)
    yield host
    await host.close()


async def test_what_no_run_can_keep_is_refused_before_it_is_sent(remote: RemoteHost, engine: Any) -> None:
    """C6.2"""
    with pytest.raises(UsageError, match="nan is not a finite number"):
        await remote.signal("x", "paid", float("nan"))
    for answer in (remote.approve, remote.reject):
        with pytest.raises(UsageError, match="surrogate"):
            await answer("x", "a", "\ud800")
    assert engine.calls == []


async def test_what_is_trusted_once_is_that_content_alone(
    remote: RemoteHost, engine: Any, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """run --trust --detach: the option never reaches the engine."""
    monkeypatch.setattr(ledger, "_ONCE", set())
    await remote.start(workflow, {}, "r-1", trusted_once="sha256:other")
    assert set() == ledger._ONCE
    await remote.start(workflow, {}, "r-2", trusted_once=content_digest(workflow))
    assert len(ledger._ONCE) == 1


async def test_every_request_crosses(remote: RemoteHost, engine: Any, workflow: Workflow) -> None:
    assert await remote.start(workflow, {"n": 2**90}, "r-9", durability="none", tags=("a",)) == "r-9"
    header = await remote.header("r-9")
    assert header.inputs == {"n": 2**90}
    assert header == engine.running["r-9"].header
    (await engine.start(workflow, run_id="x")).release()
    await remote.resume("x", in_doubt="rerun")
    await remote.retry("x")
    await remote.pause("r-9", now=True)
    await remote.cancel("x", compensate=False)
    await remote.signal("x", "paid", {"ok": True, "n": 2**90})
    await remote.approve("x", "a", "fine", 2)
    await remote.reject("x", "b", "no")
    await remote.submit("x", "f", {"n": 2**90}, (0, 2))
    await remote.step("x", "f", 3)
    assert engine.calls[2:] == [
        ("resume", "x", "rerun"),
        ("retry", "x"),
        ("pause", "r-9", True),
        ("cancel", "x", False),
        ("signal", "x", "paid", {"ok": True, "n": 2**90}),
        ("approve", "x", "a", "fine", 2),
        ("reject", "x", "b", "no", None),
        ("submit", "x", "f", {"n": 2**90}, [0, 2]),
        ("step", "x", "f", 3),
    ]
    state = await remote.load("r-9")
    assert (state.status, state.seq, state.inputs) == (RunStatus.RUNNING, 2, {"n": 2**90})
    assert [s.run_id for s in await remote.runs(status="running")] == ["r-9"]
    assert (await remote.request("ping"))["pid"] == os.getpid()


async def test_an_explanation_crosses(remote: RemoteHost, engine: Any, workflow: Workflow) -> None:
    """(C7.6)"""
    found = await remote.explain(workflow, {"n": 1}, to=("a",), only_changed=True)
    assert (found.form, found.reuse) == (Form(("a",), (), True), "one")
    assert found.nodes == {"a": Choice(Plan.RUNS, "because")}
    assert engine.calls == [("start", None, {"to": ["a"], "only_changed": True, "explain": True})]
    assert engine.running == {}


async def test_errors_arrive_as_what_they_were(remote: RemoteHost, workflow: Workflow) -> None:
    with pytest.raises(RunNotFound, match="nope"):
        await remote.load("nope")
    with pytest.raises(RunNotFound):
        await anext(remote.events("nope"))
    await remote.start(workflow, {}, "r-1")
    with pytest.raises(UsageError) as caught:
        await remote.resume("r-1")
    assert caught.value.hint == "Pause it first."


async def test_the_event_stream_is_gapless_while_requests_go_on(
    remote: RemoteHost, engine: Any, workflow: Workflow
) -> None:
    await remote.start(workflow)
    run = engine.running["r-1"]
    run.emit(*[LOG] * 700)
    seqs: list[int] = []

    async def follow() -> None:
        async for batch in remote.events("r-1"):
            seqs.extend(event.seq for event in batch)

    task = asyncio.create_task(follow())
    for _ in range(20):
        run.emit(*[LOG] * 5)
        await remote.request("ping")
    run.emit(EventKind.RUN_COMPLETED)
    run.release()
    await asyncio.wait_for(task, 10)
    assert seqs == list(range(2 + 700 + 100 + 1))


async def test_a_client_that_does_not_read_never_blocks_the_engine_or_others(
    server: ControlServer, remote: RemoteHost, engine: Any, workflow: Workflow
) -> None:
    await remote.start(workflow)
    run = engine.running["r-1"]
    stream = remote.events("r-1")
    seqs = [event.seq for event in await anext(stream)]  # and then it stops to read
    big = (EventKind.NODE_LOGGED, 0, {"level": "info", "message": "x" * 20_000})
    for _ in range(600):
        run.emit(big)
    for _ in range(20):
        await asyncio.wait_for(remote.request("ping"), 5)
    run.emit(EventKind.RUN_COMPLETED)
    run.release()
    async for batch in stream:
        seqs.extend(event.seq for event in batch)
    assert seqs == list(range(2 + 600 + 1))


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("unknown", b"{}"),
        ("__class__", b"{}"),
        ("pause", b"{}"),
        ("pause", b"[]"),
        ("pause", b"not json"),
        ("start", b'{"workflow": "{"}'),
        ("start", b'{"workflow": 7}'),
        ("runs", b'{"colour": 1}'),
        ("events", b"{}"),
        ("events", b'{"run_id": 1}'),
        ("events", b'{"run_id": "../x"}'),
        ("load", b'{"run_id": null}'),
    ],
)
async def test_a_bad_request_gets_an_error_and_the_server_goes_on(
    server: ControlServer, method: str, body: bytes
) -> None:
    channel = await connect(server.info.address, bytes.fromhex(server.info.token))
    await channel.send(wire.Request(1, method, body))
    answer = await channel.receive()
    assert isinstance(answer, wire.Failure)
    await channel.send(wire.Request(2, "ping", b"{}"))
    assert isinstance(await channel.receive(), wire.Reply)
    await channel.close()


async def test_a_bug_in_the_engine_is_an_answer_too(
    remote: RemoteHost, engine: Any, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    await remote.start(workflow)

    async def broken(run_id: str, now: bool = False) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(engine, "pause", broken)
    with pytest.raises(FlowError, match="ZeroDivisionError: oh"):
        await remote.pause("r-1")
    assert await remote.request("ping")


async def test_a_client_that_sends_something_else_than_requests_is_dropped(server: ControlServer) -> None:
    channel = await connect(server.info.address, bytes.fromhex(server.info.token))
    await channel.send(wire.End(1))
    assert await channel.receive() is None
    await channel.close()


async def test_many_requests_at_once_are_all_answered(remote: RemoteHost) -> None:
    answers = await asyncio.gather(*(remote.request("ping") for _ in range(300)))
    assert len(answers) == 300


async def test_clients_are_counted(server: ControlServer) -> None:
    changes: list[int] = []
    left = asyncio.Event()

    def changed() -> None:
        changes.append(server.clients)
        if server.clients == 0:
            left.set()

    server.on_change = changed
    host = RemoteHost(server.info)
    await host.request("ping")
    await host.close()
    await asyncio.wait_for(left.wait(), 5)
    assert changes == [1, 0]


class DirectoryStore(MemoryStore):
    """A memory store that says it has a directory."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.path = root


async def test_owned_runs_have_a_private_control_file(tmp_path: Path, make_engine: Any, workflow: Workflow) -> None:
    engine = make_engine(DirectoryStore(tmp_path))
    for name in ("early", "late"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    early = await engine.start(workflow, run_id="early")
    async with ControlServer(engine) as server:
        late = await engine.start(workflow, run_id="late")
        for run in (early, late):
            path = tmp_path / "runs" / run.run_id / "control"
            assert read_control(path) == server.info
            if sys.platform != "win32":
                assert stat.S_IMODE(path.stat().st_mode) == 0o600
        late.release()
        assert not (tmp_path / "runs" / "late" / "control").exists()
    assert not (tmp_path / "runs" / "early" / "control").exists()
    assert len(engine.on_owned) == len(engine.on_released) == 1  # the in-process host's own


async def test_a_control_file_that_cannot_be_written_does_not_stop_the_run(
    tmp_path: Path, make_engine: Any, workflow: Workflow, caplog: pytest.LogCaptureFixture
) -> None:
    engine = make_engine(DirectoryStore(tmp_path / "missing"))
    async with ControlServer(engine):
        run = await engine.start(workflow)
        assert run.fold.status is RunStatus.RUNNING
    assert "no control file" in caplog.text


def test_a_server_that_was_not_started_has_no_address(engine: Any) -> None:
    with pytest.raises(RuntimeError):
        _ = ControlServer(engine).info
