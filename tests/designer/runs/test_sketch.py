"""What is read of a run's definition for thousands of nodes says what the whole definition says."""

from __future__ import annotations

import json

import pytest

from floworch_designer.app.bench.graphs import graph
from floworch_designer.runs.sketch import NodeSketch, Sketch

DEFINITION = {
    "format": 1, "unheard": {"of": 1}, "middleware": [{"use": "retry", "with": {"max_attempts": 2}}],
    "nodes": {
        "a": {"action": "data.set", "title": "First", "params": {"title": "not this"}},
        "b": {"parent": "a", "join": "first", "on_error": "continue", "retry": {"max_attempts": 5},
              "middleware": [{"use": "cache"}]},
    },
    "edges": [{"from": "a", "port": "out", "to": "b"}],
}  # fmt: skip


def test_it_says_what_is_asked_of_every_node_and_leaves_out_the_rest():
    sketch = Sketch.read(json.dumps(DEFINITION).encode())
    assert sketch == Sketch.of(DEFINITION)
    assert sketch.node("a") == NodeSketch("data.set", "First")
    b = sketch.node("b")
    assert (b.parent, b.join, b.on_error, b.retry) == ("a", "first", "continue", {"max_attempts": 5})
    assert b.middleware == [{"use": "cache"}]
    assert [(edge.source, edge.target) for edge in sketch.edges] == [("a", "b")]
    assert sketch.middleware == [{"use": "retry", "with": {"max_attempts": 2}}]
    assert sketch.node("nobody") == NodeSketch()


@pytest.mark.parametrize("definition", [b"", b"{", b"[]", b'{"nodes": 3}', b"\xff"])
def test_what_cannot_be_read_says_nothing(definition):
    assert Sketch.read(definition) == Sketch()


def test_values_of_other_kinds_keep_no_run_from_being_shown():
    sketch = Sketch.read(b'{"nodes": {"a": {"title": 3, "join": ["x"], "retry": true}}, "edges": [{"from": null}]}')
    assert sketch.node("a").title == 3


def test_it_is_that_of_a_real_definition():
    from floworch.model import codec

    workflow = graph(30)
    sketch = Sketch.read(codec.dumps(workflow).encode())
    assert {name: node.title for name, node in sketch.nodes.items()} == {
        name: node.title for name, node in workflow.nodes.items()
    }
    assert [(edge.source, edge.target) for edge in sketch.edges] == [
        (edge.source, edge.target) for edge in workflow.edges
    ]
