"""Which runs go, and that nothing else does (journal.md section 6)."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch import Engine, FlatBuffersStore, MemoryStore, Workflow
from floworch.errors import RunNotFound, StoreError
from floworch.run.status import RunStatus
from floworch.store.protocol import RunStore, RunSummary
from floworch.store.retention import ENDED, EVERY, Keeper, Pruned, RetentionPolicy, prune

FLOW = Workflow.model_validate({"id": "w", "nodes": {"a": {"action": "data.set", "params": {"fields": {}}}}})
ASKING = Workflow.model_validate({"id": "ask", "nodes": {"a": {"action": "human.approve", "params": {"message": "?"}}}})


def run(run_id: str, status: str = "completed", ended: float | None = 100.0, workflow: str = "w") -> RunSummary:
    return RunSummary(run_id, workflow, status, 1.0, 2.0, ended)


def ids(runs: list[RunSummary]) -> list[str]:
    return [one.run_id for one in runs]


def test_runs_go_by_their_age_since_they_ended() -> None:
    runs = [run("old", ended=10.0), run("new", ended=95.0), run("edge", ended=50.0)]
    assert ids(RetentionPolicy(age=50.0).expired(runs, 100.0)) == ["old"]


def test_a_number_of_the_newest_of_each_workflow_stays() -> None:
    runs = [run(f"{name}-{at}", ended=float(at), workflow=name) for name in "ab" for at in (1, 2, 3)]
    assert sorted(ids(RetentionPolicy(count=1).expired(runs, 9.0))) == ["a-1", "a-2", "b-1", "b-2"]
    assert ids(RetentionPolicy(count=1, workflow="b").expired(runs, 9.0)) == ["b-1", "b-2"]
    assert len(RetentionPolicy(count=0).expired(runs, 9.0)) == 6


@pytest.mark.parametrize("status", sorted(set(RunStatus) - ENDED))
def test_a_run_that_has_not_ended_never_goes(status: str) -> None:
    every = frozenset(RunStatus)
    assert RetentionPolicy(age=0.0, count=0, statuses=every).expired([run("r", status, None)], 1e9) == []


def test_only_the_named_statuses_go() -> None:
    runs = [run("ok"), run("bad", "failed"), run("off", "cancelled")]
    policy = RetentionPolicy(age=0.0, statuses=frozenset({RunStatus.FAILED}))
    assert ids(policy.expired(runs, 1e9)) == ["bad"]


def test_without_a_limit_everything_stays() -> None:
    assert RetentionPolicy().expired([run("r", ended=0.0)], 1e12) == []


@given(st.lists(st.tuples(st.sampled_from(sorted(RunStatus)), st.floats(0, 1000), st.sampled_from("ab")), max_size=30),
       st.one_of(st.none(), st.floats(0, 1000)), st.one_of(st.none(), st.integers(0, 5)))  # fmt: skip
def test_what_goes_is_older_than_what_stays(
    made: list[tuple[str, float, str]], age: float | None, count: int | None
) -> None:
    runs = [run(str(number), status, at, name) for number, (status, at, name) in enumerate(made)]
    gone = RetentionPolicy(age, count).expired(runs, 1000.0)
    for name in "ab":
        ended = [one for one in runs if one.workflow_id == name and one.status in ENDED]
        stays = [one.ended_at or 0.0 for one in ended if one not in gone]
        goes = [one.ended_at or 0.0 for one in ended if one in gone]
        assert not stays or not goes or max(goes) <= min(stays)
        if count is not None:
            assert len(stays) <= count
    assert all(one.status in ENDED for one in gone)


@pytest.fixture(params=["memory", "journal"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> RunStore:
    return MemoryStore() if request.param == "memory" else FlatBuffersStore(tmp_path / "store")


async def test_pruned_runs_are_gone_and_the_others_are_whole(store: RunStore) -> None:
    async with Engine(store=store) as engine:
        for number in range(3):
            await (await engine.start(FLOW, run_id=f"r{number}")).result()
        waiting = await engine.start(ASKING, run_id="ask")
        await waiting.result()
        policy = RetentionPolicy(count=1)
        assert prune(store, policy, 1e12, dry_run=True) == Pruned(["r0", "r1"], [])
        assert len(store.list()) == 4
        assert prune(store, policy, 1e12) == Pruned(["r0", "r1"], [])
    assert {one.run_id for one in store.list()} == {"r2", "ask"}
    assert store.load("r2").status == "completed"
    with pytest.raises(RunNotFound):
        store.load("r0")


async def test_a_run_that_cannot_be_removed_stays_and_is_named(tmp_path: Path) -> None:
    class Stubborn(FlatBuffersStore):
        def delete(self, run_id: str) -> None:
            if run_id == "r0":
                raise StoreError("the disk does not want to.")
            if run_id == "r1":
                raise RunNotFound("gone")
            super().delete(run_id)

    store = Stubborn(tmp_path / "store")
    async with Engine(store=store) as engine:
        for number in range(3):
            await (await engine.start(FLOW, run_id=f"r{number}")).result()
    done = prune(store, RetentionPolicy(age=0.0), 1e12)
    assert done == Pruned(["r2"], [("r0", "the disk does not want to.")])


class Clock:
    """Seconds that a test lets pass."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_store_in_use_lets_runs_go_now_and_then_and_no_beginning_run_waits_for_it() -> None:
    clock, begun, go = Clock(), threading.Semaphore(0), threading.Event()
    times: list[float] = []

    def tidy() -> None:
        times.append(clock.now)
        begun.release()
        assert go.wait(60)
        raise StoreError("the disk is full")  # a run that begins has nothing to do with it

    keeper = Keeper(tidy, clock)
    for _ in range(100):
        keeper.run_begins()
    assert not times, "a process that lives for a moment does it when it closes the store"
    clock.now += EVERY
    keeper.run_begins()
    assert begun.acquire(timeout=60)
    clock.now += EVERY
    keeper.run_begins()  # the first time is still under way
    go.set()
    keeper.wait()
    clock.now += EVERY
    keeper.run_begins()
    keeper.wait()
    assert times == [1060.0, 1180.0]
