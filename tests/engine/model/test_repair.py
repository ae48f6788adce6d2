from __future__ import annotations

from typing import Any

import pytest

from floworch.errors import UsageError
from floworch.model.codec import to_data
from floworch.model.repair import apply_repair


def test_fields_of_nodes_are_set_and_unset(workflow: Any) -> None:
    base = workflow({"a": {"timeout": 5}})
    assert (
        apply_repair(base, {"op": "set_field", "node": "a", "field": "join", "value": "any"}).nodes["a"].join == "any"
    )
    bare = apply_repair(base, {"op": "unset_field", "node": "a", "field": "timeout"})
    assert "timeout" not in bare.nodes["a"].model_fields_set
    assert base.nodes["a"].timeout == 5


def test_edges_are_changed_and_removed(workflow: Any) -> None:
    base = workflow({"a": None, "b": None}, ["a>b", "b>a"])
    assert apply_repair(base, {"op": "remove_edge", "edge": 1}).edges == base.edges[:1]
    assert apply_repair(base, {"op": "set_edge", "edge": 0, "field": "port", "value": "done"}).edges[0].port == "done"


def test_a_node_is_renamed_everywhere_but_in_expressions(workflow: Any) -> None:
    base = workflow({"A": None, "b": {"parent": "A"}}, ["A>b", "b>A"], view={"nodes": {"A": [1, 2]}})
    new = to_data(apply_repair(base, {"op": "rename_node", "node": "A", "value": "a"}))
    assert set(new["nodes"]) == {"a", "b"}
    assert new["nodes"]["b"]["parent"] == "a"
    assert new["edges"] == [{"from": "a", "to": "b"}, {"from": "b", "to": "a"}]
    assert new["view"]["nodes"] == {"a": [1, 2]}
    with pytest.raises(UsageError, match="already a node"):
        apply_repair(base, {"op": "rename_node", "node": "A", "value": "b"})


def test_text_is_replaced_at_its_place_and_only_as_a_word(workflow: Any) -> None:
    base = workflow({"a": {"params": {"list": [{"x.y": "{{ odd }} oddly odd"}]}}})
    repair = {"op": "replace_text", "path": "nodes.a.params.list[0].x.y", "old": "odd", "new": "even"}
    assert apply_repair(base, repair).nodes["a"].params == {"list": [{"x.y": "{{ even }} oddly even"}]}


def test_a_key_is_renamed(workflow: Any) -> None:
    base = workflow({"a": {"timout": 5}})
    assert (
        apply_repair(base, {"op": "rename_key", "path": "nodes.a.timout", "value": "timeout"}).nodes["a"].timeout == 5
    )


@pytest.mark.parametrize(
    "repair",
    [
        {"op": "nope"},
        {},
        {"op": "remove_edge", "edge": 9},
        {"op": "set_field", "node": "zz", "field": "join", "value": 1},
        {"op": "set_field", "node": "a", "field": "join", "value": "odd"},
        {"op": "unset_field", "node": "a", "field": "join"},
        {"op": "replace_text", "path": "nodes.a.params.x", "old": "a", "new": "b"},
        {"op": "replace_text", "path": "nodes.a.action", "old": "zzz", "new": "b"},
    ],
)
def test_a_repair_that_does_not_fit_is_refused(workflow: Any, repair: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        apply_repair(workflow({"a": None}), repair)
