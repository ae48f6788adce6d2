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
