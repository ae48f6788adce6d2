from __future__ import annotations

from typing import Any

import pytest
from engine_kit import Kit
from run_dialogue import workflow

from floworch.errors import UsageError
from floworch.executor.starting import trigger_of
from floworch.model.workflow import Workflow
from floworch.run.status import RunStatus

TWO = {
    "hand": {"action": "trigger.manual"},
    "nightly": {"action": "trigger.schedule", "params": {"cron": "0 2 * * *"}},
    "day": {"action": "t.any"},
    "night": {"action": "t.any"},
    "end": {"action": "t.any", "join": "any"},
}


def two(**more: Any) -> Workflow:
    return workflow({**TWO, **more}, "hand>day", "nightly>night", "day>end", "night>end")


async def test_a_run_starts_at_one_trigger_and_the_others_are_bypassed() -> None:
    kit = Kit()
    async with kit.engine() as engine:
        by_hand = await (await engine.start(two())).result()
        chosen = await (await engine.start(two(), trigger="nightly")).result()
    assert {name: str(node.status) for name, node in by_hand.nodes.items()} == {
        "hand": "completed", "day": "completed", "nightly": "bypassed", "night": "bypassed", "end": "completed",
    }  # fmt: skip
    assert [str(chosen.nodes[name].status) for name in TWO] == [
        "bypassed", "completed", "bypassed", "completed", "completed",
    ]  # fmt: skip


async def test_what_a_trigger_was_told_is_its_output_and_is_seen_by_expressions_after_a_resume() -> None:
    kit = Kit()
    event = {"due": "2026-01-01T02:00:00Z", "fired": "2026-01-01T02:00:01Z"}
    seen = {"action": "util.log", "params": {"message": "{{ run.trigger.event.due }} {{ run.trigger.node }}"}}
    wait = {"action": "flow.signal", "params": {"name": "go"}}
    made = workflow({**TWO, "wait": wait, "seen": seen}, "nightly>wait", "wait>seen", "hand>day", "day>end")
    async with kit.engine() as engine:
        run = await engine.start(made, run_id="r", trigger={"node": "nightly", "event": event})
        await run.result()
        await run.pause()
        await run.result()
    async with kit.engine() as engine:
        run = await engine.resume("r")
        await run.signal("go")
        result = await run.result()
    assert result.status is RunStatus.COMPLETED
    assert result.nodes["nightly"].output == event
    assert result.nodes["seen"].output == "2026-01-01T02:00:00Z nightly"
    assert str(result.nodes["hand"].status) == "bypassed"
    assert trigger_of(kit.store.header("r")) == "nightly"


async def test_a_pause_before_the_first_step_keeps_the_trigger() -> None:
    """(C7.7)"""
    kit = Kit()
    async with kit.engine() as engine:
        await (await engine.start(two(), run_id="r", trigger="nightly", step=True)).result()
        result = await (await engine.resume("r")).result()
    assert [str(result.nodes[name].status) for name in ("hand", "nightly")] == ["bypassed", "completed"]


async def test_a_called_workflow_starts_at_its_manual_trigger() -> None:
    """(C10.3)"""
    kit = Kit()
    made = workflow({"call": {"action": "flow.call", "params": {"workflow": "w"}}}).model_copy(update={"id": "caller"})
    async with kit.engine() as engine:
        run = await engine.start(made.attach(two().model_copy(update={"id": "w"})), run_id="r")
        assert (await run.result()).status is RunStatus.COMPLETED
    child = next(each for each in kit.store.list() if each.parent == "r")
    assert trigger_of(kit.store.header(child.run_id)) == "hand"


async def test_what_is_no_trigger_or_no_value_is_refused() -> None:
    async with Kit().engine() as engine:
        with pytest.raises(UsageError, match="has no trigger 'day'"):
            await engine.start(two(), trigger="day")
        with pytest.raises(UsageError, match="is told is no JSON value"):
            await engine.start(two(), trigger={"node": "hand", "event": {"x": object()}})


async def test_a_disabled_trigger_that_is_not_chosen_does_not_pass_anything_on() -> None:
    """(C2.6 holds for the one that the run starts at.)"""
    kit = Kit()
    off = {"action": "trigger.schedule", "disabled": True}
    result = await kit.run(two(nightly=off))
    assert [str(result.nodes[name].status) for name in ("nightly", "night")] == ["bypassed", "bypassed"]
    async with kit.engine() as engine:
        chosen = await (await engine.start(two(nightly=off), trigger="nightly")).result()
    assert str(chosen.nodes["night"].status) == "completed"
