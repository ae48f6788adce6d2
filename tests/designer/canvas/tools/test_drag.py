"""Dragging: one undo step, bodies come along, frames catch."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def test_dragging_a_node_moves_it_as_one_undo_step(view: Any, hand: Any) -> None:
    x, y = hand.card("u")
    hand.drag((x, y), (x + 50, y + 90), Qt.KeyboardModifier.ControlModifier)
    rect = view.node_rect("u")
    assert (rect.x(), rect.y()) == (370, 250)
    assert view.document.workflow.view["nodes"]["u"] == [370, 250]
    view.document.undo_stack.undo()
    assert view.node_rect("u").x() == 320


def test_dragging_one_of_several_selected_moves_all(view: Any, hand: Any) -> None:
    view.selection.set(["a", "b"])
    x, y = hand.card("a")
    hand.drag((x, y), (x, y + 64), CTRL)
    assert [view.node_rect(key).y() for key in "abc"] == [64, 64, 0]


def test_a_small_slip_is_a_click_and_esc_puts_a_drag_back(view: Any, hand: Any) -> None:
    x, y = hand.card("a")
    hand.drag((x, y), (x + 2, y + 2))
    assert view.document.undo_stack.count() == 0
    hand.press((x, y))
    hand.move((x + 80, y + 80))
    hand.key(Qt.Key.Key_Escape)
    hand.release((x + 80, y + 80))
    assert view.node_rect("a").x() == 0
    assert view.document.undo_stack.count() == 0


def test_a_nearly_straight_wire_is_pulled_straight(view: Any, hand: Any) -> None:
    x, y = hand.card("c")
    hand.drag((x, y), (x + 60, y + 4))
    assert view.node_rect("c").y() == 0


def test_moving_a_container_moves_its_body_and_its_frame(view: Any, hand: Any) -> None:
    before = view.node_rect("e")
    hand.drag((before.x() + 100, before.y() + 18), (before.x() + 160, before.y() + 48))
    assert (view.node_rect("x").x(), view.node_rect("x").y()) == (84, 430)
    after = view.node_rect("e")
    assert (after.x() - before.x(), after.y() - before.y()) == (60, 30)
    assert after.size() == before.size()


def test_a_node_dropped_into_a_frame_joins_its_body_and_leaves_it_again(view: Any, hand: Any) -> None:
    x, y = hand.card("u")
    hand.drag((x, y), (300, 480), CTRL)
    assert view.document.workflow.nodes["u"].parent == "e"
    x, y = hand.card("u")
    hand.drag((x, y), (950, 620), CTRL)
    assert view.document.workflow.nodes["u"].parent is None


def test_wires_that_a_new_container_cuts_off_are_told_of(view: Any, hand: Any) -> None:
    """(contract C1: an edge joins nodes of one container) and nothing is lost without a word"""
    told: list[str] = []
    view.told.connect(told.append)
    before = view.document.workflow
    x, y = hand.card("a")
    hand.drag((x, y), (300, 480), CTRL)
    lost = len(before.edges) - len(view.document.workflow.edges)
    assert view.document.workflow.nodes["a"].parent == "e"
    assert lost == 1
    assert told == ["A wire across the border of the container was removed. Ctrl+Z takes it back."]
    view.document.undo_stack.undo()
    assert view.document.workflow == before


def test_nothing_is_told_where_a_new_container_cuts_off_nothing(view: Any, hand: Any) -> None:
    told: list[str] = []
    view.told.connect(told.append)
    edges = view.document.workflow.edges
    x, y = hand.card("u")
    hand.drag((x, y), (300, 480), CTRL)
    assert view.document.workflow.nodes["u"].parent == "e"
    assert (view.document.workflow.edges, told) == (edges, [])


def test_alt_drags_a_copy(view: Any, hand: Any) -> None:
    x, y = hand.card("u")
    hand.drag((x, y), (x + 50, y + 60), ALT)
    assert view.node_rect("u").x() == 320
    assert view.selection.nodes == {"u_2"}
    assert view.node_rect("u_2").x() == 370
