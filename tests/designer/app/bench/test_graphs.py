"""The workflows of the designer's benchmark."""

from __future__ import annotations

from floworch.actions.registry import registry
from floworch.model.validate import is_valid, validate
from floworch_designer.app.bench.graphs import graph, noop_graph


def test_a_graph_has_positions_and_one_and_a_half_edges_per_node() -> None:
    flow = graph(1000)
    assert (len(flow.nodes), len(flow.view["nodes"])) == (1000, 1000)
    assert 1.3 < len(flow.edges) / len(flow.nodes) < 1.5
    assert graph(100) == graph(100)


def test_the_one_that_runs_is_valid_and_does_next_to_nothing() -> None:
    flow = noop_graph(60)
    assert is_valid(validate(flow, registry))
    assert {node.action for node in flow.nodes.values()} == {"data.set"}
