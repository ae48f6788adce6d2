"""The companion process: one per store, ends when idle, stops in order."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from floworch.host import companion
from floworch.host.channel import HostUnavailable
from floworch.host.client import RemoteHost
from floworch.host.companion import IdleWatch, SingleInstance, serve
from floworch.host.control_file import read_control
from floworch.host.server import ControlServer
from floworch.model import codec
from floworch.run.events import EventKind
from floworch.run.status import RunStatus
from floworch.store.journal.store import FlatBuffersStore

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path / "lock"), SingleInstance(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    first.close()
    assert second.take()
    second.close()
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o600


async def test_idle_means_no_client_and_no_live_run_for_the_whole_time(engine: Any, workflow: Any) -> None:
    async with ControlServer(engine) as server:
        watch = IdleWatch(engine, server, 0.01)
        run = await engine.start(workflow)
        assert watch.busy()
        waiting = asyncio.create_task(watch.idle())
        run.emit((EventKind.NODE_STARTED, 0, None), (EventKind.NODE_WAITING, 0, {"wait": {"kind": "signal"}}))
        run.emit(EventKind.RUN_SUSPENDED)
        assert watch.busy()  # it waits for something: somebody must be there when it comes
        remote = RemoteHost(server.info)
        await remote.request("ping")
        run.emit(EventKind.RUN_RESUMED, EventKind.RUN_COMPLETED)
        run.release()
        assert watch.busy()
        assert not waiting.done()
        await remote.close()
        await asyncio.wait_for(waiting, 5)
        assert not watch.busy()


async def test_it_announces_itself_and_ends_when_idle(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    await asyncio.wait_for(serve(store, tmp_path, idle_seconds=0.01), 20)
    assert not (tmp_path / "companion").exists()


async def test_a_companion_serves_runs_of_its_store(tmp_path: Path) -> None:
    serving = asyncio.create_task(serve(FlatBuffersStore(tmp_path), tmp_path, idle_seconds=0.05))
    remote = await asyncio.wait_for(attached(tmp_path), 20)
    flow = codec.loads('{"id": "w", "nodes": {"a": {"action": "util.log", "params": {"message": "m"}}}}')
    run_id = await remote.start(flow)
    kinds = [event.kind async for batch in remote.events(run_id) for event in batch]
    assert kinds[-1] == EventKind.RUN_COMPLETED
    assert (await remote.load(run_id)).status is RunStatus.COMPLETED
    await remote.close()
    await asyncio.wait_for(serving, 20)


def spawn(store: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "floworch.host.companion", "--store", str(store), *more],
        stderr=subprocess.PIPE,
        text=True,
    )


async def attached(store: Path) -> RemoteHost:
    while True:
        info = read_control(store / "companion")
        if info is not None:
            remote = RemoteHost(info)
            try:
                await remote.connect()
            except HostUnavailable:
                continue
            return remote
        await asyncio.sleep(0.01)


@posix
async def test_sigterm_pauses_runs_and_releases_them(tmp_path: Path) -> None:
    """(C7.3) A process that stops in order pauses its runs and releases its locks."""
    process = spawn(tmp_path)
    remote = await asyncio.wait_for(attached(tmp_path), 30)
    node = '{"action": "shell.run", "effect": "idempotent", "params": {"command": "touch STARTED; sleep 60"}}'.replace(
        "STARTED", str(tmp_path / "started")
    )
    flow = codec.loads(f'{{"id": "w", "nodes": {{"a": {node}}}}}')
    run_id = await remote.start(flow)
    while not (tmp_path / "started").exists():  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.01)
    store = FlatBuffersStore(tmp_path)
    assert (store.owner(run_id) or {})["pid"] == process.pid
    process.send_signal(signal.SIGTERM)
    said = await asyncio.to_thread(process.communicate)
    assert process.returncode == 0, said
    await remote.close()
    assert store.load(run_id).status is RunStatus.PAUSED
    assert store.owner(run_id) is None
    assert not (tmp_path / "runs" / run_id / "control").exists()


@posix
async def test_a_second_companion_steps_back(tmp_path: Path) -> None:
    first = spawn(tmp_path)
    remote = await asyncio.wait_for(attached(tmp_path), 30)
    second = spawn(tmp_path)
    said = (await asyncio.to_thread(second.communicate))[1]
    assert second.returncode == 0
    assert "already serves" in said
    assert (await remote.request("ping"))["pid"] == first.pid
    await remote.close()
    first.send_signal(signal.SIGTERM)
    await asyncio.to_thread(first.communicate)


def test_a_store_that_cannot_be_is_one_sentence_and_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    assert companion.main(["--store", str(file)]) == 4
    assert str(file) in capsys.readouterr().err


@posix
def test_the_first_signal_stops_and_the_second_is_a_crash() -> None:
    code = (
        "import asyncio, os, signal\nfrom floworch.host.companion import _on_signals\n"
        "async def main():\n"
        "    stop = asyncio.Event(); _on_signals(stop)\n"
        "    os.kill(os.getpid(), signal.SIGTERM); await stop.wait()\n"
        "    os.kill(os.getpid(), signal.SIGTERM); await asyncio.Event().wait()\n"
        "asyncio.run(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False, env=dict(os.environ))
    assert done.returncode == -signal.SIGTERM
