"""Artifact files: whole or not at all, shared, counted, never removed under a run's feet, checked (C6.3)."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from floworch import Context, Engine, FlatBuffersStore, WorkflowBuilder
from floworch.artifact import LARGE, Artifact, forget_values
from floworch.errors import CorruptArtifact, StoreError
from floworch.model.values import encode
from floworch.run.events import Event, EventKind
from floworch.store.journal.artifacts import ArtifactFiles, references
from floworch.store.journal.files import Files
from floworch.store.protocol import RunLog
from floworch.store.retention import RetentionPolicy, prune
from floworch.testing.faults import FaultyFiles, fail_on
from floworch.testing.store_suite import EPOCH, make_header

BIG = ["row " * 10] * 2000
DURABILITIES = pytest.mark.parametrize("durability", ["power", "process", "none"])


@pytest.fixture(autouse=True)
def nothing_at_hand() -> None:
    forget_values()


def start(store: FlatBuffersStore, run_id: str = "run-1", durability: str = "process") -> RunLog:
    log = store.create(make_header(run_id, options={"durability": durability}))
    log.append([Event(0, EPOCH, int(EventKind.RUN_STARTED)), Event(1, EPOCH, int(EventKind.NODE_STARTED), 0, 1)])
    return log


def complete(log: RunLog, output: Any = BIG, seq: int = 2) -> None:
    log.append([Event(seq, EPOCH, int(EventKind.NODE_COMPLETED), 0, 1, (), {"output": output})])


def written(store: FlatBuffersStore) -> list[str]:
    return sorted(digest for digest, _path in store.artifacts.names())


@DURABILITIES
def test_a_large_output_is_a_file_and_loads_on_first_use(tmp_path: Path, durability: str) -> None:
    store = FlatBuffersStore(tmp_path)
    log = start(store, durability=durability)
    complete(log)
    log.close()
    state = store.load("run-1")
    reference = state.output[0]
    assert isinstance(reference, Artifact)
    assert written(store) == [reference.sha256]
    assert state.node("a").output == BIG
    assert state.to_json()["nodes"]["a"]["output"] == BIG
    assert (tmp_path / "runs/run-1/journal-000001.fbj").stat().st_size < 2000
    assert store.artifacts.file(reference.sha256).parent.name == reference.sha256[:2]
    store.close()


@DURABILITIES
def test_the_file_is_there_before_the_event_is(tmp_path: Path, durability: str) -> None:
    """A kill between the two leaves an unreferenced file at the most, never a reference to nothing."""
    order: list[str] = []

    class Watched(Files):
        def rename(self, source: Path, target: Path) -> None:
            order.append("artifact" if target.suffix == ".zst" else "segment")
            super().rename(source, target)

        def write(self, fd: int, data: bytes | memoryview) -> int:
            if b'"$type":"artifact"' in bytes(data):
                order.append("event")
            return super().write(fd, data)

    store = FlatBuffersStore(tmp_path, files=Watched())
    log = start(store, durability=durability)
    complete(log)
    log.close()
    assert order == ["segment", "artifact", "event"]
    store.close()


def test_equal_values_are_one_file_and_it_stays_until_the_last_run_goes(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    for name in ("one", "two"):
        log = start(store, name)
        complete(log)
        log.close()
    assert len(written(store)) == 1
    store.delete("one")
    assert len(written(store)) == 1
    assert store.load("two").node("a").output == BIG
    store.delete("two")
    assert written(store) == []
    store.close()


def test_pruning_removes_what_nothing_refers_to_and_counts_it(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    for number in range(3):
        log = start(store, f"run-{number}")
        complete(log, [*BIG, number if number < 2 else 0])
        log.append([Event(3, EPOCH + number, int(EventKind.RUN_COMPLETED))])
        log.close()
    orphan = store.artifacts.file("ab" * 32)
    orphan.parent.mkdir(mode=0o700, exist_ok=True)
    orphan.write_bytes(b"left over")
    (orphan.parent / "half.new").write_bytes(b"half")
    done = prune(store, RetentionPolicy(count=1), EPOCH + 10)
    assert (sorted(done.removed), done.artifacts) == (["run-0", "run-1"], 2)
    assert store.load("run-2").node("a").output[-1] == 0
    assert list(orphan.parent.iterdir()) == []
    store.close()


def test_inputs_over_the_limit_are_kept_once_for_every_run(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    for name in ("one", "two"):
        store.create(make_header(name, inputs={"rows": BIG, "n": 1})).close()
    assert len(written(store)) == 1
    assert store.load("one").to_json()["inputs"] == {"rows": BIG, "n": 1}
    store.delete("one")
    assert store.header("two").inputs["rows"].load() == BIG
    store.close()


def test_a_reference_to_another_stores_value_is_copied_into_this_one(tmp_path: Path) -> None:
    """Such as the output of an earlier run that a partial run takes over (C7.6)."""
    first, second = FlatBuffersStore(tmp_path / "one"), FlatBuffersStore(tmp_path / "two")
    log = start(first)
    complete(log)
    log.close()
    reference = first.load("run-1").output[0]
    log = start(second)
    complete(log, {"table": reference})
    log.close()
    assert written(second) == [reference.sha256]
    assert second.load("run-1").node("a").output == {"table": BIG}
    first.close()
    second.close()


def test_nothing_is_removed_between_its_file_and_its_event(tmp_path: Path) -> None:
    """Whoever removes waits for whoever is writing, and sees its reference then."""
    store, other = FlatBuffersStore(tmp_path), FlatBuffersStore(tmp_path)
    log = start(store)
    swept: list[list[str]] = []
    with store.artifacts.keeping([Artifact.of(encode(BIG))], tmp_path / "runs/run-1"):
        sweeper = threading.Thread(target=lambda: swept.append(list(other.sweep())))
        sweeper.start()
        sweeper.join(0.1)
        assert sweeper.is_alive()
        assert written(store)
        segment = tmp_path / "runs/run-1/journal-000001.fbj"
        with segment.open("ab") as file:  # what refers to it reaches the operating system
            file.write(encode({"output": Artifact.of(encode(BIG))}))
    sweeper.join(10)
    assert (swept, len(written(store))) == ([[]], 1)
    log.abandon()  # type: ignore[attr-defined]
    store.close()
    other.close()


def test_runs_that_write_while_others_are_pruned_lose_nothing(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path, durability="process")
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(12):
                log = start(store, f"{name}-{number}")
                complete(log, [*BIG, number % 3])
                log.close()
                assert store.load(f"{name}-{number}").node("a").output[-1] == number % 3
                if number % 2:
                    store.delete(f"{name}-{number}")
                else:
                    store.sweep()
        except BaseException as error:  # noqa: BLE001 - of any kind
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    forget_values()
    for summary in store.list():
        number = int(summary.run_id.split("-")[1])
        assert store.load(summary.run_id).node("a").output[-1] == number % 3
    assert len(written(store)) == 3
    store.close()


@pytest.mark.parametrize("damage", [b"", b"garbage", "cut", "flip", "other", None])
def test_damage_is_a_named_error_where_it_is_used_and_shown_where_it_is_listed(tmp_path: Path, damage: Any) -> None:
    store = FlatBuffersStore(tmp_path)
    log = start(store)
    complete(log)
    log.close()
    (digest,) = written(store)
    path = store.artifacts.file(digest)
    data = path.read_bytes()
    other = tmp_path / "other"
    other.mkdir()
    if damage is None:
        path.unlink()
    elif damage == "cut":
        path.write_bytes(data[:-3])
    elif damage == "flip":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "other":  # sound data under a wrong name
        foreign = ArtifactFiles(other, Files())
        foreign._write(path, encode(["x" * len(encode(BIG))])[: len(encode(BIG))])
    else:
        path.write_bytes(damage)
    state = store.load("run-1")
    with pytest.raises(CorruptArtifact, match=digest[:16]):
        _ = state.node("a").output
    shown = state.to_json()["nodes"]["a"]
    assert (shown["status"], shown["output"]["$artifact"]) == ("completed", digest)
    assert digest[:16] in shown["output"]["error"]
    store.close()


def test_a_damaged_file_is_written_again_when_the_value_comes_again(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path)
    log = start(store)
    complete(log)
    log.close()
    (digest,) = written(store)
    store.artifacts.file(digest).write_bytes(b"broken")
    log = start(store, "run-2")
    complete(log)
    log.close()
    assert store.load("run-1").node("a").output == BIG
    store.close()


@DURABILITIES
@pytest.mark.parametrize("operation", ["create", "write", "sync", "rename"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_a_value_that_cannot_be_kept_confirms_nothing(
    tmp_path: Path, durability: str, operation: str, error: int
) -> None:
    """(journal.md section 4)"""
    files = FaultyFiles()
    store = FlatBuffersStore(tmp_path, files=files)
    log = start(store, durability=durability)
    log.boundary()
    files.fail = fail_on(operation, error)
    failed = False
    try:
        complete(log)
        log.boundary()
    except StoreError:
        failed = True
    files.fail = lambda _operation: None
    assert failed
    log.append_final([Event(0, EPOCH, int(EventKind.RUN_PAUSED), payload={"reason": "disk full"})])
    log.close()
    state = store.load("run-1")
    assert (state.status, state.status_of("a")) == ("paused", "running")
    assert store.sweep() in ([], [Artifact.of(encode(BIG)).sha256])
    assert written(store) == []
    store.close()


def test_short_writes_are_continued(tmp_path: Path) -> None:
    files = FaultyFiles()
    files.short = 7
    store = FlatBuffersStore(tmp_path, files=files)
    log = start(store)
    complete(log)
    log.close()
    assert store.load("run-1").node("a").output == BIG
    store.close()


def test_references_are_found_in_every_segment(tmp_path: Path) -> None:
    store = FlatBuffersStore(tmp_path, segment_size=200)
    log = start(store)
    for number in range(3):
        signal_of = {"name": "s", "payload": [*BIG, number]}
        log.append([Event(2 + number, EPOCH, int(EventKind.SIGNAL_RECEIVED), payload=signal_of)])
    log.close()
    assert sorted(references(tmp_path / "runs/run-1", Files())) == written(store)
    assert len(written(store)) == 3
    store.close()


async def _large(ctx: Context) -> dict[str, Any]:
    ctx.data.set("rows", BIG)
    return {"table": ctx.artifact(BIG), "text": "x" * LARGE}


async def _count(ctx: Context, rows: list[str], first: str) -> int:
    return len(rows) + len(ctx.data.get("rows")) + len(ctx.data.output("make")["table"]) + len(first)


@DURABILITIES
async def test_a_run_sees_values_wherever_they_are_kept(tmp_path: Path, durability: str) -> None:
    flow = (
        WorkflowBuilder("large")
        .node("make", _large)
        .node("count", _count, after="make", rows="{{ nodes.make.output.table }}",
              first="{{ nodes.make.output.table[0] }}")
        .node("shape", "data.set", after="make",
              fields={"n": "{{ nodes.make.output.table | length + data.rows | length }}"})
        .output("table", "{{ nodes.make.output.table }}")
        .build()
    )  # fmt: skip
    store = FlatBuffersStore(tmp_path)
    async with Engine(store=store) as engine:
        run = await engine.start(flow, run_id="r", durability=durability)
        result = await run.result()
    assert result.status == "completed", result.error
    assert result.nodes["count"].output == 3 * len(BIG) + len(BIG[0])
    assert result.nodes["shape"].output == {"n": 2 * len(BIG)}
    assert result.outputs == {"table": BIG}
    assert isinstance(result.state.output[result.state.index["make"]], Artifact), (
        "the live state must not hold the value"
    )
    assert store.load("r").to_json() == result.state.to_json()
    store.close()


def test_a_missing_value_fails_the_node_that_uses_it_and_nothing_else(tmp_path: Path) -> None:
    """(C4.6)"""
    flow = (
        WorkflowBuilder("large")
        .node("make", "data.set", fields={"table": [str(tmp_path)] * 5000})
        .node("ask", "human.approve", after="make", message="Go on?")
        .node("use", "data.set", after="ask", fields={"n": "{{ nodes.make.output.table | length }}"})
        .node("other", "data.set", after="ask", fields={"s": "{{ nodes.make.status }}"})
        .settings(fail_fast=False)
        .build()
    )
    store = FlatBuffersStore(tmp_path)

    async def first() -> None:
        async with Engine(store=store) as engine:
            await (await engine.start(flow, run_id="r")).result()

    async def second() -> Any:
        async with Engine(store=store) as engine:
            run = await engine.resume("r")
            await run.approve("ask")
            return await run.result()

    asyncio.run(first())
    for _digest, path in list(store.artifacts.names()):
        path.unlink()
    forget_values()
    result = asyncio.run(second())
    assert (result.status, str(result.nodes["other"].status)) == ("failed", "completed")
    assert "artifact" in result.nodes["use"].error["message"]
    store.close()


_CHILD = """
import sys
from floworch import FlatBuffersStore
from floworch.run.events import Event
from floworch.testing.store_suite import make_header
store = FlatBuffersStore(sys.argv[1])
log = store.create(make_header("r", options={"durability": "power"}))
for seq in range(10_000):
    log.append([Event(seq, 1.0, 50, payload={"name": "s", "payload": [seq, "x" * 70_000]})])
    log.boundary()
    print(seq, flush=True)
"""


@pytest.mark.slow
def test_a_killed_writer_leaves_every_confirmed_value_whole(tmp_path: Path) -> None:
    """(C7.4)"""
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    seen = -1
    for line in child.stdout:
        seen = int(line)
        if seen >= 15:
            break
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    store = FlatBuffersStore(tmp_path)
    events = list(store.events("r"))
    assert len(events) > seen
    for event in events:
        assert event.payload is not None
        assert event.payload["payload"].load()[0] == event.seq
    store.acquire("r").close()
    before = len(written(store))
    assert before - len(events) <= len(store.sweep())
    assert len(written(store)) == len(events)
    store.close()


def test_deleting_is_deferred_in_the_thread_that_asked_for_it_alone(tmp_path: Path) -> None:
    """Another thread that deletes a run meanwhile sweeps for itself; an error inside ends it."""
    kept = ArtifactFiles(tmp_path, Files())
    seen: list[bool] = []

    def fails() -> None:
        with kept.deferred():
            other = threading.Thread(target=lambda: seen.append(kept.deferring))
            other.start()
            other.join()
            with kept.deferred():
                pass
            seen.append(kept.deferring)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert seen == [False, True]
    assert not kept.deferring
