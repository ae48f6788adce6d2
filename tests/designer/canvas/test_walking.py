"""Arrow keys follow edges sideways and go to the nearest card up and down."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from floworch_designer.canvas.walking import step


@pytest.mark.parametrize(
    ("start", "direction", "expected"),
    [("a", "right", "b"), ("c", "left", "b"), ("a", "down", "d"), ("d", "up", "a"), ("a", "left", None),
     (None, "right", "a"), ("gone", "right", "a"), ("c", "right", None)],
)  # fmt: skip
def test_steps(view: Any, start: str | None, direction: str, expected: str | None) -> None:
    assert step(view.graph, start, direction) == expected


def test_related_is_everything_before_and_after_with_bodies_and_containers(view: Any) -> None:
    from floworch_designer.canvas.walking import related

    assert related(view.graph, ["b"]) == {"a", "b", "c"}
    assert related(view.graph, ["x"]) == {"x", "y", "e"}
    assert related(view.graph, ["e", "gone"]) == {"e", "x", "y"}


def test_focus_steps_the_others_back_and_follows_the_selection(view: Any) -> None:
    from tests.designer.canvas.conftest import take_picture

    plain = take_picture(view)
    view.set_focus_mode(True)
    assert take_picture(view) == plain, "nothing is selected: nothing steps back"
    for zoom in (1.0, 0.4):
        view.zoom_to(zoom)
        at = {key: view.camera().point(*view.graph.boxes[key].rect[:2]).toPoint() for key in ("a", "u")}
        view.set_focus_mode(False)
        view.selection.set(["b"])
        before = take_picture(view)
        view.set_focus_mode(True)
        after = take_picture(view)
        spots = {key: (point.x() + round(20 * zoom), point.y() + round(36 * zoom)) for key, point in at.items()}
        assert before.pixelColor(*spots["a"]) == after.pixelColor(*spots["a"])
        assert before.pixelColor(*spots["u"]) != after.pixelColor(*spots["u"])
    view.selection.set(["u"])
    assert view._focus == {"u"}


def test_with_nothing_selected_an_arrow_begins_at_what_is_in_view(view: Any, hand: Any) -> None:
    """It went to the first card of the workflow, however far away that was."""
    hand.key(Qt.Key.Key_Right)
    assert view.selection.nodes == {"a"}, "the first, which is in view"
    view.selection.clear()
    view.jump(1.0, (1300.0, 560.0))
    before = view.camera()
    hand.key(Qt.Key.Key_Right)
    assert view.selection.nodes == {"n"}
    assert view.sees("n")
    view.selection.clear()
    view.jump(1.0, (9000.0, 9000.0))
    hand.key(Qt.Key.Key_Down)
    assert view.selection.nodes, "far from everything it comes back to something"
    assert before.zoom == view.zoom
