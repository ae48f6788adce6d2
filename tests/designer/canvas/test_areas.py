"""Notes and frames by mouse and keys: made, written on, moved, coloured, folded, removed; each one undo step."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch_designer.canvas.geometry import overlaps
from floworch_designer.document import decor as stored

CTRL = Qt.KeyboardModifier.ControlModifier


def framed(view: Any, nodes: list[str]) -> str:
    view.selection.set(nodes)
    key = view.areas.group()
    QTest.keyClicks(view._title, "Group")
    QTest.keyClick(view._title, Qt.Key.Key_Return)
    view.document.undo_stack.clear()
    return str(key)


def noted(view: Any, at: tuple[float, float] = (300, 560)) -> str:
    made, key = stored.add_note(view.document.workflow, "text", at)
    view.document.apply(made, "Add note")
    view.document.undo_stack.clear()
    return key


def groups(view: Any) -> dict[str, Any]:
    return {key: group.nodes for key, group in stored.groups(view.document.workflow).items()}


def test_a_note_is_added_written_and_taken_back(view: Any) -> None:
    key = view.areas.add_note((400, 560))
    editor = view.areas._editor
    assert editor.isVisible()
    QTest.keyClicks(editor, "# Why")
    QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)
    assert not editor.isVisible()
    assert view.graph.decor.notes[key].note.text == "# Why"
    assert view.selection.decor == {key}
    assert view.document.undo_stack.count() == 1
    view.document.undo_stack.undo()
    assert not view.graph.decor.notes
    assert not view.selection.decor


@pytest.mark.parametrize("leave", ["escape", "enter", "click", "zoom", "space"])
def test_a_note_that_is_left_empty_was_never_there(view: Any, hand: Any, leave: str) -> None:
    before = view.document.workflow
    view.selection.set(["a"])
    view.areas.add_note((400, 560))
    editor = view.areas._editor
    if leave == "escape":
        QTest.keyClick(editor, Qt.Key.Key_Escape)
    elif leave == "enter":
        QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)
    elif leave == "click":
        hand.click((1000, 650))
    elif leave == "zoom":
        view.zoom_to(0.8)
    else:
        QTest.keyClicks(editor, "  ")
        QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()
    assert view.document.workflow is before
    assert view.document.undo_stack.count() == 0


def test_a_note_whose_text_is_taken_away_goes_and_comes_back_with_it(view: Any) -> None:
    key = noted(view)
    view.areas.edit_note(key)
    QTest.keyClick(view.areas._editor, Qt.Key.Key_Delete)  # all of it is selected
    QTest.keyClick(view.areas._editor, Qt.Key.Key_Escape)
    assert not view.graph.decor.notes
    assert view.document.undo_stack.undo_text() == "Delete note"
    view.document.undo_stack.undo()
    assert view.graph.decor.notes[key].note.text == "text"


def test_a_note_that_a_file_holds_without_a_text_stays_when_it_is_looked_at(view: Any) -> None:
    """Somebody may use it as a coloured ground."""
    made, key = stored.add_note(view.document.workflow, "", (300, 560))
    view.document.apply(made, "Add note")
    view.areas.edit_note(key)
    QTest.keyClick(view.areas._editor, Qt.Key.Key_Escape)
    assert key in view.graph.decor.notes


def test_a_new_note_is_selected_where_it_was_begun(view: Any, hand: Any) -> None:
    key = view.areas.add_note((400, 560))
    QTest.keyClicks(view.areas._editor, "Why")
    hand.click((1000, 650))
    assert view.graph.decor.notes[key].rect[:2] == (400, 560)
    assert not view.selection.decor, "the click was on the empty canvas"


def test_a_note_by_its_key_lies_upon_no_card(view: Any, hand: Any) -> None:
    """In the middle of the view it was begun behind the card that is there."""
    view.look_at(view.graph.boxes["u"].rect, 1.0)
    key = view.areas.add_note()
    QTest.keyClicks(view.areas._editor, "Why")
    QTest.keyClick(view.areas._editor, Qt.Key.Key_Escape)
    note = view.graph.decor.notes[key]
    assert not any(overlaps(note.rect, box.rect) for box in view.graph.boxes.values() if not box.container)
    assert view.viewport().rect().contains(view.camera().rect(note.rect).toAlignedRect())


def test_a_frame_is_put_around_nodes_named_and_removed(view: Any, hand: Any) -> None:
    key = framed(view, ["a", "b"])
    assert view.graph.decor.groups[key].group.title == "Group"
    view.selection.set(["a"])
    view.areas.ungroup()
    assert view.selection.nodes == {"a", "b"}
    assert groups(view) == {}
    view.document.undo_stack.undo()
    assert groups(view) == {key: ("a", "b")}
    view.selection.clear()
    assert view.areas.group() is None


def test_the_bar_drags_the_frame_with_its_nodes_as_one_step(view: Any, hand: Any) -> None:
    key = framed(view, ["a", "b"])
    before = view.graph.decor.groups[key].rect
    hand.drag((60, -38), (60, 562), CTRL)
    assert (view.node_rect("a").y(), view.node_rect("b").y()) == (600, 600)
    assert view.graph.decor.groups[key].rect[1] == before[1] + 600
    assert view.selection.decor == {key}
    assert view.document.undo_stack.undo_text() == "Move frame"
    view.document.undo_stack.undo()
    assert view.graph.decor.groups[key].rect == before


def test_a_node_dropped_into_a_frame_belongs_to_it_and_leaves_it_again(view: Any, hand: Any) -> None:
    key = framed(view, ["a", "b"])
    view.selection.clear()
    hand.drag(hand.card("u"), (270, 50), CTRL)
    assert groups(view)[key] == ("a", "b", "u")
    view.selection.clear()
    hand.drag(hand.card("u"), (420, 620), CTRL)
    assert groups(view)[key] == ("a", "b")
    assert view.document.undo_stack.count() == 2


def test_a_note_inside_a_frame_moves_with_it_and_alone(view: Any, hand: Any) -> None:
    key = framed(view, ["d"])
    made = stored.set_decor(view.document.workflow, key, at=[-24, 108], size=[600, 200])
    view.document.apply(made, "Resize")
    note = noted(view, (260, 140))
    hand.drag((300, 120), (300, 620), CTRL)
    assert view.graph.decor.notes[note].rect[1] == 640
    view.selection.clear()
    hand.drag((300, 700), (700, 700), CTRL)
    assert view.graph.decor.notes[note].rect[0] == 660
    assert view.document.undo_stack.undo_text() == "Move note"


def test_keys_nudge_delete_and_open_a_selected_note(view: Any, hand: Any) -> None:
    key = noted(view)
    hand.click((400, 600))
    assert view.selection.decor == {key}
    for _ in range(3):
        hand.key(Qt.Key.Key_Right, CTRL)
    assert view.graph.decor.notes[key].rect[0] == 336
    assert view.document.undo_stack.count() == 1
    hand.key(Qt.Key.Key_Return)
    assert view.areas._editor.isVisible()
    QTest.keyClick(view.areas._editor, Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Delete)
    assert not view.graph.decor.notes
    assert view.document.undo_stack.undo_text() == "Delete note"


def test_deleting_an_open_frame_keeps_its_nodes_and_a_folded_one_takes_them(view: Any, hand: Any) -> None:
    key = framed(view, ["a", "b"])
    hand.key(Qt.Key.Key_Delete)
    assert {"a", "b"} <= view.graph.boxes.keys()
    view.document.undo_stack.undo()
    view.areas.fold([key], True)
    hand.key(Qt.Key.Key_Delete)
    assert not {"a", "b"} & view.graph.boxes.keys()
    assert view.document.undo_stack.undo_text() == "Delete 2 nodes"


def test_folding_is_no_step_and_a_double_click_opens(view: Any, hand: Any, qtbot: Any) -> None:
    key = framed(view, ["a", "b"])
    view.selection.set(["a"])
    view.areas.toggle_fold()
    assert view.selection.decor == {key}
    assert not view.selection.nodes
    assert view.document.undo_stack.count() == 0
    assert not view.document.undo_stack.can_undo()
    at = view.camera().point(60, -20).toPoint()
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert not view.graph.decor.groups[key].folded
    view.areas.fold_all(True)
    assert view.graph.decor.groups[key].folded
    view.reveal("b")
    assert not view.graph.decor.groups[key].folded, "what is looked for is never left hidden"


@pytest.mark.parametrize("color", [None, "violet"])
def test_colours(view: Any, color: str | None) -> None:
    note, frame = noted(view), framed(view, ["a"])
    view.selection.set(decor=[note, frame])
    view.areas.recolor(color)
    found = view.graph.decor
    assert (found.notes[note].note.color, found.groups[frame].group.color) == (color or "blue", color or "teal")
    assert view.document.undo_stack.count() == 1


def test_a_frame_fits_its_nodes_again(view: Any) -> None:
    key = framed(view, ["a"])
    fitted = view.graph.decor.groups[key].rect
    view.document.apply(stored.set_decor(view.document.workflow, key, at=[-200, -200], size=[900, 900]), "Resize")
    view.selection.set(decor=[key])
    view.areas.refit()
    assert view.graph.decor.groups[key].rect == fitted


def test_a_band_takes_notes_and_whole_frames(view: Any, hand: Any) -> None:
    note, frame = noted(view, (320, 560)), framed(view, ["n"])
    hand.drag((290, 540), (600, 640))
    assert view.selection.decor == {note}
    hand.drag((560, 90), (1000, 270))
    assert view.selection.decor == {frame}
    assert view.selection.nodes == {"n"}
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_A, CTRL)
    assert view.selection.decor == {note, frame}


def test_a_node_added_in_a_frame_belongs_to_it(view: Any) -> None:
    from PySide6.QtCore import QPointF

    key = framed(view, ["a", "b"])
    made = view.add_action("data.set", QPointF(240, 60))
    assert made in groups(view)[key]


def test_a_container_folds_to_a_card_and_opens_again(view: Any, hand: Any, picture: Any) -> None:
    graph, before = view.graph, picture(view)
    open_rect = graph.boxes["e"].rect
    view.selection.set(["x"])
    view.areas.toggle_fold()
    box = graph.boxes["e"]
    assert not box.container
    assert box.content.subtitle == "2 nodes inside"
    assert box.rect[:2] == open_rect[:2]
    assert box.rect[3] - box.rect[1] < open_rect[3] - open_rect[1]
    assert graph.boxes["x"].proxy is graph.boxes["y"].proxy is box
    assert view.selection.nodes == {"e"}, "what is hidden is not selected"
    assert view.document.undo_stack.count() == 0, "folding is a matter of the view"
    x, y = hand.card("e")
    hand.drag((x, y), (x + 48, y + 24))
    assert view.node_rect("e").x() == open_rect[0] + 48
    assert view.node_rect("x").x() == 24 + 48, "the body comes along"
    view.document.undo_stack.undo()
    assert graph.boxes["x"].proxy is graph.boxes["e"], "an undo keeps it folded"
    view.areas.toggle_fold()
    assert graph.boxes["e"].rect == open_rect
    assert graph.boxes["x"].proxy is None
    view.selection.clear()
    assert picture(view) == before


def test_what_is_looked_for_opens_the_folded_container_around_it(view: Any) -> None:
    view.areas.fold(["e"], True)
    view.reveal("y")
    assert view.graph.boxes["e"].container
    view.areas.fold_all(True)
    assert view.graph.folded == {"e"}
    view.areas.fold_all(False)
    assert not view.graph.folded


def test_folded_containers_and_frames_hide_one_another(view: Any, picture: Any) -> None:
    inner = framed(view, ["x", "y"])
    outer = framed(view, ["e", "u"])
    before = picture(view)
    graph, decor = view.graph, view.graph.decor
    view.areas.fold(["e"], True)
    assert decor.groups[inner].inside is graph.boxes["e"]
    view.areas.fold([outer], True)
    assert graph.boxes["e"].proxy is graph.boxes["x"].proxy is decor.groups[outer]
    view.areas.fold([inner], True)
    view.areas.fold([outer], False)
    assert graph.boxes["x"].proxy is graph.boxes["e"]
    assert picture(view) != before
    view.areas.fold_all(False)
    view.selection.clear()
    view.selection.set(decor=[outer])
    assert picture(view) == before
    assert {box.proxy for box in graph.boxes.values()} == {None}


def test_a_new_node_in_a_folded_container_is_counted_and_the_outer_one_shrinks(view: Any) -> None:
    from floworch_designer.document import edits

    made = edits.set_parent(view.document.workflow, ["u"], "e")
    view.areas.fold(["e"], True)
    view.document.apply(made, "Put in")
    assert view.graph.boxes["e"].content.subtitle == "3 nodes inside"
    assert view.graph.boxes["u"].proxy is view.graph.boxes["e"]
    view.document.apply(edits.remove(view.document.workflow, ["e"]), "Delete")
    view.document.undo_stack.undo()
    assert view.graph.boxes["x"].proxy is view.graph.boxes["e"]


def test_notes_and_frames_are_resized_by_steps_as_one_step_of_undo(view: Any) -> None:
    """designer.md section 1: everything works from the keyboard and has an undo."""
    made, note = stored.add_note(view.document.workflow, "", (640.0, 320.0), (120.0, 60.0))
    made, frame = stored.add_group(made, ["n"])
    view.document.apply(made, "Add")
    least = view.graph.decor.groups[frame].rect
    view.selection.set(["a"], decor=[note, frame])
    for _ in range(3):
        view.areas.resize(12.0, 0.0)
    view.areas.resize(0.0, 24.0)
    assert view.graph.decor.notes[note].rect == (640.0, 320.0, 796.0, 404.0)
    assert view.graph.decor.groups[frame].rect == (*least[:2], least[2] + 36.0, least[3] + 24.0)
    assert view.document.undo_stack.undo_text() == "Resize frame"
    view.document.undo_stack.undo()
    assert view.graph.decor.notes[note].rect == (640.0, 320.0, 760.0, 380.0)
    assert view.graph.decor.groups[frame].rect == least
    assert view.document.undo_stack.undo_text() == "Add"


def test_no_smaller_than_the_least_size_and_what_the_nodes_need(view: Any) -> None:
    made, note = stored.add_note(view.document.workflow, "", (640.0, 320.0), (100.0, 50.0))
    made, frame = stored.add_group(made, ["n"])
    view.document.apply(made, "Add")
    least = view.graph.decor.groups[frame].rect
    view.selection.set(decor=[note, frame])
    for _ in range(2):
        view.areas.resize(-12.0, -12.0)
    assert view.graph.decor.notes[note].rect == (640.0, 320.0, 736.0, 368.0)
    assert view.graph.decor.groups[frame].group.size is None, "a frame that fits stays one that fits"
    assert view.graph.decor.groups[frame].rect == least
    before = view.document.workflow
    view.areas.resize(-12.0, 0.0)
    assert view.document.workflow is before


def test_what_is_folded_or_no_area_is_not_resized(view: Any) -> None:
    made, frame = stored.add_group(view.document.workflow, ["n"])
    view.document.apply(made, "Add")
    view.selection.set(decor=[frame])
    assert [area.key for area in view.areas.sizable()] == [frame]
    view.areas.fold([frame], True)
    assert view.areas.sizable() == []
    view.selection.set(["a"])
    before = view.document.workflow
    view.areas.resize(12.0, 0.0)
    assert view.document.workflow is before
