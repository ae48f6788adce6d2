"""Putting nodes into containers and frames, and taking them out: on the canvas alone, without keys."""

from __future__ import annotations

from typing import Any

from floworch_designer.canvas.holding import holder, holders, put_in, take_out
from floworch_designer.document import decor as stored


def test_a_node_goes_into_a_container_below_what_is_there_and_out_below_it(view: Any) -> None:
    view.selection.set(["n"])
    assert holders(view) == ["e"]
    put_in(view, "e")
    assert view.document.workflow.nodes["n"].parent == "e"
    graph = view.graph
    assert graph.boxes["n"].rect[1] > max(graph.boxes[key].rect[3] for key in ("x", "y"))
    assert graph.boxes["e"].rect[3] > graph.boxes["n"].rect[3]
    assert holder(view) == "e"
    take_out(view)
    assert view.document.workflow.nodes["n"].parent is None
    assert graph.boxes["n"].rect[1] > graph.boxes["e"].rect[3]
    assert view.document.undo_stack.count() == 2


def test_a_container_is_never_offered_itself_and_what_is_not_offered_does_nothing(view: Any) -> None:
    view.selection.set(["e"])
    assert holders(view) == []
    put_in(view, "e")
    view.selection.clear()
    assert holders(view) == []
    take_out(view)
    assert view.document.undo_stack.count() == 0


def test_a_folded_frame_takes_a_node_in_and_is_opened_for_it(view: Any) -> None:
    made, key = stored.add_group(view.document.workflow, ["a", "b"], "Load")
    view.document.apply(made, "Frame")
    view.areas.fold([key], True)
    view.selection.set(["d"])
    put_in(view, key)
    assert set(stored.groups(view.document.workflow)[key].nodes) == {"a", "b", "d"}
    assert not view.graph.decor.groups[key].folded, "what was put in is shown"
