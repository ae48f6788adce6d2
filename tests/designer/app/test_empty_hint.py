"""What an empty canvas says, and when it stops."""

from __future__ import annotations


def test_it_is_there_until_the_first_node(window, flow):
    hint = window.editing.hint
    assert hint.isVisible()
    assert hint.size() == window.canvas.size()
    window.session.document.apply(flow(), "Make")
    assert not hint.isVisible()
    window.session.document.undo_stack.undo()
    assert hint.isVisible()
