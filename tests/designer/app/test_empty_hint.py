"""What an empty canvas says, and when it stops."""

from __future__ import annotations


def test_it_is_there_until_the_first_node(window, flow, qtbot):
    hint = window.editing.hint
    assert hint.isVisible()
    qtbot.waitUntil(lambda: (hint.geometry().center() - window.canvas.rect().center()).manhattanLength() <= 2)
    window.session.document.apply(flow(), "Make")
    assert not hint.isVisible()
    window.session.document.undo_stack.undo()
    assert hint.isVisible()


def test_the_example_is_one_click_away_and_asks_where_to_save(window, until, qtbot):
    window.editing.hint.example.click()
    until(lambda: "hash" in window.document.workflow.nodes)
    assert window.document.path is None
    assert not window.document.dirty
    assert not window.editing.hint.isVisible()
