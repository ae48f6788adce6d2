"""ProcessHost against a real companion: start, follow, die, come back."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from floworch.errors import UsageError
from floworch.host import launch
from floworch.host.control_file import read_control
from floworch.host.process import ProcessHost
from floworch.model import codec
from floworch.model.workflow import Workflow
from floworch.run.events import EventKind
from floworch.run.status import RunStatus

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes")


def gated(go: Path) -> Workflow:
    command = f"while [ ! -e '{go}' ]; do sleep 0.02; done"
    nodes: dict[str, Any] = {
        "hold": {"action": "shell.run", "effect": "idempotent", "params": {"command": command}},
        "ask": {"action": "human.approve", "params": {"message": "Ok?"}},
    }
    data = {"id": "gated", "nodes": nodes, "edges": [{"from": "hold", "to": "ask"}]}
    return codec.loads(json.dumps(data))


def companion_pid(store: Path) -> int:
    info = read_control(store / "companion")
    assert info is not None
    return info.pid


async def reaped() -> None:
    """Return once every companion of this test has ended and was collected."""
    while launch._children:
        launch._reap()
        await asyncio.sleep(0.01)


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[ProcessHost]:
    found = ProcessHost(tmp_path / "store")
    yield found
    await found.close()
    for child in launch._children:
        child.terminate()
    await asyncio.wait_for(reaped(), 30)


async def test_a_run_outlives_the_host_that_started_it(host: ProcessHost, tmp_path: Path) -> None:
    await host.prestart()
    run_id = await host.start(gated(tmp_path / "go"), run_id="g-1")
    await host.close()
    other = ProcessHost(tmp_path / "store")
    assert (await other.load(run_id)).status is RunStatus.RUNNING
    stream = other.events(run_id)
    seqs: list[int] = []
    async for batch in stream:
        seqs += [event.seq for event in batch]
        kinds = {event.kind for event in batch}
        if EventKind.NODE_STARTED in kinds:
            (tmp_path / "go").touch()
        if EventKind.RUN_SUSPENDED in kinds:
            await other.approve(run_id, "ask", "fine")
    assert seqs == list(range(len(seqs)))
    assert (await other.load(run_id)).status is RunStatus.COMPLETED
    assert (await other.header(run_id)).workflow_id == "gated"
    assert [run.status for run in await other.runs()] == ["completed"]
    await other.close()


async def test_a_killed_companion_leaves_an_interrupted_run_that_resumes(host: ProcessHost, tmp_path: Path) -> None:
    """(C7.3) and issue 2: the run shows as interrupted and Resume works."""
    run_id = await host.start(gated(tmp_path / "go"), run_id="g-1")
    first = companion_pid(tmp_path / "store")
    seqs: list[int] = []
    async for batch in host.events(run_id):
        seqs += [event.seq for event in batch]
        if any(event.kind == EventKind.NODE_STARTED for event in batch):
            os.kill(first, signal.SIGKILL)
    # The stream ended by itself: a new companion gave what is stored.
    assert seqs == list(range(len(seqs)))
    assert companion_pid(tmp_path / "store") != first
    assert (await host.load(run_id)).status is RunStatus.INTERRUPTED
    (tmp_path / "go").touch()
    await host.resume(run_id)
    async for batch in host.events(run_id, len(seqs)):
        if any(event.kind == EventKind.RUN_SUSPENDED for event in batch):
            await host.reject(run_id, "ask")
    state = await host.load(run_id)
    assert state.status is RunStatus.COMPLETED
    assert state.node("hold").attempts == 2


async def test_pause_resume_cancel_signal_and_retry_cross(host: ProcessHost, tmp_path: Path) -> None:
    run_id = await host.start(gated(tmp_path / "go"), run_id="g-1")
    await host.signal(run_id, "early", {"n": 1})
    await host.pause(run_id, now=True)
    async for _ in host.events(run_id):
        pass
    assert (await host.load(run_id)).status is RunStatus.PAUSED
    await host.resume(run_id)
    other = await host.start(gated(tmp_path / "go"), run_id="g-2")
    await host.cancel(other)
    async for _ in host.events(other):
        pass
    assert (await host.load(other)).status is RunStatus.CANCELLED
    with pytest.raises(UsageError, match="was cancelled, which is final"):  # (C7.3)
        await host.retry(other)
    (tmp_path / "go").touch()
    async for batch in host.events(run_id):
        if any(event.kind == EventKind.RUN_SUSPENDED for event in batch):
            await host.approve(run_id, "ask")
    assert (await host.load(run_id)).status is RunStatus.COMPLETED


async def test_two_hosts_that_start_at_once_share_one_companion(tmp_path: Path, host: ProcessHost) -> None:
    other = ProcessHost(tmp_path / "store")
    await asyncio.gather(host.prestart(), other.prestart())
    answers = [(await (await each._companion.connected()).request("ping"))["pid"] for each in (host, other)]
    assert answers[0] == answers[1]
    await other.close()


async def test_an_explanation_comes_from_the_companion(host: ProcessHost, tmp_path: Path) -> None:
    """(C7.6) The real one, with its errors."""
    definition = gated(tmp_path / "go")
    found = await host.explain(definition, to=["hold"])
    assert {node: str(choice.plan) for node, choice in found.nodes.items()} == {"hold": "runs", "ask": "out"}
    with pytest.raises(UsageError, match="no completed run"):
        await host.explain(definition, only_changed=True)
    assert await host.runs() == []
