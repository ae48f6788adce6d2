"""The suite of the definitions measures valid ones."""

from __future__ import annotations

from floworch.actions.registry import registry
from floworch.model.validate import is_valid, validate
from floworch.testing.bench import build


def test_the_large_definition_has_two_edges_per_node_and_is_valid() -> None:
    flow = build.large(50)
    assert (len(flow.nodes), len(flow.edges)) == (50, 49 + 40)
    assert is_valid(validate(flow, registry))


def test_the_builder_makes_a_chain() -> None:
    assert len(build.chain(10).edges) == 9
