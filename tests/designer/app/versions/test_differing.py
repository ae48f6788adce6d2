"""Two versions of a definition on one canvas: by key, with the list below, and away again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from floworch.model import codec
from floworch_designer.document import edits
from floworch_designer.document.decor import add_note

NONE = Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT, ALT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Control", "Shift", "Alt"))


def key(window, qtbot, name, modifier=NONE):
    window.activateWindow()
    QApplication.processEvents()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, getattr(Qt.Key, f"Key_{name}"), modifier)


@pytest.fixture
def edited(window, flow, tmp_path):
    """A saved workflow in which a node was taken away, one added and one changed since."""
    path = tmp_path / "x.flow.json"
    codec.save(flow().replace(view={"nodes": {"first": [0, 0], "second": [320, 0]}}), path)
    window.files.load(path)
    document = window.document
    made = edits.set_param(document.workflow, "first", "fields", {"a": 2})
    made = edits.remove(made, ["second"])
    made, _ = edits.add_node(made, "util.log", {"message": "new"}, (320.0, 200.0), title="New")
    document.apply(edits.connect(made, "first", "out", "log"), "Edit")
    return window


def test_the_saved_file_and_what_is_edited_are_shown_in_one_picture_and_walked_by_keys(edited, qtbot, until):
    before = edited.session.document.workflow
    key(edited, qtbot, "S", CONTROL | ALT)
    until(lambda: edited.differing.showing)
    overlay = edited.canvas.overlay
    assert dict(overlay.marks.nodes) == {"first": "changed", "second": "removed", "log": "added"}
    assert overlay.words["first"][0] == "changed|changed: fields.a"
    assert set(overlay.marks.edges.values()) == {"added", "removed"}
    assert edited.docks["difference"].isVisible()
    assert edited.banners.shown["viewing"].title.text() == "x.flow.json as saved → What you edit"
    seen = []
    for _ in range(6):
        key(edited, qtbot, "F4")
        seen.append((edited.selection.primary, len(edited.selection.edges)))
    assert seen == [("first", 0), ("second", 0), ("log", 0), (None, 1), (None, 1), ("first", 0)]
    key(edited, qtbot, "F4", CONTROL)
    assert edited.selection.edges, "the one before, around the end"
    key(edited, qtbot, "Delete")
    assert set(edited.document.workflow.nodes) == {"first", "second", "log"}, "the picture cannot be edited"
    key(edited, qtbot, "F4", SHIFT)
    assert not edited.viewing
    assert edited.document.workflow is before
    assert edited.canvas.overlay.marks is None
    assert edited.difference.model.rowCount() == 0


def test_a_row_shows_what_it_is_about(edited, qtbot, until):
    made, note = add_note(edited.document.workflow, "Here", (4000.0, 4000.0))
    edited.document.apply(edits.set_meta(made, name="Other"), "Note")
    edited.commands["versions.saved"].trigger()
    until(lambda: edited.differing.showing)
    rows = [item.where for item in edited.difference.model.rows]
    edited.difference.select(rows.index(note))
    assert edited.selection.decor == {note}
    edited.difference.select(len(rows) - 1)
    assert not edited.selection, "the name of the workflow is nowhere on the canvas"
    qtbot.mouseClick(edited.difference.end, Qt.MouseButton.LeftButton)
    assert not edited.differing.showing


def test_what_is_alike_is_said(edited, until):
    edited.document.undo_stack.undo()
    edited.commands["versions.saved"].trigger()
    until(lambda: "message" in edited.banners.shown)
    assert "are alike" in edited.banners.shown["message"].title.text()
    assert not edited.differing.showing


def test_each_tab_keeps_its_own_difference(edited, until):
    edited.commands["versions.saved"].trigger()
    until(lambda: edited.differing.showing)
    mine = edited.tab
    edited.commands["tabs.new"].trigger()
    assert not edited.differing.showing
    assert edited.difference.model.rowCount() == 0
    assert not edited.commands["replay.next_difference"].isEnabled()
    edited.tabs.show(mine)
    assert edited.difference.model.rowCount() == 5


def test_a_run_that_is_opened_ends_it(edited, host, flow, until):
    edited.commands["versions.saved"].trigger()
    until(lambda: edited.differing.showing)
    host.add(flow().replace(id="x"), "old")
    edited.runs.open_run("old")
    until(lambda: not edited.differing.showing)
    assert edited.canvas.overlay.marks is None
