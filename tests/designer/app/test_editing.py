"""Undo, clipboard and deletion by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt


def test_undo_and_redo_by_keys(window, qtbot, flow):
    window.session.document.apply(flow(), "Make")
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not window.document.workflow.nodes
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert len(window.document.workflow.nodes) == 2


def test_delete_works_on_the_canvas_and_not_in_a_text_field(window, qtbot, flow):
    window.session.document.reset(flow())
    window.selection.set(["first"])
    window.palette_panel.search.setFocus()
    qtbot.keyClick(window.palette_panel.search, Qt.Key.Key_Delete)
    assert "first" in window.document.workflow.nodes
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert "first" not in window.document.workflow.nodes


def test_copy_and_paste_travel_as_text(window, flow):
    window.session.document.reset(flow())
    window.selection.set(["first", "second"])
    window.parts["edit"].copy()
    window.parts["edit"].paste()
    assert len(window.document.workflow.nodes) == 4
    assert len(window.document.workflow.edges) == 2
