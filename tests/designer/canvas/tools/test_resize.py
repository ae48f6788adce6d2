"""Notes and frames are resized by their sides and corners."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from floworch_designer.canvas.hits import hit
from floworch_designer.canvas.tools.resize import shape_of
from floworch_designer.document import decor as stored

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def note(view: Any) -> str:
    made, key = stored.add_note(view.document.workflow, "text", (320, 500), (240, 144))
    view.document.apply(made, "Add note")
    view.document.undo_stack.clear()
    return key


@pytest.mark.parametrize(
    ("start", "end", "modifiers", "rect"),
    [
        ((560, 644), (610, 700), CTRL, (320, 500, 610, 700)),
        ((560, 570), (590, 900), Qt.KeyboardModifier.NoModifier, (320, 500, 584, 644)),
        ((320, 500), (200, 400), CTRL, (200, 400, 560, 644)),
        ((560, 644), (0, 0), CTRL, (320, 500, 416, 548)),
    ],
)
def test_sides_and_corners_follow_the_mouse_down_to_the_least_size(
    view: Any, hand: Any, note: str, start: Any, end: Any, modifiers: Any, rect: Any
) -> None:
    hand.drag(start, end, modifiers)
    assert view.graph.decor.notes[note].rect == rect
    assert view.document.undo_stack.undo_text() == "Resize note"
    view.document.undo_stack.undo()
    assert view.graph.decor.notes[note].rect == (320, 500, 560, 644)


def test_escape_leaves_the_size(view: Any, hand: Any, note: str) -> None:
    view.selection.set(["a"])
    hand.press((560, 644))
    hand.move((700, 700))
    assert view.overlay.ghost is not None
    hand.key(Qt.Key.Key_Escape)
    assert view.overlay.ghost is None
    hand.release((700, 700))
    assert view.graph.decor.notes[note].rect == (320, 500, 560, 644)
    assert (view.selection.nodes, view.selection.decor) == ({"a"}, set()), "as before the press, as with every gesture"


def test_a_frame_is_never_smaller_than_its_nodes(view: Any, hand: Any) -> None:
    made, key = stored.add_group(view.document.workflow, ["n"])
    view.document.apply(made, "Frame")
    least = view.graph.decor.groups[key].rect
    hand.drag((least[2], least[3]), (least[2] + 120, least[3] + 48), CTRL)
    assert view.graph.decor.groups[key].rect == (*least[:2], least[2] + 120, least[3] + 48)
    grown = view.graph.decor.groups[key].rect
    hand.drag((grown[2], grown[3]), (least[0] + 100, least[1] + 60), CTRL)
    assert view.graph.decor.groups[key].rect == least


def test_the_pointer_tells_what_a_side_does(view: Any, note: str) -> None:
    assert hit(view.graph, (560, 644), 1.0).part == "se"
    assert hit(view.graph, (440, 580), 1.0).part == ""
    assert shape_of("se") is Qt.CursorShape.SizeFDiagCursor
    assert shape_of("") is Qt.CursorShape.ArrowCursor
