"""Aligning on the canvas: nodes, containers with their bodies, notes and frames; and guides while dragging."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from floworch_designer.document import decor, edits

CTRL = Qt.KeyboardModifier.ControlModifier


def lefts(view: Any, *nodes: str) -> set[float]:
    return {view.node_rect(node).x() for node in nodes}


def test_one_step_aligns_and_undo_takes_it_back(view: Any) -> None:
    before = view.document.workflow
    view.selection.set(["a", "b", "u"])
    view.aligning.align("left")
    assert lefts(view, "a", "b", "u") == {0}
    assert view.document.undo_stack.count() == 1
    view.document.undo_stack.undo()
    assert view.document.workflow is before


def test_a_container_takes_its_body_and_a_frame_its_nodes(view: Any) -> None:
    made, frame = decor.add_group(view.document.workflow, ["u"])
    made, note = decor.add_note(made, "x", (700, 500))
    view.document.apply(made, "Decorate")
    gap = view.node_rect("x").x() - view.node_rect("e").x()
    view.selection.set(["e", "x"], decor=[frame, note])
    view.aligning.align("right")
    rights = {view.node_rect("e").right(), view.graph.decor.area(frame).rect[2], view.graph.decor.area(note).rect[2]}
    assert rights == {940}
    assert view.node_rect("x").x() - view.node_rect("e").x() == gap


def test_distribute(view: Any) -> None:
    view.document.apply(edits.move(view.document.workflow, {"b": (250, 0)}), "Move")
    view.selection.set(["a", "b", "c"])
    view.aligning.distribute("across")
    assert lefts(view, "b") == {320}


def test_straighten_levels_the_wires_along_a_chain(view: Any) -> None:
    view.document.apply(edits.move(view.document.workflow, {"b": (320, 30), "c": (640, -20)}), "Move")
    view.selection.set(["b", "c"])
    view.aligning.straighten()
    assert {view.node_rect(key).y() for key in "abc"} == {0}
    view.document.apply(edits.move(view.document.workflow, {"a": (0, 50)}), "Move")
    view.selection.set(["a"])
    view.aligning.straighten()
    assert view.node_rect("a").y() == 0, "nothing leads into it: levelled with what follows"


@pytest.mark.parametrize(("modifiers", "x"), [(Qt.KeyboardModifier.NoModifier, 320), (CTRL, 324)])
def test_a_dragged_card_snaps_to_what_is_around_unless_ctrl_is_held(
    view: Any, hand: Any, modifiers: Any, x: int
) -> None:
    start = hand.card("n")
    hand.press(start)
    hand.move((start[0] - 100, start[1] + 100), modifiers)
    hand.move((start[0] - 316, start[1] + 420), modifiers)
    assert bool(view.overlay.guides) is (modifiers != CTRL)
    view.viewport().repaint()
    hand.release((start[0] - 316, start[1] + 420), modifiers)
    assert view.overlay.guides == ()
    assert view.node_rect("n").x() == x


def test_escape_takes_the_guides_away(view: Any, hand: Any) -> None:
    start = hand.card("n")
    hand.press(start)
    hand.move((start[0] - 316, start[1] + 420))
    assert view.overlay.guides
    hand.key(Qt.Key.Key_Escape)
    assert view.overlay.guides == ()
    hand.release(start)


def test_arranging_everything_lets_frames_fit_again(view: Any) -> None:
    made, key = decor.add_group(view.document.workflow, ["a", "b"])
    made = decor.set_decor(made, key, at=[-900, -900], size=[300, 300])
    view.document.apply(made, "Frame")
    view.selection.set(["a", "b"])
    view.commands.arrange(everything=True)
    assert decor.groups(view.document.workflow)[key].size is None
    assert view.node_rect("d").x() != view.node_rect("c").x()
