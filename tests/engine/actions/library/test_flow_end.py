"""flow.end: a path ends well, and nothing can follow it."""

from __future__ import annotations

from typing import Any

from floworch import MemoryStore, WorkflowBuilder, loads, validate


def test_a_path_ends_and_the_others_go_on() -> None:
    flow = (
        WorkflowBuilder("w")
        .choice("any", [("{{ inputs.n > 0 }}", "some")], default="none")
        .node("end", "flow.end", after="any:none", message="Nothing for {{ inputs.n }}")
        .node("work", "util.log", after="any:some", message="work")
        .node("other", "util.log", message="other")
        .build()
    )
    result = flow.run(inputs={"n": 0}, store=MemoryStore())
    assert result.status == "completed"
    assert {name: node.status for name, node in result.nodes.items()} == {
        "any": "completed", "end": "completed", "work": "bypassed", "other": "completed",
    }  # fmt: skip
    assert result.nodes["end"].output == "Nothing for 0"


def test_an_edge_from_it_is_refused_before_the_run() -> None:
    flow = loads(
        '{"format": 1, "id": "w", "nodes": {"end": {"action": "flow.end"}, "b": {"action": "util.log", "params":'
        ' {"message": "x"}}}, "edges": [{"from": "end", "to": "b"}]}'
    )
    assert [(each.code, each.severity) for each in validate(flow)] == [("unknown_port", "error")]


async def test_any_message_is_text(act: Any) -> None:
    assert await act("flow.end", message={"n": 1}) == '{"n":1}'
    assert await act("flow.end") == "Done."
    assert len(await act("flow.end", message="x" * 1_000_000)) == 1_000_000
