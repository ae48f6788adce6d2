"""Attempts on a Dask cluster, with a real scheduler: run, told live, stopped, lost, taken up again (C14)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from cluster_kit import Bodies, add_worker, cluster, left, soon
from engine_kit import Kit
from run_dialogue import workflow

from floworch.errors import ActionError, ErrorKind
from floworch.run.events import EventKind
from floworch.store.memory import MemoryStore

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    # the scheduler's own, when a client names a key that was lost with its worker
    pytest.mark.filterwarnings("ignore:Client .* desires key:UserWarning"),
]
ON = {"run_on": "cluster"}


def kit(dask: Any, monkeypatch: pytest.MonkeyPatch) -> Kit:
    monkeypatch.setenv("FLOWORCH_CLUSTER", dask.address)
    made = Kit()
    made.add("work", _named)
    made.add("risky", _named, effect="unsafe")
    return made


async def _named(seconds: float = 0.0) -> Any:
    raise AssertionError("it runs on the cluster, under the test's own body")


async def _run(dask: Any, monkeypatch: pytest.MonkeyPatch, **fields: Any) -> Any:
    return await kit(dask, monkeypatch).run(workflow({"a": {"action": "t.work", **ON, **fields}}))


async def test_an_attempt_runs_there_and_its_lines_data_and_questions_arrive(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C14, C6.5: a secret reaches the body, and nothing that the scheduler keeps or the journal shows."""
    monkeypatch.setenv("FLOWORCH_SECRET_TOKEN", "hunter2-hunter2")
    seen: dict[str, Any] = {}
    half, go = asyncio.Event(), asyncio.Event()

    async def work(params: Mapping[str, Any], on_message: Any, context: Mapping[str, Any]) -> Any:
        on_message("progress", {"fraction": 0.5, "message": "half"})
        on_message("stdout", "the token is hunter2-hunter2")
        seen["secret"] = await on_message("secret", "token")
        seen["params"], seen["now"] = dict(params), await on_message("now", None)
        with pytest.raises(ActionError, match="not set"):
            await on_message("secret", "other")
        half.set()
        await go.wait()
        on_message("data", {"set": {"key": 1}, "delete": []})
        return {"big": "x" * 100_000, "token": seen["secret"]}

    bodies.functions["a"] = work
    made = kit(dask, monkeypatch)
    definition = workflow({"a": {"action": "t.work", "params": {"seconds": 3}, **ON}})
    async with made.engine() as engine:
        run = await engine.start(definition, run_id="r")
        await half.wait()
        await soon(lambda: [event for event in made.store.events("r") if event.kind == EventKind.NODE_LOGGED])
        keys = [name for name in left(dask) if name.count("/") == 5]
        assert [name.split("/")[-3:] for name in keys][:1] == [["a", "-", "1"]]  # a key for run, node, item, attempt
        assert "hunter2" not in repr([dask.tasks[key] for key in dask.tasks]) + str(keys)
        go.set()
        result = await run.result()
        assert result.status == "completed"
    assert seen == {"secret": "hunter2-hunter2", "params": {"seconds": 3.0}, "now": made.clock.now()}
    assert result.state.data == {"key": 1}
    assert "hunter2" not in str([event.payload for event in made.store.events("r")])
    kinds = [event.kind for event in made.store.events("r")]
    assert EventKind.NODE_PROGRESSED in kinds
    assert result.nodes["a"].output["big"] == "x" * 100_000
    await soon(lambda: left(dask) == [])


