"""Frames on the canvas: their size, nesting, folding, and what hangs on a folded one."""

from __future__ import annotations

from typing import Any

from floworch_designer.canvas.decor import BAR, PADDING, TIGHT, within
from floworch_designer.canvas.folding import fold
from floworch_designer.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, FRAME_PADDING, FRAME_TITLE
from floworch_designer.document import decor as stored
from floworch_designer.document import edits


def framed(view: Any, *members: list[str]) -> list[str]:
    workflow, keys = view.document.workflow, []
    for nodes in members:
        workflow, key = stored.add_group(workflow, nodes)
        keys.append(key)
    view.document.apply(workflow, "Frame")
    return keys


def test_a_frame_is_as_large_as_its_nodes_need_and_at_least_what_a_person_gave_it(view: Any) -> None:
    (key,) = framed(view, ["a", "b"])
    group = view.graph.decor.groups[key]
    assert group.rect == (-PADDING, -PADDING - BAR, 320 + CARD_WIDTH + PADDING, CARD_HEIGHT + PADDING)
    sized = stored.set_decor(view.document.workflow, key, at=[-200, -10], size=[1000, 60])
    view.document.apply(sized, "Resize")
    assert view.graph.decor.groups[key].rect == (-200, -PADDING - BAR, 800, CARD_HEIGHT + PADDING)


def test_a_frame_follows_its_nodes_and_is_tight_inside_a_container(view: Any) -> None:
    key, inner = framed(view, ["a"], ["x"])
    view.document.apply(edits.move(view.document.workflow, {"a": (100, 100)}), "Move")
    assert view.graph.decor.groups[key].rect[0] == 100 - PADDING
    x = view.node_rect("x")
    assert view.graph.decor.groups[inner].rect[:2] == (x.x() - TIGHT, x.y() - TIGHT - BAR)


def test_a_container_is_drawn_around_the_frames_in_it_below_its_title(view: Any, picture: Any) -> None:
    """The bar of a frame lay upon the title of the loop around it."""
    before, whole = view.graph.boxes["e"].rect, picture(view)
    view.document.apply(stored.add_group(view.document.workflow, ["x"], "Inner")[0], "Frame")
    outer, key = stored.add_group(view.document.workflow, ["x", "y"], "Outer")
    view.document.apply(outer, "Frame")
    left, top, right, bottom = view.graph.boxes["e"].rect
    for group in view.graph.decor.groups.values():
        assert within(group.rect, (left, top + FRAME_TITLE, right, bottom))
    assert view.graph.decor.groups[key].rect[1] == top + FRAME_TITLE + FRAME_PADDING
    assert "e" in view.graph.box_grid.near((left, top, left + 1, top + 1)), "it is found where it is drawn now"
    view.document.undo_stack.undo()
    view.document.undo_stack.undo()
    assert view.graph.boxes["e"].rect == before
    view.selection.clear()
    assert picture(view) == whole


def test_a_container_holds_the_card_of_a_folded_frame_and_a_frame_that_a_person_made_large(view: Any) -> None:
    (key,) = framed(view, ["x"])
    sized = stored.set_decor(view.document.workflow, key, at=[-100, 380], size=[900, 300])
    view.document.apply(sized, "Resize")
    group = view.graph.decor.groups[key]
    assert within(group.rect, view.graph.boxes["e"].rect)
    wide = view.graph.boxes["e"].rect
    fold(view.graph, view.document.workflow, [key], True)
    box = view.graph.boxes["e"]
    assert within(view.graph.decor.groups[key].rect, (box.x, box.y + FRAME_TITLE, box.rect[2], box.rect[3]))
    assert box.rect != wide, "as large as what is to be seen"
    fold(view.graph, view.document.workflow, [key], False)
    assert view.graph.boxes["e"].rect == wide


def test_a_frame_holds_frames_of_its_nodes(view: Any) -> None:
    outer, inner = framed(view, ["a", "b", "c"], ["a", "b"])
    groups = view.graph.decor.groups
    assert groups[outer].rect[0] == groups[inner].rect[0] - PADDING
    assert [group.key for group in view.graph.decor.shown_groups()] == [outer, inner]
    fold(view.graph, view.document.workflow, [inner, outer], True)
    assert [group.key for group in view.graph.decor.shown_groups()] == [outer]
    assert view.graph.boxes["a"].proxy is view.graph.decor.groups[outer]


def test_a_folded_frame_hides_its_nodes_and_wires_end_at_its_card(view: Any) -> None:
    (key,) = framed(view, ["a", "b"])
    dirty = fold(view.graph, view.document.workflow, [key], True)
    group = view.graph.decor.groups[key]
    assert group.rect[2] - group.rect[0] == CARD_WIDTH
    assert dirty
    shown = view.graph.box_grid.near((-500, -500, 2000, 2000))
    assert "a" not in shown
    assert "c" in shown
    inner, out = view.graph.wires[0], view.graph.wires[1]
    assert inner not in view.graph.wire_grid.near((-500, -500, 2000, 2000))
    assert out.points[0] == group.output_point
    assert out.points[-1] == view.graph.boxes["c"].input_point
    fold(view.graph, view.document.workflow, [key], False)
    assert view.graph.boxes["a"].proxy is None
    assert out.points[0] == view.graph.boxes["b"].port_point("out")
    assert inner in view.graph.wire_grid.near((-500, -500, 2000, 2000))


def test_folding_is_kept_while_the_document_changes(view: Any) -> None:
    (key,) = framed(view, ["a", "b", "e"])
    fold(view.graph, view.document.workflow, [key], True)
    assert view.graph.boxes["x"].proxy is not None, "the body of a container is hidden with it"
    view.document.apply(edits.set_field(view.document.workflow, "a", "title", "New"), "Rename")
    view.document.apply(edits.connect(view.document.workflow, "c", "out", "d"), "Connect")
    assert view.graph.boxes["a"].proxy is view.graph.decor.groups[key]
    assert "a" not in view.graph.box_grid.near((-500, -500, 2000, 2000))
    view.document.apply(stored.remove_decor(view.document.workflow, {key}), "Ungroup")
    assert view.graph.boxes["a"].proxy is None
    assert "a" in view.graph.box_grid.near((-500, -500, 2000, 2000))
    view.document.undo_stack.undo()
    assert view.graph.boxes["a"].proxy is not None


def test_hidden_nodes_are_no_steps_of_the_arrow_keys(view: Any, hand: Any) -> None:
    (key,) = framed(view, ["b"])
    fold(view.graph, view.document.workflow, [key], True)
    view.selection.set(["a"])
    view.commands.walk("right")
    assert view.selection.primary != "b"


def test_the_extent_of_the_canvas_counts_notes_and_cards_of_folded_frames(view: Any) -> None:
    made, _ = stored.add_note(view.document.workflow, "far", (3000, 2000))
    view.document.apply(made, "Note")
    assert view.graph.extent()[2:] == (3240, 2144)
