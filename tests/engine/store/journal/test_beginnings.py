"""How a run begins with durability ``process``: its nodes run while the disk takes its beginning (journal.md 4).

Whoever was told that the run has started finds it after a loss of power; a run that nobody was told of may be gone, as
a whole, and then counts as never begun. A kill takes nothing from either.
"""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from engine_kit import Kit
from run_dialogue import workflow

from floworch.errors import CorruptJournal, RunExists, RunLost, RunNotFound, StoreError
from floworch.run.status import RunStatus
from floworch.store.journal.damaged import put_aside, unreadable
from floworch.store.journal.doctor import check
from floworch.store.journal.reader import NeverBegun, Reader
from floworch.store.journal.segment import segment_path
from floworch.store.journal.store import FlatBuffersStore, JournalStore, JsonStore
from floworch.testing.faults import FaultyFiles
from floworch.testing.store_suite import make_header, story

PROCESS = make_header(options={"durability": "process"})


@pytest.fixture(autouse=True)
def beginnings_at_once() -> None:
    """Not here: beginnings are synced as in real life."""


class Disk(FaultyFiles):
    """A disk that syncs nothing until it may, and then fails once if it is ``broken``."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()
        self.broken = False

    def sync(self, fd: int) -> None:
        """Wait until the disk may."""
        assert self.may.wait(10)
        if self.broken:
            self.broken = False
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().sync(fd)


@pytest.fixture
def disk() -> Iterator[Disk]:
    found = Disk()
    yield found
    found.may.set()


class Begun:
    """An engine, and a run in it that was asked for: of three nodes the last one waits for ever."""

    def __init__(self, store: JournalStore) -> None:
        kit = Kit()
        self.running = asyncio.Event()
        kit.add("quick", lambda: 1, effect="pure")

        async def stay() -> None:
            self.running.set()
            await asyncio.Event().wait()

        kit.add("stay", stay, effect="pure")
        nodes = {"a": {"action": "t.quick"}, "b": {"action": "t.quick"}, "c": {"action": "t.stay"}}
        flow = workflow(nodes, "a>b", "b>c")
        self.engine = kit.engine(store=store)
        self.start = asyncio.create_task(self.engine.start(flow, run_id="r", durability="process"))


@asynccontextmanager
async def begun(store: JournalStore, disk: Disk) -> AsyncIterator[Begun]:
    """It runs its last node; nothing of it was synced yet."""
    found = Begun(store)
    async with asyncio.timeout(10):
        await found.running.wait()
    try:
        yield found
    finally:
        disk.may.set()
        await asyncio.gather(found.start, return_exceptions=True)
        await found.engine.close()


def after_power_loss(disk: Disk, folder: Path, **how: Any) -> Path:
    """The store as the next start of the computer finds it; the process whose power goes cannot spoil it any more."""
    disk.power_loss(**how)
    rest = folder / "rest"
    shutil.copytree(folder / "store", rest)
    return rest


async def test_nodes_run_while_the_disk_takes_the_beginning(tmp_path: Path, disk: Disk) -> None:
    """Who is told of the run finds it after a loss of power."""
    async with begun(FlatBuffersStore(tmp_path / "store", files=disk), disk) as run:
        assert not run.start.done(), "nobody is told of a run that the disk has not"
        disk.may.set()
        async with asyncio.timeout(10):
            await run.start
        rest = after_power_loss(disk, tmp_path, names=True)
    assert FlatBuffersStore(rest).load("r").status == "interrupted"


async def test_a_kill_takes_nothing_of_what_the_disk_has_not(tmp_path: Path, disk: Disk) -> None:
    """(C7.4)"""
    async with begun(FlatBuffersStore(tmp_path / "store", files=disk), disk):
        shutil.copytree(tmp_path / "store", tmp_path / "rest")
    state = FlatBuffersStore(tmp_path / "rest").load("r")
    assert [str(state.node(name).status) for name in "abc"] == ["completed", "completed", "running"]


@pytest.mark.parametrize(
    "how", [{}, {"names": True}, {"keep": 0.1}, {"zeros": True}, {"keep": 0.1, "zeros": True}], ids=str
)
async def test_a_run_whose_beginning_is_lost_was_never_begun(tmp_path: Path, disk: Disk, how: dict[str, Any]) -> None:
    """(C7.4) Nobody was told of it, nothing of it is left, and its id is free."""
    for each in (tmp_path / "store", tmp_path / "store" / "runs"):
        each.mkdir(mode=0o700)
    async with begun(FlatBuffersStore(tmp_path / "store", files=disk), disk) as run:
        run.engine.store._catalogue.index._drain()  # type: ignore[attr-defined] - the list of runs has heard of it
        assert not run.start.done()
        rest = after_power_loss(disk, tmp_path, **how)
    kept = "names" not in how
    store = FlatBuffersStore(rest)
    assert {each.code for each in check(rest) if each.severity != "info"} == ({"lost-journal"} if kept else set())
    assert store.list() == []
    assert [each.code for each in check(rest) if each.run_id] == (["no-journal"] if kept else [])
    assert unreadable(rest, []) == []
    for read in (store.load, store.header, store.acquire, lambda run_id: list(store.events(run_id))):
        with pytest.raises(RunLost if kept else RunNotFound):
            read("r")
    log = store.create(make_header("r"))
    log.append(story()[:2])
    log.close()
    assert store.load("r").seq == 2
    assert len(list((rest / "runs" / "r").glob("*.torn"))) == kept, "what was left is put aside"
    store.close()


async def test_a_beginning_that_the_disk_refuses_is_no_start(tmp_path: Path, disk: Disk) -> None:
    async with begun(FlatBuffersStore(tmp_path / "store", files=disk), disk) as run:
        disk.broken = True
        disk.may.set()
        with pytest.raises(StoreError, match="Input/output"):
            async with asyncio.timeout(10):
                await run.start
    assert FlatBuffersStore(tmp_path / "store").load("r").status is RunStatus.PAUSED, "it can be gone on with"


async def test_who_gives_up_waiting_for_a_start_leaves_it_to_the_others(tmp_path: Path, disk: Disk) -> None:
    async with begun(FlatBuffersStore(tmp_path / "store", files=disk), disk) as run:
        run.start.cancel()
        await asyncio.wait([run.start])
        log = run.engine.store._open["r"]  # type: ignore[attr-defined]
        disk.may.set()
        async with asyncio.timeout(10):
            await asyncio.wrap_future(log.begun)


def test_who_waits_for_a_start_hears_of_it_when_the_first_segment_is_full(tmp_path: Path) -> None:
    """That one is synced before the next one begins, though the syncing thread has not come up yet."""
    store = FlatBuffersStore(tmp_path / "store", files=FaultyFiles(), segment_size=1)
    log = store.create(PROCESS)
    log._writer._running = True  # type: ignore[attr-defined] - by its own account, that is
    assert log.begun is not None
    assert not log.begun.done()
    log.append(story()[:1])
    assert log.begun.done()
    log.close()
    store.close()


@pytest.mark.parametrize("kind", [FlatBuffersStore, JsonStore])
def test_a_resume_syncs_a_beginning_that_perhaps_never_was(tmp_path: Path, kind: type[JournalStore]) -> None:
    """The first owner was killed before its disk had anything; then the power goes under the second one."""
    files = FaultyFiles()
    store = kind(tmp_path / "store", files=files)
    store.create(PROCESS).abandon()
    log = store.acquire("run-1")
    log.append(story()[:1])
    log.boundary()
    log.abandon()
    files.power_loss(names=True)
    assert kind(tmp_path / "store").load("run-1").seq == 1


@pytest.mark.parametrize("kind", [FlatBuffersStore, JsonStore])
def test_closing_syncs_a_beginning_without_events(tmp_path: Path, kind: type[JournalStore]) -> None:
    files = FaultyFiles()
    store = kind(tmp_path / "store", files=files)
    store.create(PROCESS).close()
    files.power_loss(names=True)
    assert kind(tmp_path / "store").load("run-1").seq == 0


@pytest.mark.parametrize("durability", ["power", "none"])
def test_with_any_other_durability_a_run_is_on_the_disk_when_it_is_created(tmp_path: Path, durability: str) -> None:
    """The names of a new store, too, and of the folders that it lies in."""
    files = FaultyFiles()
    log = FlatBuffersStore(tmp_path / "a" / "store", files=files).create(
        make_header(options={"durability": durability})
    )
    assert log.begun is None
    log.abandon()
    files.power_loss(names=True)
    assert FlatBuffersStore(tmp_path / "a" / "store").load("run-1").seq == 0


@pytest.mark.parametrize("kind", [FlatBuffersStore, JsonStore])
def test_a_beginning_that_is_cut_was_never_begun(tmp_path: Path, kind: type[JournalStore]) -> None:
    store = kind(tmp_path)
    store.create(PROCESS).abandon()
    path = segment_path(tmp_path / "runs" / "run-1", 1, kind.format.suffix)
    whole = path.read_bytes()
    for size in (*range(0, len(whole), 9), len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(NeverBegun):
            Reader(path.parent, "run-1").header()
        zeros = whole[:size] + bytes(len(whole) + 300 - size)
        if zeros.startswith(whole):
            continue  # it ends with some
        path.write_bytes(zeros)
        with pytest.raises(NeverBegun):
            list(Reader(path.parent, "run-1").events())


def damage(path: Path, at: int, to: bytes) -> None:
    data = bytearray(path.read_bytes())
    data[at : at + len(to)] = to
    path.write_bytes(data)


@pytest.mark.parametrize("zeros", [1, 300])
def test_a_beginning_that_was_synced_is_damaged_not_lost(tmp_path: Path, zeros: int) -> None:
    """What the journal itself says was on the disk is never taken for what a loss of power took."""
    store = FlatBuffersStore(tmp_path)
    log = store.create(PROCESS)
    log.boundary()
    log.append(story()[:1])
    log.close()
    path = segment_path(tmp_path / "runs" / "run-1", 1)
    damage(path, 40, bytes(zeros))
    with pytest.raises(CorruptJournal) as caught:
        store.load("run-1")
    assert type(caught.value) is CorruptJournal
    with pytest.raises(RunExists):
        store.create(PROCESS)


def test_what_no_loss_of_power_leaves_is_damage(tmp_path: Path) -> None:
    """A changed byte, and the journal of another run."""
    store = FlatBuffersStore(tmp_path)
    for run_id in ("run-1", "run-2"):
        store.create(make_header(run_id, options={"durability": "process"})).abandon()
    path = segment_path(tmp_path / "runs" / "run-1", 1)
    whole = path.read_bytes()
    for content in (whole[:50] + b"!" + whole[51:], segment_path(tmp_path / "runs" / "run-2", 1).read_bytes()):
        path.write_bytes(content)
        with pytest.raises(CorruptJournal) as caught:
            store.header("run-1")
        assert type(caught.value) is CorruptJournal
        assert unreadable(tmp_path, []) == ["run-1"]
        with pytest.raises(RunExists):
            store.create(PROCESS)


def test_a_lost_beginning_can_be_put_aside_or_deleted(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    for run_id in ("run-1", "run-2"):
        store.create(make_header(run_id, options={"durability": "process"})).abandon()
        segment_path(tmp_path / "runs" / run_id, 1).write_bytes(b"")
    assert put_aside(tmp_path, "run-1").is_dir()
    store.delete("run-2")
    assert list((tmp_path / "runs").iterdir()) == []