async def test_a_failure_there_is_the_nodes_own_and_follows_its_policy(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C14: retries stay in the engine, each with a key of its own."""

    async def work(params: Any, on_message: Any, context: Mapping[str, Any]) -> Any:
        if context["attempt"] < 3:
            raise ActionError("try later", ErrorKind.RATE_LIMIT, retry_after=0.01, hint="wait")
        return "third"

    bodies.functions["a"] = work
    result = await _run(dask, monkeypatch)
    assert (result.status, result.nodes["a"].output) == ("completed", "third")
    assert [attempt for _, _, attempt in bodies.began] == [1, 2, 3]
    await soon(lambda: left(dask) == [])


@pytest.mark.parametrize("how", ["cancel", "pause", "timeout"])
async def test_a_stop_reaches_the_body_there(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """C14, C4.5, C7.1: by an event that the body watches; the node ends when the body has."""

    async def work(params: Any, on_message: Any, context: Any) -> Any:
        await asyncio.Event().wait()

    bodies.functions["a"] = work
    made = kit(dask, monkeypatch)
    fields = {"timeout": 0.1, "retry": {"max_attempts": 1}} if how == "timeout" else {}  # from when the body begins
    async with made.engine() as engine:
        run = await engine.start(workflow({"a": {"action": "t.work", **ON, **fields}}), run_id="r")
        await soon(lambda: bodies.began)
        if how == "cancel":
            await run.cancel()
        elif how == "pause":
            await run.pause(now=True)
        result = await run.result()
    assert bodies.stopped == [("a", (), 1)]
    assert result.status == {"cancel": "cancelled", "pause": "paused", "timeout": "failed"}[how]
    if how == "timeout":
        assert result.error["kind"] == "timeout_error"
    await soon(lambda: left(dask) == [])


async def test_the_loss_of_a_worker_is_a_connection_error_and_is_tried_again(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C14: Dask would run it again by itself; the ticket lets it begin once for each attempt."""
    homes: list[str] = []

    async def work(params: Any, on_message: Any, context: Mapping[str, Any]) -> Any:
        if context["attempt"] == 1:
            await asyncio.Event().wait()
        return "second"

    bodies.functions["a"] = work
    made = kit(dask, monkeypatch)
    async with made.engine() as engine:
        run = await engine.start(workflow({"a": {"action": "t.work", **ON}}), run_id="r")
        await soon(lambda: bodies.began)
        homes += [each.processing_on.address for each in dask.tasks.values() if each.processing_on]
        (lost,) = [each for each in dask.workers_here if each.address in homes]
        await lost.close(timeout=1)
        result = await run.result()
    await add_worker(dask, lost.state.total_resources)  # in its place: other tests count on the GPU of one of the two
    assert (result.status, result.nodes["a"].output) == ("completed", "second")
    assert [attempt for _, _, attempt in bodies.began] == [1, 2]
    told = [event.payload for event in made.store.events("r") if event.kind == EventKind.NODE_RETRYING]
    assert [each["error"]["kind"] for each in told] == ["connection_error"]
    # a body that only seems to be lost stops as soon as it can be told: that word stays
    await soon(lambda: [name for name in left(dask) if not name.endswith("/1/stop")] == [])
    dask.extensions["events"]._events.clear()


async def test_the_loss_of_the_scheduler_is_a_connection_error(bodies: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    """C14"""

    async def work(params: Any, on_message: Any, context: Any) -> Any:
        await asyncio.Event().wait()

    bodies.functions["a"] = work
    monkeypatch.setattr("floworch.distributed.session.CONNECT_LIMIT", 0.5)
    async with cluster() as own:
        made = kit(own, monkeypatch)
        async with made.engine() as engine:
            once = workflow({"a": {"action": "t.work", **ON, "retry": {"max_attempts": 1}}})
            run = await engine.start(once, run_id="r")
            await soon(lambda: bodies.began)
            await own.close()
            result = await run.result()
            assert result.status == "failed"
            assert result.error["kind"] == "connection_error"
            again = await (await engine.start(once, run_id="r2")).result()
            assert again.error["kind"] == "connection_error"
            assert "cannot be reached" in again.error["message"]


@pytest.mark.parametrize("effect", ["work", "risky"])
@pytest.mark.parametrize("state", ["running", "done", "gone"])
async def test_a_restarted_engine_takes_up_what_it_finds_before_it_submits(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch, effect: str, state: str
) -> None:
    """C14, C7.8: nothing runs twice that can be found; an unsafe node that cannot is in doubt."""
    go = asyncio.Event()

    async def work(params: Any, on_message: Any, context: Mapping[str, Any]) -> Any:
        await go.wait()
        return context["attempt"]

    bodies.functions["a"] = work
    made = kit(dask, monkeypatch)
    dead = made.engine()
    run = await dead.start(workflow({"a": {"action": f"t.{effect}", **ON}}), run_id="r")
    await soon(lambda: bodies.began)
    after = Kit()
    after.registry = made.registry
    after.store = _as_it_was(made.store)
    if state != "running":
        go.set()
        await soon(lambda: any(task.state == "memory" for task in dask.tasks.values()))
    if state == "gone":
        await run.result()
        await dead.close()
        await soon(lambda: left(dask) == [])
    async with after.engine() as engine:
        taken = await engine.resume("r")
        await asyncio.sleep(0)
        go.set()
        result = await taken.result()
    await dead.close()
    if state == "gone" and effect == "risky":
        assert (result.status, result.nodes["a"].status) == ("paused", "in_doubt")
        assert [attempt for _, _, attempt in bodies.began] == [1]
    else:
        assert (result.status, result.nodes["a"].output) == ("completed", 2 if state == "gone" else 1)
        assert [attempt for _, _, attempt in bodies.began] == ([1, 2] if state == "gone" else [1])
    await soon(lambda: left(dask) == [])


def _as_it_was(store: MemoryStore) -> MemoryStore:
    """What is left of a store whose process was killed."""
    made = MemoryStore()
    log = made.create(store.header("r"))
    log.append(list(store.events("r")))
    log.close()
    return made


async def test_what_no_worker_has_is_listed_before_anything_is_submitted(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C14: tags are resources; a missing one, or a missing version, fails with the list."""
    bodies.facts["t.work"] = {"version": 3}
    result = await _run(dask, monkeypatch, tags=["tpu", "gpu"])
    assert result.error["kind"] == "validation_error"
    assert "no worker offers the tag tpu" in result.error["message"]
    assert "t.work is there in version 3 where 1 is needed" in result.error["message"]
    assert bodies.began == []
    await soon(lambda: left(dask) == [])


async def test_items_of_a_loop_have_keys_of_their_own(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C14, C10.1"""

    async def work(params: Any, on_message: Any, context: Mapping[str, Any]) -> Any:
        return context["item"] * 2

    bodies.functions["a"] = work
    nodes = {
        "all": {"action": "flow.foreach", "params": {"items": [1, 2, 3]}},
        "a": {"action": "t.work", "parent": "all", **ON},
    }
    result = await kit(dask, monkeypatch).run(workflow(nodes))
    assert result.nodes["all"].output == [2, 4, 6]
    assert sorted(scope for _, scope, _ in bodies.began) == [(0,), (1,), (2,)]


async def test_without_a_cluster_or_the_library_it_is_said_what_to_do(
    bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Kit()
    made.add("work", _named)
    result = await made.run(workflow({"a": {"action": "t.work", **ON}}))
    assert "floworch cluster add" in result.error["hint"] if "hint" in result.error else result.error["message"]
    monkeypatch.setenv("FLOWORCH_CLUSTER", "tcp://127.0.0.1:1")
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    made = Kit()
    made.add("work", _named)
    result = await made.run(workflow({"a": {"action": "t.work", **ON}}))
    assert "Dask is not installed" in result.error["message"]
