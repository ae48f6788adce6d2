"""DOT graphs."""

from __future__ import annotations

from run_dialogue import workflow

from floworch.model.pictures.dot import to_dot


def test_bodies_are_clusters_that_edges_end_at() -> None:
    graph = to_dot(workflow({"a": {}, "l": {}, "x": {"parent": "l"}}, "a>l", "l:error>a"))
    assert graph.startswith('digraph "t" {\n')
    assert graph.endswith("}\n")
    assert graph.count("{") == graph.count("}") == 2
    assert "subgraph cluster_1 {" in graph
    assert "n0 -> n1 [lhead=cluster_1];" in graph
    assert 'n1 -> n0 [ltail=cluster_1, label="error", style=dashed, color="#cf222e"];' in graph


def test_quotes_and_backslashes_stay_inside_a_label() -> None:
    graph = to_dot(workflow({"a": {"title": 'x\\" ]; b [label="y\nz'}}))
    assert 'label="x\\\\\\" ]; b [label=\\"y z\\nt.any (a)"];' in graph
