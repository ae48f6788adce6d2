"""Comparing, naming, weighing and removing runs, in this process and over the control channel."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.errors import RunLocked, RunNotFound, UsageError
from floworch.host import InProcessHost, RemoteHost
from floworch.host.housekeeping import listed
from floworch.host.routing import RoutedHost
from floworch.host.server import ControlServer
from floworch.model import codec
from floworch.run.compare import compare_runs
from floworch.run.events import Event, EventKind
from floworch.store.journal.store import JsonStore
from floworch.store.memory import MemoryStore
from floworch.store.protocol import RunHeader

K = EventKind
FLOW = '{"id": "w", "nodes": {"a": {"action": "util.log"}, "b": {"action": "util.log"}}, "edges": []}'

LOOP = b"""{"id": "w", "nodes": {"a": {"action": "flow.foreach", "params": {"items": [1, 2]}},
"b": {"action": "util.log", "parent": "a"}}, "edges": []}"""


def keep(store: Any, run_id: str, output: Any, ended: bool = True, parent: str = "", at: float = 1.0) -> None:
    """Write a run of two nodes whose second gave ``output``."""
    options = {"parent": {"run_id": parent, "node": "a"}} if parent else {}
    definition = codec.dumps(codec.loads(FLOW)).encode()
    log = store.create(RunHeader(run_id, "w", definition, "h", {"n": output}, ("a", "b"), at, "1", options))
    facts = [(K.RUN_CREATED, -1, None), (K.RUN_STARTED, -1, None)]
    for node, value in ((0, 1), (1, output)):
        facts += [(K.NODE_STARTED, node, None), (K.NODE_COMPLETED, node, {"output": value})]
    facts += [(K.RUN_COMPLETED, -1, {"outputs": {"b": output}})] if ended else [(K.RUN_PAUSING, -1, None)]
    log.append([Event(i, at + i, kind, node, 1, (), payload) for i, (kind, node, payload) in enumerate(facts)])
    log.close()


@pytest.fixture
def store(tmp_path: Any) -> Any:
    return JsonStore(tmp_path / "store", durability="none")


@pytest.fixture(params=["in process", "routed", "remote"])
async def host(request: Any, make_engine: Any, store: Any) -> Any:
    engine = make_engine(store)
    inside = InProcessHost(engine)
    if request.param == "remote":
        async with ControlServer(engine) as server:
            remote = RemoteHost(server.info)
            yield remote
            await remote.close()
    else:
        yield RoutedHost(inside, store) if request.param == "routed" else inside


async def test_two_runs_are_compared_as_the_command_line_does(host: Any, store: Any) -> None:
    keep(store, "one", {"k": [1, 2]})
    keep(store, "two", {"k": [1, 3]})
    found = await host.compare("one", "two")
    assert found == compare_runs(store.load("one"), store.load("two"), ["a", "b"])
    assert (found.first, found.same, found.runs) == ("b", False, ("one", "two"))
    assert (await host.compare("one", "one")).same
    with pytest.raises(RunNotFound):
        await host.compare("one", "nowhere")


def keep_loop(store: Any, run_id: str, seconds: float) -> None:
    """Write a run of a loop over two items, in each of which node ``b`` worked so many seconds."""
    log = store.create(RunHeader(run_id, "w", LOOP, "h", {}, ("a", "b"), 1.0, "1", {"parents": [[1, 0]]}))
    facts: list[Any] = [
        (1.0, K.RUN_CREATED, -1, (), None), (1.0, K.RUN_STARTED, -1, (), None), (1.0, K.NODE_STARTED, 0, (), None),
        (1.0, K.ITEMS_LISTED, 0, (), {"items": [1, 2], "concurrency": 2}),
        (2.0, K.NODE_STARTED, 1, (0,), None), (2.0, K.NODE_STARTED, 1, (1,), None),
    ]  # fmt: skip
    end = 2.0 + seconds
    for item in (0, 1):
        facts += [
            (end, K.NODE_COMPLETED, 1, (item,), {"output": 1}),
            (end, K.ITEM_COMPLETED, 0, (item,), {"output": 1}),
        ]
    facts += [(end, K.NODE_COMPLETED, 0, (), {"output": [1, 1]}), (end, K.RUN_COMPLETED, -1, (), {"outputs": {}})]
    log.append([Event(i, at, kind, node, 1, item, given) for i, (at, kind, node, item, given) in enumerate(facts)])
    log.close()


async def test_the_bodies_of_loops_have_the_time_of_all_their_items(host: Any, store: Any) -> None:
    keep_loop(store, "one", 1.5)
    keep_loop(store, "two", 4.0)
    found = await host.compare("one", "two")
    assert {node.node: node.duration for node in found.nodes} == {"a": (2.5, 5.0), "b": (3.0, 8.0)}


async def test_names_and_tags_are_told_with_the_run_and_go_with_it(host: Any, store: Any) -> None:
    keep(store, "one", 1)
    assert (await host.runs())[0].tags == ()
    await host.label("one", " Night  run ", ["nightly", "nightly", " big "])
    run = (await host.runs())[0]
    assert (run.name, run.tags) == ("Night run", ("nightly", "big"))
    assert store.load("one").status == "completed"
    await host.label("one")
    assert (await host.runs())[0].name == ""
    with pytest.raises(UsageError, match="two words"):
        await host.label("one", "", ["two words"])
    with pytest.raises(RunNotFound):
        await host.label("nowhere", "x")
    with pytest.raises(UsageError):
        await host.label("../one", "x")


async def test_runs_are_weighed_and_removed_with_what_they_called(host: Any, store: Any) -> None:
    for run_id, parent in (("top", ""), ("child", "top"), ("deep", "child"), ("other", "")):
        keep(store, run_id, 1, parent=parent)
    used = await host.usage()
    assert set(used) == {"top", "child", "deep", "other", ""}
    assert used["top"] > 100
    with pytest.raises(UsageError, match="part of run 'top'"):
        await host.delete("child")
    assert await host.delete("top") == ["deep", "child", "top"]
    assert [run.run_id for run in await host.runs()] == ["other"]
    with pytest.raises(RunNotFound):
        await host.delete("top")


async def test_a_run_somebody_owns_is_not_removed(host: Any, store: Any) -> None:
    keep(store, "one", 1, ended=False)
    log = store.acquire("one")
    with pytest.raises(RunLocked):
        await host.delete("one")
    log.close()
    assert await host.delete("one") == ["one"]


async def test_pruning_says_first_what_would_go(host: Any, store: Any) -> None:
    for number in range(3):
        keep(store, f"r{number}", 1, at=float(number + 1))
    keep(store, "paused", 1, ended=False)
    would = await host.prune(keep=1, dry_run=True)
    assert would == {"removed": ["r0", "r1"], "kept": []}
    assert len(await host.runs()) == 4
    assert (await host.prune(keep=1))["removed"] == ["r0", "r1"]
    assert (await host.prune(older_than=1.0))["removed"] == ["r2"]
    assert [run.run_id for run in await host.runs()] == ["paused"]
    with pytest.raises(UsageError):
        await host.prune()


async def test_a_store_in_memory_has_no_names_and_no_weight(make_engine: Any) -> None:
    host = InProcessHost(make_engine(MemoryStore()))
    keep(host.engine.store, "one", 1)
    assert await host.usage() == {}
    assert (await host.runs())[0].name == ""
    with pytest.raises(UsageError, match="keeps no names"):
        await host.label("one", "x")


async def test_an_interrupted_run_that_cannot_be_opened_is_called_damaged_as_floworch_runs_does(tmp_path: Any) -> None:
    store = JsonStore(tmp_path)
    for run_id in ("broken", "sound"):
        keep(store, run_id, 2, ended=False)
    assert {run.status for run in listed(store)} == {"interrupted"}
    for file in (tmp_path / "runs" / "broken").glob("journal-*"):
        file.write_bytes(b"\0" * 64 + file.read_bytes())
    assert {run.run_id: run.status for run in listed(store)} == {"broken": "damaged", "sound": "interrupted"}
    assert [run.run_id for run in listed(store, status="interrupted")] == ["sound"], "it is not offered to go on"


async def test_a_paused_run_that_cannot_be_opened_is_called_damaged(tmp_path: Any) -> None:
    store = JsonStore(tmp_path)
    keep(store, "r", 2, ended=False)
    log = store.acquire("r")
    log.append([Event(7, 9.0, K.RUN_PAUSED, -1, 1, (), None)])
    log.close()
    assert [run.status for run in listed(store)] == ["paused"]
    for file in (tmp_path / "runs" / "r").glob("journal-*"):
        file.write_bytes(b"\0" * 64 + file.read_bytes())
    assert [run.status for run in listed(store)] == ["damaged"]
