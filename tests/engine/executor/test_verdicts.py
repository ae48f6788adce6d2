"""Repeat and try in a running engine: what their bodies see, and what ends them (C10.2, C11, C15)."""

from __future__ import annotations

from typing import Any

import pytest
from engine_kit import Kit, until
from run_dialogue import workflow

from floworch.actions.context import Context


def echo() -> Kit:
    async def say(v: Any = None) -> Any:
        return v

    return Kit(say=say)


def say(value: Any, **fields: Any) -> dict[str, Any]:
    return {"action": "t.say", "params": {"v": value}, **fields}


def repeat(**params: Any) -> dict[str, Any]:
    return {"action": "flow.repeat", "params": params}


async def test_until_sees_the_body_the_result_and_the_number_of_the_round() -> None:
    """C10.2"""
    definition = workflow(
        {"box": repeat(until="nodes.x.output >= inputs.n and item == nodes.x.output and index > 1", start=10),
         "x": say("{{ item + index }}", parent="box")},
        inputs={"n": {"type": "integer", "default": 12}}, outputs={"last": "{{ nodes.box.output.last }}"},
    )  # fmt: skip
    result = await echo().run(definition)
    assert result.outputs == {"last": 13}
    assert result.nodes["box"].output == {"last": 13, "count": 3, "met": True}


async def test_a_condition_that_is_no_condition_fails_the_node_with_its_reason() -> None:
    """C4.6, C15"""
    definition = workflow({"box": repeat(until="{{ item }}"), "x": say(5, parent="box")})
    result = await echo().run(definition)
    assert result.status == "failed"
    assert result.error is not None
    assert result.error["kind"] == "validation_error"
    assert "'until' cannot be evaluated" in result.error["message"]


async def test_the_time_between_rounds_is_waited() -> None:
    """C8.1"""
    kit = echo()
    started = kit.clock.now()
    definition = workflow({"box": repeat(max=4, delay="20s"), "x": say(1, parent="box")})
    result = await kit.run(definition)
    assert result.status == "completed"
    assert kit.clock.now() - started >= 60.0
    assert kit.story().count("node_waiting box") == 3


async def test_a_try_lets_the_item_around_it_through() -> None:
    """C15"""
    definition = workflow(
        {"loop": {"action": "flow.foreach", "params": {"items": ["a", "b"]}},
         "t": {"action": "flow.try", "parent": "loop"},
         "again": {**repeat(max=2), "parent": "t"},
         "x": say("{{ outer.item }}{{ outer.index }}{{ index }}", parent="again"),
         "y": say("{{ item }}{{ index }}", parent="t")},
        "again>y",
    )  # fmt: skip
    result = await echo().run(definition)
    assert result.nodes["loop"].output == ["a0", "b1"]
    alone = workflow({"t": {"action": "flow.try"}, "x": say(1, parent="t")})
    assert (await echo().run(alone)).nodes["t"].output == 1


async def test_a_try_gives_the_error_to_the_branch_that_catches_it() -> None:
    """C15"""

    async def bad() -> None:
        raise ConnectionError("cut")

    kit = echo()
    kit.add("bad", bad)
    definition = workflow(
        {"t": {"action": "flow.try"}, "x": {"action": "t.bad", "parent": "t", "retry": {"max_attempts": 1}},
         "h": say("{{ nodes.t.error.kind }} {{ nodes.t.error.node }}: {{ nodes.t.error.message }}")},
        "t:error>h", outputs={"why": "{{ nodes.h.output }}"},
    )  # fmt: skip
    assert (await kit.run(definition)).outputs == {"why": "connection_error x: ConnectionError: cut"}


async def test_the_tries_of_a_body_share_the_keys_of_its_nodes_and_rounds_do_not() -> None:
    """C11: a try's rounds are attempts of one piece of work, a repeat's are different work."""
    keys: dict[str, list[str]] = {}

    async def noted(ctx: Context, fails: bool) -> None:
        keys.setdefault(ctx.node, []).append(ctx.idempotency_key)
        if fails:
            raise ValueError("no")

    kit = Kit(noted=noted)
    definition = workflow(
        {"t": {"action": "flow.try", "params": {"retry_block": 2}, "on_error": "continue"},
         "x": {"action": "t.noted", "params": {"fails": True}, "parent": "t"},
         "r": repeat(max=3), "y": {"action": "t.noted", "params": {"fails": False}, "parent": "r"}},
    )  # fmt: skip
    assert (await kit.run(definition)).status == "completed"
    assert len(keys["x"]) == 3
    assert len(set(keys["x"])) == 1
    assert len(set(keys["y"])) == 3


@pytest.mark.parametrize("now", [False, True])
async def test_a_repeat_is_paused_and_taken_up_by_another_engine(now: bool) -> None:
    """C7.1, C7.2"""
    kit = echo()
    definition = workflow({"box": repeat(max=3, delay="1h"), "x": say("{{ index }}", parent="box")})
    async with kit.running(definition) as (_, run):
        await run.result()
        await run.pause(now)
        assert (await run.result()).status == "paused"
    async with kit.engine() as engine:
        run = await engine.resume("r")
        for _ in range(2):
            await until(lambda: run.state.status in ("suspended", "completed"))
            kit.clock.advance(3600)
        assert (await run.result()).status == "completed"
    assert run.state.node("box").output == {"last": 2, "count": 3, "met": True}
    assert kit.story().count("node_started x[0]") == 1
