"""Undo takes away the file that *Make a subflow* wrote, redo writes it again, and what a person did to it stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from floworch.model import codec
from floworch_designer.app.files.autosave import Autosave
from floworch_designer.app.widgets import dialogs
from floworch_designer.document import edits

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Promoted:
    """A saved workflow of two nodes, the second of which became ``tell.flow.json`` by the key."""

    def __init__(self, window, folder, until):
        self.window, self.until = window, until
        self.main, self.made = folder / "main.flow.json", folder / "tell.flow.json"

    def press(self, key, modifiers=CTRL):
        self.window.activateWindow()
        QApplication.processEvents()
        self.window.canvas.setFocus()
        QTest.keyClick(self.window.canvas, key, modifiers)

    def undo(self):
        self.press(Qt.Key.Key_Z)

    def redo(self):
        self.press(Qt.Key.Key_Z, CTRL | SHIFT)

    def save(self):
        self.press(Qt.Key.Key_S)
        self.until(lambda: not self.window.document.dirty)

    @property
    def said(self):
        return self.window.statusBar().currentMessage()

    @property
    def called(self):
        return "tell" in self.window.document.workflow.nodes


@pytest.fixture
def make(window, flow, tmp_path, monkeypatch, until):
    """Promotes the second node; what is in the file before is given."""

    def promote(held=None):
        window.session.document.reset(flow())
        window.session.document.save(tmp_path / "main.flow.json")
        made = Promoted(window, tmp_path, until)
        if held is not None:
            made.made.write_text(held)

        async def ask(_parent, _folder, _name):
            return made.made

        monkeypatch.setattr(dialogs, "ask_save", ask)
        window.selection.set(["second"])
        made.press(Qt.Key.Key_E, CTRL | SHIFT)
        until(lambda: made.called)
        return made

    return promote


def test_undo_removes_the_file_and_redo_writes_it_again(make):
    made = make()
    content = made.made.read_bytes()
    assert str(made.made) in made.window.session.settings.get("files/recent")
    made.undo()
    assert not made.made.exists()
    assert str(made.made) not in made.window.session.settings.get("files/recent")
    made.redo()
    assert made.made.read_bytes() == content
    assert made.said == "tell.flow.json is written again."
    made.undo()
    assert not made.made.exists()
    assert made.said == "tell.flow.json is removed: its nodes are here again."


def test_what_a_person_changed_is_neither_removed_nor_written_over(make):
    made = make()
    changed = json.loads(made.made.read_text())
    changed["title"] = "Mine"
    made.made.write_text(json.dumps(changed))
    made.undo()
    assert "second" in made.window.document.workflow.nodes
    assert made.said == "tell.flow.json stays: it was changed since."
    made.redo()
    assert made.said == "tell.flow.json was changed since, and stays as it is."
    assert json.loads(made.made.read_text()) == changed


def test_what_a_person_put_in_its_place_meanwhile_is_not_written_over(make):
    made = make()
    made.undo()
    made.made.write_text("notes of mine")
    made.redo()
    assert made.called
    assert made.made.read_text() == "notes of mine"


def test_a_file_that_it_replaced_holds_again_what_it_held(make):
    made = make(held="what was there")
    made.undo()
    assert made.made.read_text() == "what was there"
    assert made.said == "tell.flow.json holds again what it held before."
    made.redo()
    assert set(codec.load(made.made).nodes) == {"second"}


def test_it_stays_until_the_saved_caller_calls_it_no_more(make):
    """A window that closes without saving, or a crash, leaves a caller on the disk that calls it."""
    made = make()
    made.save()
    assert "tell" in codec.load(made.main).nodes
    made.undo()
    assert made.made.exists()
    assert made.said == "tell.flow.json stays until you save: main.flow.json, as it is saved, calls it."
    made.redo()  # saved again as it is on the disk: nothing waits any more
    assert made.made.exists()
    made.undo()
    made.window.document.apply(edits.set_meta(made.window.document.workflow, name="Other"), "Edit")  # no way to redo it
    made.save()
    assert "second" in codec.load(made.main).nodes
    assert not made.made.exists()


def test_it_stays_while_it_is_open_or_another_workflow_calls_it(make, tmp_path):
    made = make()
    window, caller = made.window, made.window.tab
    assert window.files.load(made.made)
    window.tabs.show(caller)
    made.undo()
    assert made.said == "tell.flow.json stays: it is open in a tab."
    assert made.made.exists()
    made.redo()
    window.tab_actions.close_tab(window.tabs.of_path(made.made))
    codec.save(window.document.workflow.replace(id="other"), tmp_path / "other.flow.json")
    made.undo()
    assert made.made.exists()


def test_a_crash_right_after_undo_finds_the_nodes(make, monkeypatch, tmp_path):
    """What is kept for a crash is written before the file goes: it never calls what is not there (designer.md 1.11)."""
    made = make()
    document = made.window.document
    keeper = made.window.tab.autosave = Autosave(document, tmp_path / "recovery", document)
    document.undo_stack.undo()
    document.apply(edits.set_meta(document.workflow, name="Unsaved"), "Edit")
    made.window.selection.set(["second"])
    made.press(Qt.Key.Key_E, CTRL | SHIFT)
    made.until(lambda: made.called)
    keeper.keep()
    kept, unlink = [], Path.unlink

    def look(path, **more):
        if path == made.made:
            kept.append(codec.loads(json.loads(keeper.file.read_text())["definition"]))
        unlink(path, **more)

    monkeypatch.setattr(Path, "unlink", look)
    made.undo()
    assert [set(each.nodes) for each in kept] == [{"first", "second"}]
    keeper.close()
