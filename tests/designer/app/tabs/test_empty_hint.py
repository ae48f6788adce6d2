"""What an empty canvas says, and when it stops."""

from __future__ import annotations

from PySide6.QtCore import Qt

from floworch_designer.app.files.gallery import Gallery


def test_it_is_there_until_the_first_node(window, flow, qtbot):
    hint = window.editing.hint
    assert hint.isVisible()
    qtbot.waitUntil(lambda: (hint.geometry().center() - window.canvas.rect().center()).manhattanLength() <= 2)
    window.session.document.apply(flow(), "Make")
    assert not hint.isVisible()
    window.session.document.undo_stack.undo()
    assert hint.isVisible()


def test_the_examples_are_one_click_away(window, qtbot):
    qtbot.mouseClick(window.editing.hint.example, Qt.MouseButton.LeftButton)
    dialog = window.findChild(Gallery)
    assert dialog.isVisible()
    dialog.accept()
    assert window.document.workflow.nodes
    assert not window.editing.hint.isVisible()
