"""What expressions see (C6.4)."""

from __future__ import annotations

from typing import Any

from engine_kit import Kit
from run_dialogue import workflow


async def test_expressions_see_inputs_data_nodes_run_and_errors() -> None:
    seen: dict[str, Any] = {}

    async def sees(v: Any) -> None:
        seen["v"] = v

    async def bad(ctx: Any) -> None:
        raise ValueError("why")

    async def sets(ctx: Any) -> str:
        ctx.data.set("k", 5)
        return "out"

    kit = Kit(sees=sees, bad=bad, sets=sets)
    params = {"v": ["{{ inputs.i }}", "{{ data.k }}", "{{ nodes.s.output }}", "{{ nodes.b.status }}",
                    "{{ nodes.b.error.kind }}", "{{ run.id }}", "{{ run.workflow }}"]}  # fmt: skip
    definition = workflow(
        {"s": {"action": "t.sets"}, "b": {"action": "t.bad", "on_error": "continue"},
         "v": {"action": "t.sees", "params": params}},
        "s>b", "b>v", inputs={"i": {"type": "integer", "default": 10**30}},
    )  # fmt: skip
    assert (await kit.run(definition)).status == "completed"
    assert seen["v"] == [10**30, 5, "out", "failed", "validation_error", "r", "t"]


async def test_nodes_as_a_whole_are_the_object_that_they_look_like() -> None:
    """(C6.4: in every form, and never the object of Python that looks it up)"""
    seen: dict[str, Any] = {}

    async def sees(v: Any) -> None:
        seen["v"] = v

    forms = ["{{ nodes }}", "{{ nodes if true else 0 }}", "{{ [nodes] }}", "n: {{ nodes }}", "{{ nodes ~ '' }}",
             "{{ secrets }}", "s: {{ secrets }}"]  # fmt: skip
    definition = workflow({"v": {"action": "t.sees", "params": {"v": forms}}})
    assert (await Kit(sees=sees).run(definition)).status == "completed"
    nodes = {"v": {"output": None, "status": "running", "error": None}}
    text = '{"v": {"output": null, "status": "running", "error": null}}'
    assert seen["v"] == [nodes, nodes, [nodes], f"n: {text}", text, {}, "s: {}"]
