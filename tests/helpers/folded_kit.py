"""A folded frame on the canvas, and what tests look at in it."""

from __future__ import annotations

from typing import Any

from floworch_designer.document import decor as stored


def folded_frame(view: Any) -> str:
    """A folded frame around a and b; its card lies left above of a. Returns its key."""
    made, key = stored.add_group(view.document.workflow, ["a", "b"], "Load")
    view.document.apply(made, "Frame")
    view.areas.fold([key], True)
    view.selection.clear()
    view.document.undo_stack.clear()
    return key


def middle(view: Any, card: str) -> tuple[float, float]:
    """The middle of a node or of the card of a folded frame, scene units."""
    left, top, right, bottom = (view.graph.decor.area(card) or view.graph.boxes[card]).rect
    return (left + right) / 2, (top + bottom) / 2


def members(view: Any, key: str) -> tuple[str, ...]:
    """The nodes of a frame."""
    return stored.groups(view.document.workflow)[key].nodes
