"""The outline: the canvas for the keyboard, in step with it both ways."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from floworch.run.status import NodeStatus
from floworch_designer.document.decor import add_group, add_note

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def outline(window, flow):
    window.document.apply(flow(), "Make")
    window.activateWindow()
    window.parts["panels"].outline()
    return window.outline


def shown(outline):
    return list(outline.model.keys)


def test_alt_o_opens_it_and_keys_walk_and_select(window, outline):
    assert outline.search.hasFocus()
    QTest.keyClick(outline.search, Qt.Key.Key_Down)
    assert window.selection.nodes == {"first"}
    QTest.keyClick(outline.tree, Qt.Key.Key_Down)
    assert window.selection.primary == "second"
    QTest.keyClick(outline.tree, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert window.selection.nodes == {"first", "second"}
    assert window.document.undo_stack.count() == 1
    QTest.keyClick(window, Qt.Key.Key_O, ALT)
    assert not window.docks["outline"].isVisible()


def test_what_is_chosen_far_away_comes_into_view(window, outline):
    window.canvas.pan(5000, 5000)
    outline.tree.setCurrentIndex(outline.model.index_of("second"))
    view = window.canvas
    assert view.viewport().rect().toRectF().contains(view.camera().rect(view.graph.boxes["second"].rect))


def test_the_canvas_marks_the_tree(window, outline):
    window.selection.set(["second"])
    assert [index.data() for index in outline.tree.selectionModel().selectedRows()] == ["second"]
    window.selection.clear()
    assert not outline.tree.selectionModel().hasSelection()


@pytest.mark.parametrize(
    ("query", "expected"), [("sec", ["second"]), ("is:failed", ["first"]), ("type:log", ["second"]), ("nothing", [])]
)
def test_filters(window, outline, query, expected):
    window.canvas.set_statuses({"first": NodeStatus.FAILED})
    QTest.keyClicks(outline.search, query)
    assert shown(outline) == expected
    assert outline.count.text() == f"{len(expected)} of 2 nodes"
    QTest.keyClick(outline.search, Qt.Key.Key_Escape)
    assert set(shown(outline)) == {"first", "second"}


def test_a_search_by_status_follows_the_run(window, outline):
    outline.search.setText("is:failed")
    assert shown(outline) == []
    window.canvas.set_statuses({"second": NodeStatus.FAILED})
    assert outline._timer.isActive()
    outline.fill()
    assert shown(outline) == ["second"]


def test_edits_notes_and_frames_are_followed_and_folded_rows_stay_folded(window, outline):
    workflow, frame = add_group(window.document.workflow, ["first"], "Load")
    workflow, note = add_note(workflow, "Why", (0, 400))
    window.document.apply(workflow, "Decorate")
    outline.fill()
    assert set(shown(outline)) == {"first", "second", frame, note}
    outline.tree.collapse(outline.model.index_of(frame))
    window.canvas.add_action("data.set", QPointF(0, 600))
    outline.fill()
    assert not outline.tree.isExpanded(outline.model.index_of(frame))
    outline.tree.setCurrentIndex(outline.model.index_of(note))
    assert window.selection.decor == {note}
    QTest.keyClick(outline.tree, Qt.Key.Key_Return)
    assert window.canvas.areas._editor.isVisible()


def test_enter_opens_the_parameters_of_a_node(window, outline):
    outline.tree.setCurrentIndex(outline.model.index_of("first"))
    outline.tree.setFocus()
    QTest.keyClick(outline.tree, Qt.Key.Key_Return)
    assert window.docks["inspector"].isVisible()


def test_hidden_it_builds_nothing(window, flow):
    window.document.apply(flow(), "Make")
    window.outline.fill()
    assert shown(window.outline) == []


def test_an_empty_outline_says_why(window, outline, flow):
    assert not outline.none.isVisible()
    outline.search.setText("nothing like it")
    assert outline.none.isVisible()
    assert outline.none.text() == "No node fits"
    outline.search.clear()
    assert outline.tree.isVisible()
    window.document.apply(flow().replace(nodes={}, edges=()), "Empty")
    outline.fill()
    assert outline.none.text() == "The canvas is empty. Add a node to begin."
    assert not outline.tree.isVisible()
