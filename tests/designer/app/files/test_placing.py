"""Definitions without positions get some; that is no edit."""

from __future__ import annotations

from floworch.model.workflow import Workflow
from floworch_designer.app.files.placing import place_nodes


def test_nodes_without_positions_are_laid_out_and_nothing_is_unsaved(window, flow):
    document = window.session.document
    document.reset(flow())
    place_nodes(document, window.canvas)
    places = document.workflow.view["nodes"]
    assert places["second"][0] > places["first"][0]  # along the wire
    assert not document.dirty
    assert not document.undo_stack.can_undo()


def test_positions_that_are_there_stay(window, flow):
    document = window.session.document
    placed = flow(view={"nodes": {"first": [5, 6], "second": [700, 8]}})
    document.reset(placed)
    place_nodes(document, window.canvas)
    assert document.workflow is placed


def test_an_empty_definition_is_left_alone(window):
    document = window.session.document
    empty = Workflow(id="w")
    document.reset(empty)
    place_nodes(document, window.canvas)
    assert document.workflow is empty
