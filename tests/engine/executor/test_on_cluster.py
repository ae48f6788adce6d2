"""What is submitted for an attempt, and when its outcome may be forgotten; the cluster is a fake (C14)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from engine_kit import Kit, LateStore, until
from run_dialogue import workflow

from floworch.actions.context import Context
from floworch.errors import ActionError, ErrorKind
from floworch.executor import clusters
from floworch.executor.clusters import ClusterJob, NotAttached
from floworch.store.memory import MemoryStore


class Fake:
    """A cluster of the test's own: every job is answered by ``answer``."""

    def __init__(self, answer: Callable[..., Any]) -> None:
        self.answer = answer
        self.jobs: list[ClusterJob] = []
        self.recorded: list[Callable[[], bool]] = []

    async def call(self, job: ClusterJob, on_message: Any, recorded: Any, began: Any) -> Any:
        self.jobs.append(job)
        self.recorded.append(recorded)
        return await self.answer(job, on_message, began)

    async def close(self) -> None:
        return


def faked(monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Any]) -> Fake:
    fake = Fake(answer)
    monkeypatch.setattr(clusters, "_provider", lambda: fake)
    return fake


async def _work(ctx: Context, n: int = 1) -> Any:
    raise AssertionError("it runs on the cluster")


def _kit(**options: Any) -> Kit:
    kit = Kit()
    kit.add("work", _work, **options)
    return kit


def _flow(**fields: Any) -> Any:
    return workflow({"a": {"action": "t.work", "run_on": "cluster", **fields}})


async def test_a_job_says_whose_attempt_it_is_and_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(job: ClusterJob, on_message: Any, began: Any) -> Any:
        on_message("data", {"set": {"key": job.attempt}, "delete": []})
        return [job.params, on_message("now", None)]

    fake = faked(monkeypatch, answer)
    kit = _kit(version=2)
    flow = _flow(params={"n": "{{ 3 }}"}, tags=["gpu"], version=2)
    result = await kit.run(flow, cluster="tcp://here:1")
    assert result.nodes["a"].output == [{"n": 3}, kit.clock.now()]
    assert result.state.data == {"key": 1}
    (job,) = fake.jobs
    assert (job.cluster, job.run_id, job.node, job.scope, job.attempt) == ("tcp://here:1", "r", "a", (), 1)
    assert (job.action, job.version, job.tags, job.only_attach) == ("t.work", 2, ("gpu",), False)
    assert job.born == kit.store.header("r").created_at
    assert job.context["node"] == "a"


async def test_the_environment_names_a_cluster_and_the_run_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(*_: Any) -> Any:
        return None

    fake = faked(monkeypatch, answer)
    monkeypatch.setenv("FLOWORCH_CLUSTER", "lab")
    kit = _kit()
    await kit.run(_flow())
    assert fake.jobs[0].cluster == kit.store.header("r").options["cluster"] == "lab"


async def test_an_outcome_may_be_forgotten_once_it_is_durable(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(*_: Any) -> Any:
        return 1

    fake = faked(monkeypatch, answer)
    kit = _kit()
    store = LateStore()
    async with kit.engine(store=store) as engine, store.at_once_in_the_end():
        starting = asyncio.create_task(engine.start(_flow(), run_id="r"))
        await until(lambda: hasattr(store, "log"))
        while not fake.jobs:
            store.log.sync()
            await asyncio.sleep(0)
        live = engine.live("r")
        assert live is not None
        await until(lambda: live.working("look").state.status_of(0, ()) == "completed")
        assert not fake.recorded[0]()
        store.log.sync()
        await until(fake.recorded[0])
        await starting


async def test_the_timeout_counts_from_when_the_body_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """C4.5, C15: waiting for a place never counts."""
    places = 0

    async def answer(job: ClusterJob, on_message: Any, began: Callable[[], None]) -> Any:
        nonlocal places
        for _ in range(50):  # longer than the timeout, without having begun
            await asyncio.sleep(0.001)
            places += 1
        began()
        await asyncio.Event().wait()

    faked(monkeypatch, answer)
    result = await _kit().run(_flow(timeout=0.01, retry={"max_attempts": 1}))
    assert places == 50
    assert result.error["kind"] == "timeout_error"


@pytest.mark.parametrize("effect", ["idempotent", "unsafe"])
async def test_after_a_crash_an_unsafe_node_is_only_taken_up(monkeypatch: pytest.MonkeyPatch, effect: str) -> None:
    """C7.8, C14: what is not found there is in doubt, and a person lets it run."""

    async def hang(*_: Any) -> Any:
        await asyncio.Event().wait()

    fake = faked(monkeypatch, hang)
    kit = _kit(effect=effect)
    first = kit.engine()
    handle = await first.start(_flow(), run_id="r")
    await until(lambda: fake.jobs)
    other = MemoryStore()
    log = other.create(kit.store.header("r"))
    log.append(list(kit.store.events("r")))
    log.abandon()
    await handle.cancel()
    await first.close()

    async def answer(job: ClusterJob, *_: Any) -> Any:
        if job.only_attach:
            raise NotAttached("nothing is left of it")
        return job.attempt

    fake.answer = answer
    async with kit.engine(store=other) as engine:
        result = await (await engine.resume("r")).result()
        assert [(job.attempt, job.only_attach) for job in fake.jobs[1:]] == [(2, effect == "unsafe")]
        if effect == "unsafe":
            assert (result.status, result.nodes["a"].status) == ("paused", "in_doubt")
            result = await (await engine.resume("r", in_doubt="rerun")).result()
            assert not fake.jobs[-1].only_attach
    assert result.status == "completed"


async def test_a_lost_worker_of_a_compensation_is_retried_like_any(monkeypatch: pytest.MonkeyPatch) -> None:
    """C9, C14"""

    async def answer(job: ClusterJob, *_: Any) -> Any:
        if job.attempt == 1:
            raise ActionError("the worker is gone", ErrorKind.CONNECTION)
        return job.node

    fake = faked(monkeypatch, answer)
    kit = Kit()
    kit.add("undo", _work, run_on="cluster", effect="idempotent")
    nodes = {
        "a": {"action": "t.any", "compensate": {"action": "t.undo"}},
        "b": {"action": "flow.fail", "params": {"message": "no"}},
    }
    result = await kit.run(workflow(nodes, "a>b"))
    assert result.compensation["compensated"] == ["a"]
    assert [(job.node, job.attempt) for job in fake.jobs] == [("a.compensate", 1), ("a.compensate", 2)]
    assert fake.recorded[0]()
