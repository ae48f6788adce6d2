"""The shape of what steps before a node give, for a tree from which values are dragged (designer.md §6)."""

from __future__ import annotations

from floworch import loads
from floworch.actions.registry import registry
from floworch.model.completion.declared import STEPS, Declared, DeclaredList, declared

FLOW = loads(
    """{"id": "f", "inputs": {"who": {"type": "string"}}, "nodes": {
    "start": {"action": "trigger.manual"},
    "list": {"action": "file.list", "params": {"folder": "."}},
    "big": {"action": "data.filter", "params": {"items": "{{ nodes.list.output.files }}", "where": "item.size > 9"}},
    "top": {"action": "util.log", "params": {"message": "x"}}},
    "edges": [{"from": "start", "to": "list"}, {"from": "list", "to": "big"}, {"from": "big", "to": "top"}]}"""
)


def test_every_step_before_has_its_declared_output_and_no_other() -> None:
    found = declared(FLOW, "top", registry)
    assert list(found["nodes"]) == ["big", "list", "start"], "the nearest first"
    (file,) = found["nodes"]["big"]["output"]["kept"]
    assert file["size"] == Declared("whole number")
    assert isinstance(found["nodes"]["big"]["output"]["kept"], DeclaredList)
    assert found["nodes"]["list"]["output"]["count"] == Declared("whole number")
    assert list(found["inputs"]) == ["who"]


def test_steps_of_which_a_run_has_shown_the_output_are_left_out() -> None:
    assert list(declared(FLOW, "top", registry, but={"big", "list"})["nodes"]) == ["start"]


def test_a_body_sees_the_item() -> None:
    flow = loads(
        """{"id": "f", "nodes": {"list": {"action": "file.list", "params": {"folder": "."}},
        "each": {"action": "flow.foreach", "params": {"items": "{{ nodes.list.output.files }}"}},
        "in": {"action": "util.log", "parent": "each", "params": {"message": "x"}}},
        "edges": [{"from": "list", "to": "each"}]}"""
    )
    found = declared(flow, "in", registry)
    assert found["item"]["name"] == Declared("text")
    assert "in" not in found["nodes"]


def test_a_long_chain_is_looked_at_as_far_as_a_person_looks() -> None:
    nodes = ",".join(f'"n{n}": {{"action": "util.log", "params": {{"message": "x"}}}}' for n in range(300))
    edges = ",".join(f'{{"from": "n{n}", "to": "n{n + 1}"}}' for n in range(299))
    flow = loads(f'{{"id": "f", "nodes": {{{nodes}}}, "edges": [{edges}]}}')
    assert len(declared(flow, "n299", registry)["nodes"]) == STEPS
