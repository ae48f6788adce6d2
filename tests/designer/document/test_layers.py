"""Layers of the workflow itself are edited like those of a node."""

from __future__ import annotations

from floworch.model.workflow import Workflow
from floworch_designer.document.layers import add_layer, layers_of, move_layer, remove_layer, set_layer


def test_workflow_layers() -> None:
    workflow = add_layer(add_layer(Workflow(id="w"), None, "a"), None, "b")
    assert [layer.use for layer in layers_of(move_layer(workflow, None, 1, 0), None)] == ["b", "a"]
    assert layers_of(set_layer(workflow, None, 0, when="inputs.x"), None)[0].when == "inputs.x"
    assert [layer.use for layer in layers_of(remove_layer(workflow, None, 0), None)] == ["b"]
    assert move_layer(workflow, None, 7, 0) is workflow
