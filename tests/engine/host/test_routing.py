"""A request goes to the process that owns the run, and stays here otherwise (contract C7, interfaces.md section 3)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from floworch.errors import RunLocked, UsageError
from floworch.host import routing
from floworch.host.control_file import ControlInfo, write_control
from floworch.host.in_process import InProcessHost
from floworch.host.routing import RoutedHost
from floworch.host.server import ControlServer
from floworch.model.workflow import Workflow
from floworch.run.events import EventKind
from floworch.run.status import RunStatus
from floworch.store.memory import MemoryStore

OTHER_PID = os.getpid() + 1


class OwnedStore(MemoryStore):
    """A store in which a test says who owns what."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.path = root
        self.owners: dict[str, dict[str, Any]] = {}

    def owner(self, run_id: str) -> dict[str, Any] | None:
        return self.owners.get(run_id)


@pytest.fixture
def store(tmp_path: Path) -> OwnedStore:
    (tmp_path / "runs" / "r-1").mkdir(parents=True)
    return OwnedStore(tmp_path)


async def owned_elsewhere(store: OwnedStore, engine: Any) -> ControlServer:
    """Serve ``engine`` as if it were another process that owns r-1."""
    server = ControlServer(engine)
    await server.start()
    info = server.info
    write_control(store.path / "runs" / "r-1" / "control", ControlInfo(info.address, info.token, OTHER_PID))
    store.owners["r-1"] = {"pid": OTHER_PID, "host": "h"}
    return server


async def test_an_explanation_is_made_here(store: OwnedStore, make_engine: Any, workflow: Workflow) -> None:
    """(C7.6)"""
    here = make_engine(store)
    assert (await RoutedHost(InProcessHost(here), store).explain(workflow, to=["a"])).reuse == "one"
    assert [call[0] for call in here.calls] == ["start"]


async def test_control_verbs_reach_the_owner(store: OwnedStore, make_engine: Any, workflow: Workflow) -> None:
    here, there = make_engine(store), make_engine()
    run = await there.start(workflow)
    server = await owned_elsewhere(store, there)
    host = RoutedHost(InProcessHost(here), store)
    await host.pause("r-1", now=True)
    await host.cancel("r-1")
    await host.signal("r-1", "n", 1)
    await host.approve("r-1", "a", item=1)
    await host.reject("r-1", "a", "no", 2)
    await host.submit("r-1", "f", {}, 3)
    await host.step("r-1")
    await host.retry("r-1")
    assert [call[0] for call in there.calls[1:]] == [
        "pause",
        "cancel",
        "signal",
        "approve",
        "reject",
        "submit",
        "step",
        "retry",
    ]
    assert here.calls == []
    with pytest.raises(UsageError):
        await host.resume("r-1")
    assert (await host.load("r-1")).status is RunStatus.RUNNING
    run.emit(EventKind.RUN_COMPLETED)
    run.release()
    await host.disconnect()
    await server.close()


async def test_without_a_living_owner_the_local_engine_acts(store: OwnedStore, make_engine: Any) -> None:
    here = make_engine(store)
    host = RoutedHost(InProcessHost(here), store)
    info = ControlInfo("unix:/nowhere/s", "00", OTHER_PID)
    await host.pause("r-1")
    store.owners["r-1"] = {"pid": OTHER_PID}
    await host.pause("r-1")  # no control file
    write_control(store.path / "runs" / "r-1" / "control", info)
    await host.pause("r-1")  # nobody answers
    store.owners["r-1"] = {"pid": OTHER_PID + 1}
    await host.pause("r-1")  # the file is of an earlier owner
    store.owners["r-1"] = {"pid": os.getpid()}
    await host.pause("r-1")  # this process itself
    assert [call[0] for call in here.calls] == ["pause"] * 5


async def test_a_run_that_is_just_taken_or_let_go_is_asked_again(
    store: OwnedStore, make_engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C7.4: two commands at the same moment; the one that holds the lock is gone, or can be asked, a moment later."""
    monkeypatch.setattr(routing, "_AGAIN", 0.0)
    here = make_engine(store)
    local = InProcessHost(here)
    refused = [RunLocked("Run 'r-1' is owned by process 1.")] * 3

    async def approve(*_: Any, **__: Any) -> None:
        if refused:
            raise refused.pop()
        here.calls.append(("approve",))

    monkeypatch.setattr(local, "approve", approve)
    await RoutedHost(local, store).approve("r-1", "a")
    assert here.calls == [("approve",)]
    refused.extend([RunLocked("Run 'r-1' is owned by process 1.")] * 1_000)
    with pytest.raises(RunLocked):
        await RoutedHost(local, store).approve("r-1", "a")


async def test_events_come_live_from_the_owner_and_end_from_the_store(
    store: OwnedStore, make_engine: Any, workflow: Workflow
) -> None:
    there = make_engine(store)  # both see the same runs
    run = await there.start(workflow)
    server = await owned_elsewhere(store, there)
    here = make_engine(store)
    host = RoutedHost(InProcessHost(here), store)
    stream = host.events("r-1")
    seqs = [event.seq for event in await anext(stream)]
    run.emit(EventKind.RUN_PAUSING)
    seqs += [event.seq for event in await anext(stream)]
    await server.close()  # the owner dies
    run.emit(EventKind.RUN_PAUSED)
    async for batch in stream:
        seqs += [event.seq for event in batch]
    assert seqs == [0, 1, 2, 3]
    await host.close()
    assert here.closed


async def test_starting_and_listing_stay_here(store: OwnedStore, make_engine: Any, workflow: Workflow) -> None:
    here = make_engine(store)
    host = RoutedHost(InProcessHost(here), store)
    assert await host.start(workflow, {}, "r-1") == "r-1"
    assert (await host.header("r-1")).workflow_id == "w"
    assert len(await host.runs()) == 1


async def test_a_run_id_is_checked_before_any_path_is_made(store: OwnedStore, make_engine: Any) -> None:
    """(C13)"""
    store.owners["../x"] = {"pid": OTHER_PID}
    with pytest.raises(UsageError):
        await RoutedHost(InProcessHost(make_engine(store)), store).pause("../x")
