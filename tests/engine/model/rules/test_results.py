"""What a container's body results in (C15): a handler that is the only last node leaves null for what went well."""

from __future__ import annotations

from typing import Any

import pytest

BODY: dict[str, Any] = {
    "loop": {"action": "flow.foreach", "params": {}},
    "work": {"parent": "loop"},
    "handler": {"parent": "loop"},
}
EDGES = ["work:error>handler"]


def read(text: str) -> dict[str, Any]:
    return {"outputs": {"all": text}}


@pytest.mark.parametrize("text", ["{{ nodes.loop.output }}", "{{ nodes['loop'].output[0] }}", "{{ nodes[inputs.x] }}"])
def test_a_handler_that_is_the_only_last_node_is_told_where_the_results_are_read(problems, text: str) -> None:  # type: ignore[no-untyped-def]
    (found,) = problems(BODY, EDGES, inputs={"x": {"required": True}}, **read(text))
    assert (found.code, found.severity, found.path) == ("handler_result", "warning", "nodes.handler")
    assert "its only last node 'handler'" in found.message
    assert "Lead 'work' and 'handler' to one 'flow.join'" in found.fix


def test_a_step_or_a_join_that_reads_the_results_counts(codes) -> None:  # type: ignore[no-untyped-def]
    expected = [("handler_result", "nodes.handler")]
    assert (
        codes({**BODY, "after": {"params": {"fields": {"x": "{{ nodes.loop.output }}"}}}}, [*EDGES, "loop>after"])
        == expected
    )
    join = {"after": {"action": "flow.join"}}
    found = codes({**BODY, **join}, [*EDGES, "loop>after"])
    assert [each for each in found if each[0] != "unknown_action"] == expected


@pytest.mark.parametrize(("more", "edges", "output"), [
    ({}, EDGES, "{{ inputs.x }}"),  # nobody reads the results: the handler only tells
    # it is reached by what went well, too
    ({"handler": {"parent": "loop", "join": "any"}}, ["work>handler", *EDGES], "{{ nodes.loop.output }}"),
    ({"good": {"parent": "loop"}}, [*EDGES, "work>good"], "{{ nodes.loop.output }}"),  # two last nodes: {id: output}
    ({}, [], "{{ nodes.loop.output }}"),
])  # fmt: skip
def test_other_bodies_are_fine(codes, more: dict[str, Any], edges: list[str], output: str) -> None:  # type: ignore[no-untyped-def]
    assert codes({**BODY, **more}, edges, inputs={"x": {"required": True}}, **read(output)) == []
