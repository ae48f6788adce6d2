"""Unsaved work survives the end of the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from floworch.model import codec
from floworch.model.workflow import Node
from floworch_designer.app.files.autosave import SOON, Autosave, is_draft, left_behind, offer
from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.session import open_session
from floworch_designer.document import edits
from floworch_designer.document.document import Document
from floworch_designer.document.positions import has_positions
from floworch_designer.settings.settings import Settings

#: A window's process that edits and is killed.
CHILD = """
import os, sys
from pathlib import Path
from floworch.model import codec
from floworch_designer.app.files.autosave import Autosave
from floworch_designer.document.document import Document
from PySide6.QtCore import QCoreApplication
app = QCoreApplication([])
document = Document(validate=lambda workflow: [])
document.load(sys.argv[1])
autosave = Autosave(document, Path(sys.argv[2]))
document.apply(document.workflow.replace(name="Edited"), "Edit")
autosave.keep()
os.kill(os.getpid(), 9)
"""

#: The process of a window that offers what was left behind, and is killed.
HOLDER = """
import os, sys
from PySide6.QtCore import QLockFile
lock = QLockFile(sys.argv[1])
lock.setStaleLockTime(0)
assert lock.tryLock(0)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "recovery"


@pytest.fixture
def other(session, theme, qtbot, make_canvas):
    later = open_session(Settings(session.settings.path), session.hosts, canvas=make_canvas)
    made = MainWindow(later, theme)
    qtbot.addWidget(made, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    return made


def test_work_is_kept_soon_after_an_edit_and_forgotten_when_saved(window, flow, folder, tmp_path, qtbot):
    document = window.session.document
    autosave = Autosave(document, folder)
    document.apply(flow(), "Make")
    qtbot.waitUntil(autosave.file.exists, timeout=SOON * 10)
    assert left_behind(folder) == [], "its window is open"
    document.save(tmp_path / "x.flow.json")
    qtbot.waitUntil(lambda: not autosave.file.exists(), timeout=SOON * 10)
    document.apply(edits.set_disabled(document.workflow, ["first"]), "Edit")
    autosave.keep()
    assert autosave.file.exists()
    autosave.close()
    assert not autosave.file.exists()


def test_work_of_a_killed_process_is_offered_and_comes_back_as_one_unsaved_step(
    window, flow, folder, tmp_path, until, qtbot
):
    path = tmp_path / "x.flow.json"
    codec.save(flow(), path)
    ended = subprocess.run([sys.executable, "-c", CHILD, str(path), str(folder)], check=False, timeout=60)
    assert ended.returncode == -9
    (left,) = left_behind(folder)
    offer(window, folder)
    banner = window.banners.shown[f"recover {left.kept.stem}"]
    assert "x.flow.json" in banner.title.text()
    qtbot.mouseClick(banner.buttons["Recover"], Qt.MouseButton.LeftButton)
    document = window.session.document
    until(lambda: document.dirty)
    assert (document.workflow.name, document.path) == ("Edited", path)
    assert left_behind(folder) == []
    document.undo_stack.undo()
    assert has_positions(document.workflow), "what the file holds is laid out as when it is opened"
    assert document.workflow.replace(view={}) == codec.load(path)


@pytest.mark.parametrize("restricted", [True, False])
def test_recovered_work_is_as_foreign_as_it_was(window, flow, folder, until, restricted):
    made = flow().replace(nodes={"start": Node(action="shell.run", params={"command": "gzip x"})}, edges=())
    document = Document(validate=lambda _workflow: [])
    autosave = Autosave(document, folder)
    autosave.restricted = restricted
    document.apply(made, "Import")
    autosave.keep()
    assert autosave._lock is not None
    autosave._lock.unlock()  # as when its process ends
    offer(window, folder)
    window.banners.shown[f"recover {autosave.file.stem}"].buttons["Recover"].click()
    until(lambda: window.session.document.dirty and not autosave.file.exists())
    assert window.tab.restricted is restricted
    assert ("trust" in window.banners.shown) is restricted


def test_workflows_without_a_file_come_back_by_themselves_as_they_were_left(window, flow, folder):
    window.session.recovery = folder
    window.files.show(flow())  # the first tab is older than the folder
    drafts = [window.files.show(flow()) for _ in range(2)]
    for number, tab in enumerate(drafts):
        tab.document.apply(flow().replace(id=f"draft{number}"), "Make")
    drafts[1].companions = ("called",)
    window.tabs.show(drafts[0])
    for tab in drafts:
        assert is_draft(tab)
        tab.autosave.leave(tab.in_front)
    before = list(window.tabs.all)
    offer(window, folder)
    assert not [name for name in window.banners.shown if name.startswith("recover")], "nobody is asked"
    back = [tab for tab in window.tabs.all if tab not in before]
    assert [tab.document.workflow.id for tab in back] == ["draft0", "draft1"]
    assert window.document.workflow.id == "draft0", "the one that was in front"
    assert all(tab.document.dirty and tab.path is None for tab in back)
    assert [tab.companions for tab in back] == [(), ("called",)]
    assert len(list(folder.glob("*.json"))) == 2, "what came back is kept anew"
    assert left_behind(folder) == []


def test_a_file_that_was_asked_for_stays_in_front_of_what_comes_back(window, flow, folder):
    window.session.recovery = folder
    window.files.show(flow())  # the first tab is older than the folder
    draft = window.files.show(flow())
    draft.document.apply(flow().replace(id="draft"), "Make")
    draft.autosave.leave(True)
    asked = window.files.show(flow())
    offer(window, folder, asked=True)
    assert "draft" in [tab.document.workflow.id for tab in window.tabs.all if tab is not draft]
    assert window.tab is asked


def test_the_window_closes_over_a_workflow_without_a_file_but_asks_about_one_with(
    window, flow, folder, tmp_path, until
):
    window.session.recovery = folder
    window.files.show(flow())
    draft = window.files.show(flow().replace(id="other"))
    draft.document.apply(flow().replace(name="Draft"), "Make")
    draft.document.save(tmp_path / "x.flow.json")
    draft.document.apply(flow().replace(name="Edited"), "Edit")
    window.close()
    until(lambda: window.findChildren(QMessageBox))
    window.findChildren(QMessageBox)[0].reject()
    until(lambda: not window.findChildren(QMessageBox))
    assert window.isVisible()
    draft.document.undo_stack.undo()
    fresh = window.files.show(flow())
    fresh.document.apply(flow().replace(name="Fresh"), "Make")
    window.close()
    until(lambda: not window.isVisible())


def test_what_is_kept_of_a_tab_knows_whether_it_is_foreign(window, flow, folder):
    window.session.recovery = folder
    window.files.show(flow())
    tab = window.tabs.open()
    made = flow().replace(nodes={"start": Node(action="shell.run", params={"command": "gzip x"})}, edges=())
    window.files.show(made, tab=tab, foreign=True)
    assert tab.autosave.restricted
    window.trusting.trust(tab)
    assert not tab.autosave.restricted


def test_discard_forgets_it_and_garbage_is_left_alone(window, flow, folder, qtbot):
    folder.mkdir()
    (folder / "junk.json").write_text("{", encoding="utf-8")
    shape = '{"path": null, "at": 1.0, "definition": %s}'
    (folder / "work.json").write_text(shape % json.dumps(codec.dumps(flow())), encoding="utf-8")
    offer(window, folder)
    assert list(window.banners.shown) == ["recover work"]
    qtbot.mouseClick(window.banners.shown["recover work"].buttons["Discard"], Qt.MouseButton.LeftButton)
    assert [path.name for path in folder.glob("*.json")] == ["junk.json"]


def test_the_offer_shows_a_difference_and_stays(window, flow, folder, tmp_path, until, qtbot):
    path = tmp_path / "x.flow.json"
    codec.save(flow(), path)
    document = Document(validate=lambda _workflow: [])
    document.load(path)
    autosave = Autosave(document, folder)
    document.apply(edits.set_param(document.workflow, "second", "message", "bye"), "Edit")
    autosave.keep()
    assert autosave._lock is not None
    autosave._lock.unlock()  # as when its process ends
    offer(window, folder)
    banner = window.banners.shown[f"recover {autosave.file.stem}"]
    for _ in range(2):  # a second time it is the same tab
        qtbot.mouseClick(banner.buttons["Show what changed"], Qt.MouseButton.LeftButton)
        assert [(item.what, item.before, item.after) for item in window.difference.model.rows] == [
            ("params.message", "hello", "bye")
        ]
    assert len(window.tabs.all) == 1
    assert window.banners.shown["viewing"].title.text() == "x.flow.json as saved → Unsaved changes"
    assert codec.load(path) == flow(), "nothing is taken over yet"
    qtbot.mouseClick(banner.buttons["Recover"], Qt.MouseButton.LeftButton)
    until(lambda: window.session.document.dirty)
    assert not window.viewing
    assert window.document.workflow.nodes["second"].params["message"] == "bye"


def leave(folder, flow, *names):
    folder.mkdir()
    shape = '{"path": null, "at": 1.0, "definition": %s}'
    for name in names:
        (folder / f"{name}.json").write_text(shape % json.dumps(codec.dumps(flow())), encoding="utf-8")


def offers(window):
    return {key for key in window.banners.shown if key.startswith("recover")}


def test_what_one_window_offers_to_recover_no_second_one_does(window, flow, folder, other, until, qtbot):
    leave(folder, flow, "one", "two")
    # A process that crashed offered it, and another program has its number now.
    (folder / "one.lock").write_text(f"{os.getpid()}\nnot-this-program\n", encoding="utf-8")
    offer(window, folder)
    assert offers(window) == {"recover one", "recover two"}
    offer(other, folder)
    assert not offers(other)
    qtbot.mouseClick(window.banners.shown["recover one"].buttons["Discard"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.banners.shown["recover two"].buttons["Recover"], Qt.MouseButton.LeftButton)
    until(lambda: window.session.document.dirty)
    offer(other, folder)
    assert not offers(other)


def test_what_a_killed_window_offered_is_offered_by_the_next(window, flow, folder):
    leave(folder, flow, "one")
    killed = subprocess.run([sys.executable, "-c", HOLDER, str(folder / "one.lock")], check=False, timeout=60)
    assert killed.returncode == -9
    assert (folder / "one.lock").exists()
    offer(window, folder)
    assert offers(window) == {"recover one"}
