"""Undo, clipboard and deletion by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt

from floworch.model.workflow import Workflow
from floworch_designer.document import edits
from floworch_designer.document.decor import add_group
from floworch_designer.document.positions import positions


def test_undo_and_redo_by_keys(window, qtbot, flow):
    window.session.document.apply(flow(), "Make")
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not window.document.workflow.nodes
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert len(window.document.workflow.nodes) == 2


def test_thousands_that_go_back_hold_the_window_up_no_longer_than_thousands_that_are_arranged(
    window, flow, until, monkeypatch
):
    """Nothing blocks the window (designer.md): their cards follow some at a time."""
    monkeypatch.setattr("floworch_designer.app.editing.edit_actions.AT_ONCE", 8)
    monkeypatch.setattr("floworch_designer.canvas.slices.SLICE", 8)
    made = Workflow(id="w")
    for at in range(20):
        made, _ = edits.add_node(made, "data.set", {}, (at * 300, 0))
    window.session.document.reset(made)
    window.session.document.apply(
        edits.move(made, {key: (0.0, at * 90.0) for at, key in enumerate(made.nodes)}), "Move"
    )
    for step in ("edit.undo", "edit.redo"):
        window.commands[step].trigger()
        assert window.canvas.slices.going
        until(lambda: not window.canvas.slices.going)
        places = positions(window.document.workflow)
        assert {key: (box.x, box.y) for key, box in window.canvas.graph.boxes.items()} == places


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


def test_a_step_that_undo_brings_back_has_its_state_and_is_selected(window, session, flow, host, until):
    from floworch.run.events import EventKind
    from floworch.run.status import NodeStatus

    session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.run_id is not None)
    host.push(window.controller.run_id, EventKind.NODE_STARTED, 0)
    until(lambda: window.canvas.graph.boxes["first"].live.status is NodeStatus.RUNNING)
    window.selection.set(["first"])
    window.commands["edit.delete"].trigger()
    window.commands["edit.undo"].trigger()
    assert window.canvas.graph.boxes["first"].live.status is NodeStatus.RUNNING
    assert window.selection.nodes == {"first"}


def test_the_documentation_of_the_action_opens_by_key(window, qtbot, flow):
    window.session.document.reset(flow())
    window.selection.set(["first", "second"])
    window.docks["inspector"].hide()
    qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    assert window.docks["inspector"].isVisible()
    page = window.inspector.node_tabs.front()
    assert "Parameters" in page.text.toPlainText()
    assert len(window.selection.nodes) == 1
    assert page.text.isVisible()


def test_undo_of_a_deleted_folded_frame_selects_its_card_and_not_what_it_hides(window, qtbot, flow):
    """The next key would change what nobody sees."""
    made, frame = add_group(flow(), ["first", "second"], "Both")
    window.session.document.reset(made)
    window.canvas.areas.fold([frame], True)
    window.selection.set(decor=[frame])
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert not window.document.workflow.nodes
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.graph.decor.groups[frame].folded
    assert (window.selection.nodes, window.selection.decor) == (set(), {frame})
