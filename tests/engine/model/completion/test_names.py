"""Which names a field sees."""

from __future__ import annotations

from floworch import loads
from floworch.actions.registry import registry
from floworch.model.completion.names import Scope

FLOW = loads(
    """{"id": "f", "inputs": {"rows": {"type": "array", "default": [{"a": 1}]}}, "nodes": {
    "put": {"action": "data.set", "params": {"fields": {"total": 1}, "target": "data"}},
    "out": {"action": "flow.foreach", "params": {"items": "{{ inputs.rows }}"}},
    "in": {"action": "flow.foreach", "parent": "out", "params": {"items": [7]}},
    "leaf": {"action": "util.log", "parent": "in", "params": {"message": "x"}},
    "page": {"action": "data.template", "params": {"template": "x", "values": {"who": "y"}}},
    "chat": {"action": "chat.send", "params": {"webhook": "HOOK", "text": "x"}}}}"""
)


def scope(node: str | None, field: str) -> Scope:
    return Scope(FLOW, node, field, registry)


def test_containers_give_items_to_any_depth() -> None:
    roots = scope("leaf", "params.message").roots()
    assert (roots["item"].detail(), roots["index"].type()) == ("7", "whole number")
    outer = roots["outer"].step("item")
    assert outer is not None
    assert list(outer.named()) == ["a"]
    assert "item" not in scope("page", "params.values").roots()


def test_actions_and_the_run_add_names() -> None:
    assert "who" in scope("page", "params.template").roots()
    assert "who" not in scope("page", "params.format").roots()
    assert list(scope("page", "params.values").roots()["data"].named()) == ["total"]
    assert list(scope("page", "params.values").roots()["secrets"].named()) == ["HOOK"]


def test_which_texts_are_expressions_without_braces() -> None:
    assert scope("leaf", "breakpoint").bare("x > 1")
    assert scope("leaf", "middleware[0].when").bare("x")
    assert not scope("leaf", "params.message").bare("x")
    assert not scope("chat", "params.webhook").bare("HOOK")
    assert not scope("page", "params.template").bare("x")
    assert not scope("leaf", "breakpoint").bare("{{ x }}")


def test_one_step_is_found_where_it_would_be_listed_and_nowhere_else() -> None:
    """To look one up and to list all are two ways to the same."""
    flow = loads(
        """{"id": "f", "nodes": {
        "a": {"action": "util.log"}, "b": {"action": "util.log"}, "far": {"action": "util.log"},
        "loop": {"action": "flow.repeat", "params": {"until": "x"}}, "in": {"action": "util.log", "parent": "loop"},
        "last": {"action": "util.log", "parent": "loop"}, "x": {"action": "util.log"}, "y": {"action": "util.log"}},
        "edges": [{"from": "a", "to": "loop"}, {"from": "loop", "to": "b"}, {"from": "in", "to": "last"},
        {"from": "x", "to": "y"}, {"from": "y", "to": "x"}]}"""
    )
    for node in (None, *flow.nodes):
        for field in ("params.until", "params.message"):
            steps = Scope(flow, node, field, registry).roots()["nodes"].fields
            assert {name for name in (*flow.nodes, "gone") if name in steps} == set(steps)
            assert len(steps) == len(list(steps))
            assert all(steps[name].note for name in steps)
    assert set(Scope(flow, "loop", "params.until", registry).roots()["nodes"].named()) == {"a", "in", "last"}
    assert set(Scope(flow, "last", "params.message", registry).roots()["nodes"].named()) == {"in", "a"}
