"""What a run comes to whatever it finds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from floworch.model.certainty import certain_nodes
from floworch.model.codec import loads


def certain(nodes: dict[str, Any], *edges: str) -> set[str]:
    """Of nodes that log unless they say otherwise; an edge is ``a>b`` or ``a:port>b``."""
    given = [(*edge.partition(">")[0].partition(":"), edge.partition(">")[2]) for edge in edges]
    listed = [{"from": source, "port": port or "out", "to": target} for source, _, port, target in given]
    whole = {name: {"action": "util.log", **node} for name, node in nodes.items()}
    return set(certain_nodes(loads(json.dumps({"id": "w", "nodes": whole, "edges": listed}))))


@pytest.mark.parametrize(
    ("edges", "found"),
    [
        ((), {"a", "b", "c"}),
        (("a>b", "b:done>c"), {"a", "b", "c"}),
        (("a:yes>b", "b>c"), {"a"}),
        (("a:error>b",), {"c"}),
        (("a:yes>c", "b>c"), {"a", "b"}),
        (("a>b", "b>a"), {"c"}),
    ],
)
def test_only_plain_ports_lead_on_for_certain(edges: tuple[str, ...], found: set[str]) -> None:
    assert certain({"a": {}, "b": {}, "c": {}}, *edges) == found


def test_one_certain_edge_is_enough_for_a_join_of_any() -> None:
    """(C2.3)"""
    assert "c" in certain({"a": {}, "b": {}, "c": {"join": "any"}}, "a:yes>c", "b>c")


@pytest.mark.parametrize("fields", [{"disabled": True}, {"on_error": "continue"}])
def test_what_is_passed_over_leads_on_all_the_same(fields: dict[str, Any]) -> None:
    """(C2.6, C4.2)"""
    assert certain({"a": fields, "b": {}}, "a>b") == {"b"}


@pytest.mark.parametrize(
    ("container", "edges", "counts"),
    [
        ({"action": "flow.foreach", "params": {"items": [1]}}, (), True),
        ({"action": "flow.repeat", "params": {"until": "true"}}, (), True),
        ({"action": "flow.foreach", "params": {"items": [1], "on_item_error": "collect"}}, (), False),
        ({"action": "flow.try"}, (), False),
        ({"action": "flow.foreach", "params": {"items": [1]}, "disabled": True}, (), False),
        ({"action": "flow.foreach", "params": {"items": [1]}}, ("box:error>other",), False),
    ],
)
def test_a_body_counts_as_far_as_its_container_fails_with_it(
    container: dict[str, Any], edges: tuple[str, ...], counts: bool
) -> None:
    """(C10.1)"""
    nodes = {"box": container, "inner": {"parent": "box"}, "deep": {"parent": "box"}, "other": {}}
    assert ({"inner", "deep"} <= certain(nodes, "inner>deep", *edges)) is counts
