"""Layers of the workflow itself are edited like those of a node."""

from __future__ import annotations

from floworch.model.workflow import Layer, Node, Workflow
from floworch_designer.document.layers import (
    add_layer,
    copied,
    layer_of,
    layer_text,
    layers_of,
    move_layer,
    pasted,
    remove_layer,
    set_layer,
)


def test_workflow_layers() -> None:
    workflow = add_layer(add_layer(Workflow(id="w"), None, "a"), None, "b")
    assert [layer.use for layer in layers_of(move_layer(workflow, None, 1, 0), None)] == ["b", "a"]
    assert layers_of(set_layer(workflow, None, 0, when="inputs.x"), None)[0].when == "inputs.x"
    assert [layer.use for layer in layers_of(remove_layer(workflow, None, 0), None)] == ["b"]
    assert move_layer(workflow, None, 7, 0) is workflow


def test_copied_middleware_goes_inside_of_what_a_node_has_and_fields_replace() -> None:
    given = Node(action="a", middleware=(Layer(use="cache", options={"ttl": "5m"}),), timeout="9s")
    nodes = {"x": Node(action="a", middleware=(Layer(use="logging"),), timeout="1s"), "y": Node(action="a")}
    made = pasted(Workflow(id="w", nodes=nodes), ["x", "y"], copied(given))
    assert made is not None
    assert [layer.use for layer in made.nodes["x"].middleware] == ["logging", "cache"]
    assert [node.timeout for node in made.nodes.values()] == ["9s", "9s"]
    assert made.nodes["y"].retry is None
    assert copied(nodes["y"]) == ""
    assert pasted(Workflow(id="w", nodes=nodes), ["x"], '{"nodes": {}}') is None


def test_a_layer_is_read_from_its_id_and_with_its_options() -> None:
    layer = Layer(use="timeout", options={"after": "5s"}, when="inputs.x")
    assert layer_of(layer_text(layer)) == layer
    assert layer_of("cache") == Layer(use="cache")
