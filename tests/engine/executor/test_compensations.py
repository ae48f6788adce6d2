"""Compensations of real engines: what they see, how they are stopped, what they may not do (C9, C11, C15)."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from engine_kit import door, workflow
from ledger import Ledger, declared

from floworch import FlatBuffersStore, WorkflowBuilder
from floworch.actions.context import Context
from floworch.actions.identity import idempotency_key
from floworch.actions.outcome import Wait
from floworch.errors import ActionError, ErrorKind, UsageError
from floworch.run.events import EventKind


async def test_a_compensation_sees_the_output_of_its_node_and_what_every_expression_sees() -> None:
    """C9, C15"""
    ledger = Ledger()
    what = ["{{ output.id }}", "{{ nodes.a.output.id }}", "{{ inputs.who }}", "{{ run.id }}"]
    definition = workflow(
        {"a": declared(), "b": declared(what), "c": {"action": "t.bad"}}, "a>b", "b>c", inputs={"who": {}}
    )
    result = await ledger.kit.run(definition, {"who": "me"})
    assert ledger.undone == [["b[]", "a[]", "me", "r"], "a[]"]
    assert result.status == "failed"
    assert result.compensation == {"compensated": ["b", "a"], "failed": [], "not_needed": []}


async def test_each_compensation_has_a_key_of_its_own_that_stays_the_same() -> None:
    """C11"""
    ledger = Ledger()
    await ledger.kit.run(workflow({"a": declared(), "b": declared(), "c": {"action": "t.bad"}}, "a>b", "b>c"))
    assert ledger.keys["~a[]"] == idempotency_key("r", "a", (), "compensate")
    assert len(set(ledger.keys.values())) == 4


async def test_items_see_their_own_item_and_the_nodes_beside_them() -> None:
    """C15: items compensate per item, also after their records are gone."""
    ledger = Ledger()
    what = ["{{ item }}", "{{ outer.item }}", "{{ index }}", "{{ nodes.first.output.id }}"]
    nodes = {
        "outer": {"action": "flow.foreach", "params": {"items": ["p", "q"], "concurrency": 1}},
        "first": {"action": "t.do", "parent": "outer"},
        "inner": {"action": "flow.foreach", "params": {"items": ["{{ item }}1"]}, "parent": "outer"},
        "x": {"parent": "inner", **declared(what)},
        "end": {"action": "t.bad"},
    }
    result = await ledger.kit.run(workflow(nodes, "first>inner", "outer>end"))
    assert ledger.undone == [["q1", "q", 0, "first[1]"], ["p1", "p", 0, "first[0]"]]
    assert result.compensation["compensated"] == ["x[1][0]", "x[0][0]"]
    assert ledger.keys["~x[1, 0]"] == idempotency_key("r", "x", (1, 0), "compensate")


async def test_the_rounds_of_a_try_have_one_key_as_their_attempts_have() -> None:
    """C11, C15"""
    ledger = Ledger()

    async def flaky(ctx: Context) -> None:
        if ctx.scope == (0,):
            raise ActionError("once", ErrorKind.CONNECTION)

    ledger.kit.add("flaky", flaky, effect="unsafe")
    nodes = {
        "t": {"action": "flow.try", "params": {"retry_block": 1}},
        "x": {"parent": "t", **declared()},
        "y": {"parent": "t", "action": "t.flaky"},
        "end": {"action": "t.bad"},
    }
    result = await ledger.kit.run(workflow(nodes, "x>y", "t>end"))
    assert result.compensation["compensated"] == ["x[1]", "x[0]"]
    assert ledger.keys["~x[0]"] == ledger.keys["~x[1]"] == idempotency_key("r", "x", (0,), "compensate")


RELEASED: list[Any] = []


def release(ctx: Context, stock: dict[str, Any], how: str = "") -> None:
    """A plain function, in a thread."""
    RELEASED.append((ctx.node, stock, ctx.output, how, ctx.compensating, threading.current_thread().name))


async def test_a_python_function_gets_the_context_and_the_output() -> None:
    """C15"""
    RELEASED.clear()
    ledger = Ledger()
    flow = (
        WorkflowBuilder("s", catalog=ledger.kit.registry)
        .node("a", "t.do", compensate=release)
        .node("b", "t.do", after="a", compensate={"action": release, "params": {"how": "{{ output.id }}"}})
        .node("c", "t.bad", after="b")
        .build()
    )
    result = await ledger.kit.run(flow)
    assert result.compensation == {"compensated": ["b", "a"], "failed": [], "not_needed": []}
    b, a = RELEASED
    assert (a[:5], b[:5]) == (
        ("a", {"id": "a[]"}, {"id": "a[]"}, "", True), ("b", {"id": "b[]"}, {"id": "b[]"}, "b[]", True),
    )  # fmt: skip
    assert a[5].startswith("floworch")


async def test_a_compensation_has_its_own_retry_and_timeout() -> None:
    """C9: in virtual time; the back-off holds nothing else up."""
    attempts: list[float] = []
    ledger = Ledger()

    async def stubborn(ctx: Context) -> None:
        attempts.append(ctx.now())
        if len(attempts) == 1:
            raise ActionError("not now", ErrorKind.CONNECTION)
        if len(attempts) == 2:
            await asyncio.Event().wait()

    ledger.kit.add("stubborn", stubborn)
    retry = {"max_attempts": 3, "delay": 10, "backoff": 1, "jitter": 0}
    undo = {"action": "t.stubborn", "retry": retry, "timeout": 0.01}
    result = await ledger.kit.run(
        workflow({"a": {"action": "t.do", "compensate": undo}, "b": {"action": "t.bad"}}, "a>b")
    )
    assert [round(attempts[i] - attempts[0]) for i in range(3)] == [0, 10, 20]
    assert result.compensation["compensated"] == ["a"]
    assert result.nodes["a"].attempts == 1
    events = [event for event in ledger.kit.store.events("r") if event.kind == EventKind.NODE_COMPENSATION_RETRYING]
    kinds = [event.payload["error"]["kind"] for event in events if event.payload]
    assert kinds == ["connection_error", "timeout_error"]


@pytest.mark.parametrize(("effect", "attempts"), [("idempotent", 3), ("pure", 3), ("unsafe", 1)])
async def test_without_a_retry_the_effect_of_the_compensating_action_decides(effect: str, attempts: int) -> None:
    """C15: whatever the effect of the node."""
    tried: list[int] = []
    ledger = Ledger()

    async def down(ctx: Context) -> None:
        tried.append(ctx.attempt)
        raise ActionError("down", ErrorKind.CONNECTION)

    ledger.kit.add("down", down, effect=effect)
    node = {"action": "t.do", "effect": "unsafe", "compensate": {"action": "t.down"}}
    result = await ledger.kit.run(workflow({"a": node, "b": {"action": "t.bad"}}, "a>b"))
    assert tried == list(range(1, attempts + 1))
    assert result.compensation["failed"] == ["a"]


@pytest.mark.parametrize("how", ["wait", "value", "exit", "cancelled", "expression"])
async def test_what_a_compensation_may_not_do_fails_it_and_the_others_go_on(how: str) -> None:
    """C4.6, C9"""
    ledger = Ledger()

    async def odd() -> Any:
        if how == "wait":
            return Wait("timer", due=5.0)
        if how == "exit":
            raise SystemExit(3)
        if how == "cancelled":
            raise asyncio.CancelledError
        return object()

    ledger.kit.add("odd", odd)
    undo: dict[str, Any] = {"action": "t.odd"}
    if how == "expression":
        undo = {"action": "t.undo", "params": {"what": "{{ output.none.at.all }}"}}
    nodes = {"a": declared(), "b": {"action": "t.do", "compensate": undo}, "c": {"action": "t.bad"}}
    result = await ledger.kit.run(workflow(nodes, "a>b", "b>c"))
    assert result.compensation == {"compensated": ["a"], "failed": ["b"], "not_needed": []}
    assert result.error is not None
    assert result.error["node"] == "c"
    error = result.nodes["b"].error
    assert error is not None
    words = {"wait": "cannot wait", "exit": "exit(3)", "value": "output", "cancelled": "", "expression": ""}
    assert words[how] in error["message"]


async def test_pause_now_interrupts_a_compensation_and_resume_runs_it_again() -> None:
    """C7.1: paused in rollback survives the end of the engine."""
    gate, through = door()
    ledger = Ledger(gate=through)
    nodes = {"a": {"action": "t.do", "compensate": {"action": "t.gate"}}, "b": {"action": "t.bad"}}
    async with ledger.kit.running(workflow(nodes, "a>b")) as (engine, run):
        await gate.wait_for(1)
        assert run.state.status == "rolling_back"
        await run.pause(now=True)
        result = await run.result()
        assert (result.status, gate.stopped) == ("paused", 1)
    gate.open()
    async with ledger.kit.engine() as engine:
        result = await (await engine.resume("r")).result()
    assert (result.status, result.compensation["compensated"]) == ("failed", ["a"])
    assert ledger.kit.story()[-9:] == [
        "node_compensating a", "run_pausing", "node_compensation_interrupted a", "run_paused", "run_resumed",
        "run_rolling_back", "node_compensating a", "node_compensated a", "run_failed",
    ]  # fmt: skip


async def test_closing_the_engine_pauses_a_rollback() -> None:
    """C7.3: a process that stops in order pauses its runs."""
    gate, through = door()
    ledger = Ledger(gate=through)
    nodes = {"a": {"action": "t.do", "compensate": {"action": "t.gate"}}, "b": {"action": "t.bad"}}
    async with ledger.kit.running(workflow(nodes, "a>b")):
        await gate.wait_for(1)
    assert ledger.kit.store.load("r").status == "paused"


async def test_closing_the_engine_while_a_run_is_cancelled_leaves_its_rollback_for_later() -> None:
    """C7.3: no compensation begins in an engine that is closed."""
    gate, through = door()
    ledger = Ledger(gate=through)
    nodes = {"a": declared(), "b": {"action": "t.gate"}}
    async with ledger.kit.running(workflow(nodes, "a>b")) as (_, run):
        await gate.wait_for(1)
        await run.cancel()
    assert ledger.kit.store.load("r").status in ("paused", "cancelled")
    async with ledger.kit.engine() as engine:
        result = await (await engine.resume("r")).result()
    assert (result.status, ledger.undone) == ("cancelled", ["a[]"])


async def test_a_cancel_compensates_unless_told_not_to() -> None:
    """C7.3"""
    for compensate, undone in ((True, ["a[]"]), (False, [])):
        gate, through = door()
        ledger = Ledger(gate=through)
        async with ledger.kit.running(workflow({"a": declared(), "b": {"action": "t.gate"}}, "a>b")) as (_, run):
            await gate.wait_for(1)
            await run.cancel(compensate=compensate)
            result = await run.result()
        assert (result.status, ledger.undone) == ("cancelled", undone)
        assert result.compensation["compensated"] == (["a"] if compensate else [])


async def test_a_run_that_others_paused_is_cancelled_at_once_and_rolled_back_by_the_resume() -> None:
    """C7.3: with no owner a control is recorded, and whoever resumes carries it out."""
    gate, through = door()
    ledger = Ledger(gate=through)
    definition = workflow({"a": declared(), "b": {"action": "t.gate"}}, "a>b")
    async with ledger.kit.running(definition) as (_, run):
        await gate.wait_for(1)
        await run.pause(now=True)
        await run.result()
    async with ledger.kit.engine() as engine:
        await engine.cancel("r")
        assert ledger.kit.store.load("r").status == "paused"
        assert not ledger.undone
        result = await (await engine.resume("r")).result()
    assert (result.status, ledger.undone) == ("cancelled", ["a[]"])


async def test_a_run_that_was_compensated_cannot_be_retried_and_another_failed_one_can() -> None:
    """C7.9"""
    ledger = Ledger()
    await ledger.kit.run(workflow({"a": declared(), "b": {"action": "t.bad"}}, "a>b"))
    async with ledger.kit.engine() as engine:
        with pytest.raises(UsageError, match="was compensated"):
            await engine.retry("r")
    other = Ledger()
    await other.kit.run(workflow({"a": {"action": "t.do"}, "b": {"action": "t.bad"}, "c": declared()}, "a>b", "b>c"))
    async with other.kit.engine() as engine:
        result = await (await engine.retry("r")).result()
    assert result.status == "failed"
    assert not other.undone


async def test_secrets_are_redacted_in_what_a_compensation_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """C6.5"""
    monkeypatch.setenv("FLOWORCH_SECRET_TOKEN", "very-secret")
    ledger = Ledger()

    async def leak(ctx: Context, token: str) -> None:
        ctx.log(f"with {token}")
        raise ActionError(f"refused {token}", ErrorKind.PERMISSION)

    ledger.kit.add("leak", leak)
    undo = {"action": "t.leak", "params": {"token": "{{ secrets.token }}"}}
    result = await ledger.kit.run(
        workflow({"a": {"action": "t.do", "compensate": undo}, "b": {"action": "t.bad"}}, "a>b")
    )
    assert result.compensation["failed"] == ["a"]
    logged = [event.payload for event in ledger.kit.store.events("r") if event.kind == EventKind.NODE_LOGGED]
    assert logged
    assert logged[0] is not None
    assert logged[0]["compensation"] is True
    assert not any("very-secret" in str(event) for event in ledger.kit.store.events("r"))


async def test_writes_of_a_compensation_become_visible_to_the_next_one() -> None:
    """C6.1"""
    ledger = Ledger()

    async def write(ctx: Context) -> str:
        ctx.data.set("left", 0)
        return "written"

    ledger.kit.add("write", write)
    nodes = {
        "a": declared("{{ data.left }}"),
        "b": {"action": "t.do", "compensate": {"action": "t.write"}},
        "c": {"action": "t.bad"},
    }
    result = await ledger.kit.run(workflow(nodes, "a>b", "b>c"))
    assert ledger.undone == [0]
    assert result.state.data == {"left": 0}


async def test_a_completed_run_is_rolled_back_for_the_saga_of_its_caller() -> None:
    """C15: by its own saga; asking again changes nothing."""
    ledger = Ledger()
    await ledger.kit.run(workflow({"a": declared(), "b": declared()}, "a>b"))
    async with ledger.kit.engine() as engine:
        result = await (await engine.roll_back("r", "its caller failed")).result()
        assert (result.status, ledger.undone) == ("cancelled", ["b[]", "a[]"])
        again = await (await engine.roll_back("r")).result()
        assert (again.status, len(ledger.undone)) == ("cancelled", 2)


async def test_a_rollback_for_a_caller_is_taken_up_where_it_stopped() -> None:
    """C7.4, C15"""
    gate, through = door()
    ledger = Ledger(gate=through)
    await ledger.kit.run(workflow({"a": {"action": "t.do", "compensate": {"action": "t.gate"}}}))
    async with ledger.kit.engine() as engine:
        run = await engine.roll_back("r")
        assert await engine.roll_back("r") is run
        await gate.wait_for(1)
    gate.open()
    async with ledger.kit.engine() as engine:
        result = await (await engine.roll_back("r")).result()
    assert (result.status, result.compensation["compensated"]) == ("cancelled", ["a"])


async def test_only_a_run_that_has_ended_is_rolled_back_for_a_caller() -> None:
    gate, through = door()
    ledger = Ledger(gate=through)
    async with ledger.kit.running(workflow({"a": {"action": "t.gate"}})) as (engine, _):
        await gate.wait_for(1)
        with pytest.raises(UsageError, match="has ended"):
            await engine.roll_back("r")


async def test_a_body_in_a_thread_learns_why_it_is_to_stop() -> None:
    """C4.5: and is not confused with the attempt of the node that had the same number."""
    entered, said = threading.Event(), []
    ledger = Ledger()

    def slow(ctx: Context) -> None:
        entered.set()
        while not ctx.cancelled:
            entered.wait(0.001)
        said.append(ctx.cancelled)

    ledger.kit.add("slow", slow)
    nodes = {"a": {"action": "t.do", "compensate": {"action": "t.slow"}}, "b": {"action": "t.bad"}}
    async with ledger.kit.running(workflow(nodes, "a>b")) as (_, run):
        await asyncio.to_thread(entered.wait)
        await run.pause(now=True)
        result = await run.result()
    assert said == ["pause"]
    assert result.compensation["compensated"] == ["a"]  # it came through all the same: its outcome counts


async def test_large_outputs_and_items_are_loaded_for_the_compensation(tmp_path: Path) -> None:
    """C6.3: they lie outside the journal by then."""
    ledger = Ledger()
    ledger.kit.store = FlatBuffersStore(tmp_path / "store")  # type: ignore[assignment]

    async def big(ctx: Context, what: Any = None) -> dict[str, Any]:
        return {"text": "x" * 100_000, "n": what}

    ledger.kit.add("big", big)
    items = [{"n": number, "pad": "y" * 40_000} for number in range(3)]
    undo = {"action": "t.undo", "params": {"what": ["{{ output.n }}", "{{ item.n }}", "{{ output.text | length }}"]}}
    nodes = {
        "outer": {"action": "flow.foreach", "params": {"items": [1]}},
        "each": {"action": "flow.foreach", "params": {"items": items, "concurrency": 1}, "parent": "outer"},
        "x": {"action": "t.big", "params": {"what": "{{ item.n }}"}, "parent": "each", "compensate": undo},
        "end": {"action": "t.bad"},
    }
    result = await ledger.kit.run(workflow(nodes, "outer>end"))
    assert ledger.undone == [[2, 2, 100_000], [1, 1, 100_000], [0, 0, 100_000]]
    assert len(result.compensation["compensated"]) == 3
    assert ledger.kit.store.load("r").to_json()["compensation"] == result.compensation
