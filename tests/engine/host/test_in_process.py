"""InProcessHost passes each request to the engine of this process."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from floworch import Engine, MemoryStore
from floworch.actions.registry import Registry, registry
from floworch.errors import DefinitionError, RunNotFound
from floworch.executor import prepare as prepare_module
from floworch.host.in_process import InProcessHost
from floworch.model.workflow import Node, Workflow
from floworch.run.events import EventKind
from floworch.run.status import RunStatus


async def test_an_explanation_starts_nothing(engine: Any, workflow: Workflow) -> None:
    """(C7.6)"""
    found = await InProcessHost(engine).explain(workflow, None, to=["a"])
    assert found.form.to == ("a",)
    assert engine.calls == [("start", None, {"to": ["a"], "explain": True})]
    assert engine.running == {}


async def test_every_request_reaches_the_engine(engine: Any, workflow: Workflow) -> None:
    host = InProcessHost(engine)
    assert await host.start(workflow, {"n": 1}, "r-9", durability="none") == "r-9"
    await host.resume("x", in_doubt="rerun")
    await host.retry("x")
    await host.pause("x", now=True)
    await host.cancel("x", compensate=False)
    await host.signal("x", "paid", {"ok": True})
    await host.approve("x", "a", "fine", 2)
    await host.reject("x", "b")
    await host.submit("x", "f", {"n": 1}, [0, 2])
    await host.step("x", "f", 3)
    assert engine.calls == [
        ("start", "r-9", {"durability": "none"}),
        ("resume", "x", "rerun"),
        ("retry", "x"),
        ("pause", "x", True),
        ("cancel", "x", False),
        ("signal", "x", "paid", {"ok": True}),
        ("approve", "x", "a", "fine", 2),
        ("reject", "x", "b", "", None),
        ("submit", "x", "f", {"n": 1}, [0, 2]),
        ("step", "x", "f", 3),
    ]
    assert (await host.header("r-9")).inputs == {"n": 1}
    assert [summary.run_id for summary in await host.runs(status="running")] == ["r-9"]
    await host.close()
    assert engine.closed


async def test_load_gives_a_copy_of_a_live_run(engine: Any, workflow: Workflow) -> None:
    run = await engine.start(workflow)
    state = await InProcessHost(engine).load("r-1")
    run.emit((EventKind.NODE_STARTED, 0, None))
    assert state.seq == 2
    assert state.node("a").attempts == 0
    assert state.status is RunStatus.RUNNING


async def test_load_of_a_stored_run_and_of_none(engine: Any, workflow: Workflow) -> None:
    run = await engine.start(workflow)
    run.emit(EventKind.RUN_COMPLETED)
    run.release()
    host = InProcessHost(engine)
    assert (await host.load("r-1")).status is RunStatus.COMPLETED
    with pytest.raises(RunNotFound):
        await host.load("nope")


@pytest.mark.parametrize(("nodes", "beside", "aside"), [(1001, False, True), (1001, True, False), (2, False, False)])
async def test_a_large_definition_is_made_ready_beside_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nodes: int, beside: bool, aside: bool
) -> None:
    """performance.md, input stays live: 10 000 nodes held up a window for half a second when their run began."""
    threads: list[int] = []
    whole = prepare_module.check

    def noted(workflow: Workflow, registry: Any) -> None:
        threads.append(threading.get_ident())
        whole(workflow, registry)

    monkeypatch.setattr(prepare_module, "check", noted)
    if beside:
        (tmp_path / "actions").mkdir()
    given = Workflow(
        id="many", nodes={f"n{number}": Node(action="data.set", params={"fields": {"a": 1}}) for number in range(nodes)}
    )
    async with Engine(store=MemoryStore()) as engine:
        run_id = await InProcessHost(engine).start(given.at(tmp_path / "many.flow.json"), None)
        assert engine.live(run_id) is not None
    assert [ident != threading.get_ident() for ident in threads] == [aside], (
        "checked once, and where it holds up nobody"
    )


async def test_what_is_wrong_with_a_large_definition_is_said_as_of_a_small_one() -> None:
    nodes = {f"n{number}": Node(action="no.such") for number in range(1001)}
    async with Engine(store=MemoryStore()) as engine:
        with pytest.raises(DefinitionError):
            await InProcessHost(engine).start(Workflow(id="wrong", nodes=nodes), None)


STEP = """
from floworch import action

@action("hosted.step")
def step() -> int:
    return {value}
"""


async def test_a_run_takes_the_users_own_actions_as_their_files_are_when_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWORCH_ACTIONS", str(tmp_path))
    workflow = Workflow(id="x", nodes={"a": Node(action="hosted.step")})
    engine = Engine(MemoryStore(), actions=Registry())
    host = InProcessHost(engine)
    given = []
    for value in (1, 2000):
        (tmp_path / "step.py").write_text(STEP.format(value=value))
        run_id = await host.start(workflow)
        async for _ in host.events(run_id):
            pass
        given.append((await host.load(run_id)).nodes["a"].output)
    await host.close()
    assert given == [1, 2000]
    registry._actions.pop("hosted.step", None)
