"""Notes in what is folded: hidden with it and back in sight with it; what is written there meanwhile stays in sight."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch_designer.document import decor as stored


def noted(view: Any, at: tuple[float, float]) -> str:
    made, key = stored.add_note(view.document.workflow, "text", at, (96.0, 48.0))
    view.document.apply(made, "Note")
    return key


def framed(view: Any, nodes: list[str]) -> str:
    made, key = stored.add_group(view.document.workflow, nodes)
    view.document.apply(made, "Frame")
    return key


def hidden(view: Any) -> set[str]:
    return view.graph.decor.notes.keys() - {note.key for note in view.graph.decor.shown_notes()}


@pytest.mark.parametrize("loop", [False, True])
def test_a_note_written_where_a_folded_one_leaves_its_place_stays_in_sight(view: Any, hand: Any, loop: bool) -> None:
    holder = "e" if loop else framed(view, ["a", "b"])
    view.areas.fold([holder], True)
    key = view.areas.add_note((300.0, 420.0) if loop else (300.0, 10.0))
    QTest.keyClicks(view.areas._editor, "Why")
    QTest.keyClick(view.areas._editor, Qt.Key.Key_Escape)
    assert view.selection.decor == {key}
    assert not hidden(view)
    left, top = view.graph.boxes["e"].rect[:2] if loop else view.graph.decor.groups[holder].rect[:2]
    view.selection.clear()
    hand.drag((left + 60, top + 12), (left + 60, top + 212), Qt.KeyboardModifier.ControlModifier)
    assert view.graph.decor.notes[key].rect[1] == (420.0 if loop else 10.0), "it is no part of what moves"


def test_a_note_that_gets_the_key_of_a_hidden_one_is_in_sight(view: Any) -> None:
    frame = framed(view, ["a", "b"])
    note = noted(view, (240.0, 10.0))
    view.areas.fold([frame], True)
    assert hidden(view) == {note}
    view.document.apply(stored.remove_decor(view.document.workflow, {note}), "Delete")
    assert view.areas.add_note((240.0, 600.0)) == note
    QTest.keyClicks(view.areas._editor, "Why")
    QTest.keyClick(view.areas._editor, Qt.Key.Key_Escape)
    assert not hidden(view)


def test_notes_in_nested_folded_ones_come_back_with_their_own(view: Any) -> None:
    outer, inner = framed(view, ["a", "b", "c"]), framed(view, ["a", "b"])
    in_inner, in_outer = noted(view, (240.0, 10.0)), noted(view, (550.0, -20.0))
    view.areas.fold([inner], True)
    assert hidden(view) == {in_inner}
    view.areas.fold([outer], True)
    assert hidden(view) == {in_inner, in_outer}
    assert view.graph.decor.notes[in_inner].inside is view.graph.decor.groups[outer], "the card that is seen"
    view.areas.fold([outer], False)
    assert hidden(view) == {in_inner}
    view.areas.fold([outer], True)
    view.areas.fold([inner], False)
    assert hidden(view) == {in_inner, in_outer}, "still in the outer one"
    view.areas.fold_all(False)
    assert not hidden(view)


def test_the_copy_of_a_folded_frame_hides_the_copies_of_its_notes(view: Any) -> None:
    frame = framed(view, ["a", "b"])
    noted(view, (240.0, 10.0))
    view.areas.fold([frame], True)
    view.selection.set(decor=[frame])
    view.commands.duplicate()
    assert len(hidden(view)) == 2
    view.document.undo_stack.undo()
    view.document.undo_stack.redo()
    assert len(hidden(view)) == 2
    view.selection.set(decor=[frame])
    view.commands.copy()
    view.commands.paste((400.0, 600.0))
    assert len(hidden(view)) == 3
