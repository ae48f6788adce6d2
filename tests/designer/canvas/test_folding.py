"""Folded frames and containers: their copies are folded too, and what is new is open."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from tests.helpers.folded_kit import folded_frame, members, middle

from floworch_designer.document import decor as stored

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def frame(view: Any) -> str:
    return folded_frame(view)


@pytest.mark.parametrize("way", ["duplicate", "paste", "drag"])
def test_the_copy_of_a_folded_frame_is_folded(view: Any, hand: Any, frame: str, way: str) -> None:
    view.selection.set(decor=[frame])
    if way == "duplicate":
        view.commands.duplicate()
    elif way == "paste":
        view.commands.copy()
        view.commands.paste((300.0, 600.0))
    else:
        hand.drag(middle(view, frame), (700, 620), ALT)
    (copy,) = view.graph.decor.groups.keys() - {frame}
    assert view.graph.decor.groups[copy].folded
    assert all(box.proxy is view.graph.decor.groups[copy] for box in view.graph.decor.groups[copy].members)
    assert (view.selection.decor, view.selection.nodes) == ({copy}, set())
    view.document.undo_stack.undo()
    assert copy not in view.graph.decor.groups
    view.document.undo_stack.redo()
    assert view.graph.decor.groups[copy].folded


def test_the_copy_of_a_folded_loop_is_folded_and_of_an_open_one_open(view: Any) -> None:
    view.areas.fold(["e"], True)
    view.selection.set(["e"])
    view.commands.duplicate()
    (folded,) = view.selection.nodes
    assert view.graph.boxes[folded].folded
    view.areas.fold(["e"], False)
    view.selection.set(["e"])
    view.commands.duplicate()
    (opened,) = [key for key in view.graph.frames if key not in {"e", folded}]
    assert not view.graph.boxes[opened].folded


@pytest.mark.parametrize("loop", [False, True])
def test_notes_in_what_is_folded_are_hidden_with_it(view: Any, hand: Any, picture: Any, frame: str, loop: bool) -> None:
    """They lay about where the frame had been."""
    holder = "e" if loop else frame
    view.areas.fold([holder], False)
    spot = (60.0, 430.0) if loop else (240.0, 10.0)
    made, note = stored.add_note(view.document.workflow, "Inside", spot, (96.0, 48.0))
    view.document.apply(made, "Note")
    view.selection.set(decor=[note])
    view.selection.clear()
    opened = picture(view)
    view.selection.set(decor=[note])
    view.areas.fold([holder], True)
    assert note not in [area.key for area in view.graph.decor.near((-500, -500, 2000, 2000))]
    assert note not in view.selection.decor, "what is hidden is not selected"
    hand.click((spot[0] + 50, spot[1] + 40))
    assert note not in view.selection.decor
    view.commands.select_all()
    assert note not in view.selection.decor
    view.areas.reveal(note)
    assert not (view.graph.cards & {holder}), "who looks for it sees it"
    view.selection.clear()
    hand.hover((1050, 650))
    assert picture(view) == opened


@pytest.mark.parametrize("folded", [False, True])
def test_notes_in_a_loop_move_and_are_copied_with_it(view: Any, hand: Any, folded: bool) -> None:
    made, note = stored.add_note(view.document.workflow, "Inside", (60.0, 430.0), (96.0, 48.0))
    view.document.apply(made, "Note")
    view.areas.fold(["e"], folded)
    hand.drag((100, 352), (100, 452), Qt.KeyboardModifier.ControlModifier)
    assert view.graph.decor.notes[note].rect[:2] == (60.0, 530.0)
    view.selection.set(["e"])
    view.commands.duplicate()
    assert [box.rect[:2] for box in view.graph.decor.notes.values()] == [(60.0, 530.0), (96.0, 566.0)]
    view.document.undo_stack.undo()
    view.document.undo_stack.undo()
    assert view.graph.decor.notes[note].rect[:2] == (60.0, 430.0)


def test_a_new_frame_is_open_whatever_had_its_key_before(view: Any, frame: str) -> None:
    view.selection.set(decor=[frame])
    view.commands.delete()
    view.selection.set(["c"])
    assert view.areas.group() == frame
    assert not view.graph.decor.groups[frame].folded


def test_the_frame_in_a_copied_loop_is_copied_with_it(view: Any) -> None:
    made, key = stored.add_group(view.document.workflow, ["x"], "Part")
    view.document.apply(made, "Frame")
    view.areas.fold([key], True)
    view.selection.set(["e"])
    view.commands.duplicate()
    (copy,) = view.graph.decor.groups.keys() - {key}
    assert view.graph.decor.groups[copy].folded
    (node,) = members(view, copy)
    assert view.document.workflow.nodes[node].parent != "e"
