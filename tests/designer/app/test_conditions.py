"""Actions are greyed while they make no sense."""

from __future__ import annotations


def enabled(window, name):
    window.refresh_actions()
    return window.commands[name].isEnabled()


def test_conditions_follow_document_and_selection(window, flow):
    assert not enabled(window, "run.start")
    assert not enabled(window, "edit.undo")
    window.session.document.apply(flow(), "Make")
    assert enabled(window, "run.start")
    assert enabled(window, "edit.undo")
    assert not enabled(window, "edit.delete")
    window.selection.set(["first"])
    assert enabled(window, "edit.delete")
    assert enabled(window, "node.rename")
    assert not enabled(window, "run.copy_command")
