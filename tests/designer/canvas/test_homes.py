"""What is dropped on a folded frame or container goes in there: shown while it hovers, hidden, one undo step."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from tests.designer.canvas.tools.test_drop import ACTION, drop
from tests.helpers.folded_kit import folded_frame, members, middle

from floworch_designer.canvas.decor import within
from floworch_designer.document import decor as stored
from floworch_designer.document import edits

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def frame(view: Any) -> str:
    return folded_frame(view)


def test_a_card_dropped_on_a_folded_frame_joins_it(view: Any, hand: Any, frame: str) -> None:
    before = view.document.workflow
    hand.press(hand.card("u"))
    hand.move((300, 200))
    assert view.overlay.frame_aim is None
    hand.move(middle(view, frame))
    assert view.overlay.frame_aim == frame, "it is shown that the frame takes it"
    hand.release(middle(view, frame))
    assert members(view, frame) == ("a", "b", "u")
    assert view.overlay.frame_aim is None
    assert view.graph.boxes["u"].proxy is view.graph.decor.groups[frame]
    assert (view.selection.decor, view.selection.nodes) == ({frame}, set()), "what is hidden cannot be selected"
    assert view.document.undo_stack.count() == 1
    view.document.undo_stack.undo()
    assert view.document.workflow is before
    assert view.graph.boxes["u"].proxy is None


def test_in_an_opened_frame_it_lies_upon_nothing(view: Any, hand: Any, frame: str) -> None:
    card = view.graph.decor.groups[frame].rect
    hand.drag(hand.card("u"), middle(view, frame))
    assert view.graph.decor.groups[frame].rect == card, "the card stays where it is"
    view.areas.fold([frame], False)
    boxes = view.graph.boxes
    assert boxes["u"].y >= boxes["a"].y + boxes["a"].shape.height
    assert within(boxes["u"].rect, view.graph.decor.groups[frame].rect)


def test_a_card_dropped_on_a_folded_loop_joins_its_body(view: Any, hand: Any) -> None:
    view.areas.fold(["e"], True)
    before = view.document.workflow
    hand.press(hand.card("u"))
    hand.move((300, 200))
    hand.move(middle(view, "e"))
    assert view.overlay.frame_aim == "e"
    hand.release(middle(view, "e"))
    assert view.document.workflow.nodes["u"].parent == "e"
    assert view.selection.nodes == {"e"}
    assert view.graph.boxes["u"].proxy is view.graph.boxes["e"]
    view.areas.fold(["e"], False)
    assert view.graph.boxes["u"].y >= view.graph.boxes["x"].y + view.graph.boxes["x"].shape.height
    view.document.undo_stack.undo()
    assert view.document.workflow is before


def test_an_empty_folded_loop_takes_a_card_below_its_title(view: Any, hand: Any) -> None:
    view.document.apply(edits.remove(view.document.workflow, ["x", "y"]), "Delete")
    view.areas.fold(["e"], True)
    at = view.graph.boxes["e"].rect[:2]
    hand.drag(hand.card("u"), middle(view, "e"))
    assert view.document.workflow.nodes["u"].parent == "e"
    assert view.graph.boxes["e"].rect[:2] == at


def test_a_folded_frame_in_a_loop_takes_a_card_into_both(view: Any, hand: Any) -> None:
    made, key = stored.add_group(view.document.workflow, ["x"])
    view.document.apply(made, "Frame")
    view.areas.fold([key], True)
    hand.drag(hand.card("u"), middle(view, key))
    assert view.document.workflow.nodes["u"].parent == "e"
    assert members(view, key) == ("x", "u")


def test_several_cards_keep_their_places_to_one_another(view: Any, hand: Any, frame: str) -> None:
    view.selection.set(["u", "n"])
    hand.drag(hand.card("u"), middle(view, frame), CTRL)
    assert members(view, frame) == ("a", "b", "n", "u")
    boxes = view.graph.boxes
    assert (boxes["n"].x - boxes["u"].x, boxes["n"].y - boxes["u"].y) == (320, 0)


def test_a_copy_that_is_dropped_there_joins_and_the_original_stays(view: Any, hand: Any, frame: str) -> None:
    hand.drag(hand.card("u"), middle(view, frame), ALT)
    assert len(members(view, frame)) == 3
    assert "u" not in members(view, frame)
    assert view.selection.decor == {frame}


def test_a_folded_frame_that_is_dragged_takes_itself_for_no_home(view: Any, hand: Any, frame: str) -> None:
    x, y = middle(view, frame)
    hand.press((x, y))
    hand.move((x + 20, y + 20))
    hand.move((x + 40, y + 30))
    assert view.overlay.frame_aim is None
    hand.release((x + 40, y + 30))
    assert members(view, frame) == ("a", "b")


def test_an_action_from_the_palette_goes_into_the_folded_frame(view: Any, frame: str) -> None:
    assert drop(view, ACTION, "data.set", QPointF(*middle(view, frame)))
    assert members(view, frame) == ("a", "b", "set")
    assert view.graph.boxes["set"].y >= view.graph.boxes["a"].y + 72
    assert view.selection.decor == {frame}
    assert view.document.undo_stack.count() == 1


def test_an_action_from_the_palette_goes_into_the_folded_loop(view: Any) -> None:
    view.areas.fold(["e"], True)
    assert drop(view, ACTION, "data.set", QPointF(*middle(view, "e")))
    assert view.document.workflow.nodes["set"].parent == "e"
    assert view.selection.nodes == {"e"}


# what is hidden is not selected


def test_taking_back_what_opened_a_frame_selects_its_card(view: Any, frame: str) -> None:
    """Keys would change what nobody sees."""
    view.selection.set(decor=[frame])
    view.areas.ungroup()
    assert view.selection.nodes == {"a", "b"}
    view.document.undo_stack.undo()
    assert (view.selection.nodes, view.selection.decor) == (set(), {frame})


def test_of_an_ungrouped_frame_that_held_a_folded_loop_the_loop_is_selected(view: Any) -> None:
    made, key = stored.add_group(view.document.workflow, ["e", "x", "u"])
    view.document.apply(made, "Frame")
    view.areas.fold(["e"], True)
    view.selection.set(decor=[key])
    view.areas.ungroup()
    assert view.selection.nodes == {"e", "u"}
