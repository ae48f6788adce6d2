"""The outputs of a run (C2.7, C15)."""

from __future__ import annotations

from engine_kit import Kit
from run_dialogue import workflow


async def fails() -> None:
    raise ValueError("no")


async def test_an_output_of_a_node_that_did_not_complete_is_null() -> None:
    definition = workflow(
        {"a": {"action": "t.any"}, "b": {"action": "t.any"}, "c": {"action": "t.fails", "on_error": "continue"}},
        "a:error>b",
        outputs={"b": "{{ nodes.c.output.x.y }}", "s": "{{ nodes.b.status }}", "c": 5},
    )  # fmt: skip
    kit = Kit(fails=fails)
    assert (await kit.run(definition)).outputs == {"b": None, "s": "bypassed", "c": 5}


async def test_an_output_that_cannot_be_evaluated_fails_the_run() -> None:
    result = await Kit().run(workflow({"a": {"action": "t.any"}}, outputs={"x": "{{ 1 // 0 }}"}))
    assert result.status == "failed"
    assert result.outputs == {}
    assert result.error
    assert result.error["node"] is None
    assert "'x'" in result.error["message"]
