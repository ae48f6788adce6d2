"""Leaving a document: three answers to one question, recent files, dropped files, files that cannot be opened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox

from floworch.model import codec


@pytest.fixture
def path(flow, tmp_path):
    path = tmp_path / "demo.flow.json"
    codec.save(flow(), path)
    return path


@pytest.fixture
def answer(window, until):
    """Presses a button of the question that is open."""

    def press(words):
        until(lambda: bool(boxes(window)))
        next(button for button in boxes(window)[0].buttons() if button.text() == words).click()
        until(lambda: not boxes(window))

    return press


def boxes(window):
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def edit(window, **changes):
    window.document.apply(window.document.workflow.replace(**(changes or {"name": "Edited"})), "Edit")


# -- the question ----------------------------------------------------------------------------------------


def test_save_writes_the_file_and_closes(window, path, answer, until):
    window.files.load(path)
    edit(window)
    window.close()
    answer("Save")
    until(lambda: not window.isVisible())
    assert codec.load(path).name == "Edited"


def test_dont_save_closes_and_leaves_the_file(window, path, answer, until):
    window.files.load(path)
    edit(window)
    window.close()
    answer("Don't save")
    until(lambda: not window.isVisible())
    assert codec.load(path).name == "Demo"


@pytest.mark.parametrize("how", ["Cancel", "Escape"])
def test_cancel_keeps_everything(window, path, answer, until, qtbot, how):
    window.files.load(path)
    edit(window)
    window.close()
    if how == "Cancel":
        answer("Cancel")
    else:
        until(lambda: bool(boxes(window)))
        qtbot.keyClick(boxes(window)[0], Qt.Key.Key_Escape)
        until(lambda: not boxes(window))
    assert window.isVisible()
    assert window.document.dirty
    assert window.document.workflow.name == "Edited"
    assert codec.load(path).name == "Demo"


def test_a_save_that_fails_keeps_the_window(window, flow, tmp_path, answer, until):
    (tmp_path / "dir.flow.json").mkdir()
    window.session.document.reset(flow(), tmp_path / "dir.flow.json")
    edit(window)
    window.close()
    answer("Save")
    until(lambda: "message" in window.banners.shown)
    assert window.isVisible()
    assert window.document.dirty


def test_saving_without_a_file_asks_where_and_giving_up_keeps_the_window(window, flow, answer, until):
    window.document.apply(flow(), "Make")
    window.close()
    answer("Save")
    until(lambda: any(dialog.isVisible() for dialog in window.findChildren(QFileDialog)))
    next(dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible()).reject()
    until(lambda: not window.files._busy and not any(d.isVisible() for d in window.findChildren(QFileDialog)))
    assert window.isVisible()
    assert window.document.dirty


def test_nothing_unsaved_asks_nothing(window, path, until):
    window.files.load(path)
    window.close()
    until(lambda: not window.isVisible())
    assert not boxes(window)


def test_an_edit_taken_back_asks_nothing(window, path, until):
    window.files.load(path)
    edit(window)
    window.commands["edit.undo"].trigger()
    window.close()
    until(lambda: not window.isVisible())


def test_opening_another_file_asks_nothing_and_loses_nothing(window, path, flow, tmp_path, until):
    second = tmp_path / "second.flow.json"
    codec.save(flow().replace(id="second"), second)
    window.files.load(path)
    edit(window)
    window.files.open_path(second)
    until(lambda: window.document.path == second)
    assert not boxes(window)
    window.tabs.step(-1)
    assert window.document.workflow.name == "Edited"


def test_a_second_save_while_the_question_is_open_does_nothing(window, path, answer, until):
    window.files.load(path)
    edit(window)
    window.commands["tabs.close"].trigger()
    until(lambda: bool(boxes(window)))
    window.files.save()
    window.files.open_path(path)
    assert len(boxes(window)) == 1
    answer("Cancel")
    assert window.document.dirty


def test_closing_saves_where_the_panels_are(window, path, until, session):
    window.docks["log"].hide()
    window.close()
    until(lambda: not window.isVisible())
    assert not session.settings.get("window/geometry").isEmpty()


# -- files -----------------------------------------------------------------------------------------------

BAD_NODES = {"a": {}, "b": {"action": 5}, "c": {"action": "util.log", "join": "most"}}


def test_a_broken_file_tells_all_its_problems_and_its_rest_opens_as_a_copy(window, path, tmp_path):
    window.files.load(path)
    broken = tmp_path / "broken.flow.json"
    broken.write_text(json.dumps({"format": 1, "id": "x", "nodes": BAD_NODES}))
    assert window.files.load(broken)
    said = window.banners.shown["message"].text.text()
    assert all(f"nodes.{name}" in said for name in BAD_NODES)
    assert window.document.workflow.nodes["c"].action == "util.log"
    assert window.document.path is None, "saving must not overwrite what could not be read"
    assert str(broken) not in window.session.settings.get("files/recent")


def test_a_file_of_which_nothing_can_be_read_keeps_the_document(window, path, tmp_path):
    window.files.load(path)
    edit(window)
    before = window.document.workflow
    broken = tmp_path / "broken.flow.json"
    broken.write_text(json.dumps({"format": 1, "id": "x", "nodes": {"a": {}, "b": {"action": 5}}}))
    assert not window.files.load(broken)
    assert window.document.workflow is before
    assert window.document.path == path
    assert window.document.undo_stack.can_undo()


def test_a_file_with_hundreds_of_problems_tells_a_few_and_the_number(window, tmp_path):
    broken = tmp_path / "broken.flow.json"
    broken.write_text(json.dumps({"format": 1, "id": "x", "nodes": {f"n{number}": {} for number in range(300)}}))
    assert not window.files.load(broken)
    said = window.banners.shown["message"].text.text()
    assert "more" in said
    assert len(said.splitlines()) <= 12


def test_markup_in_a_file_is_not_rendered(window, tmp_path):
    broken = tmp_path / "broken.flow.json"
    broken.write_text(json.dumps({"format": 1, "id": "x", "nodes": {"<h1>a</h1>": {}}}))
    window.files.load(broken)
    banner = window.banners.shown["message"]
    assert {banner.title.textFormat(), banner.text.textFormat()} == {Qt.TextFormat.PlainText}


def test_opening_a_good_file_takes_the_old_message_away(window, path, tmp_path):
    window.files.load(tmp_path / "missing.flow.json")
    assert "message" in window.banners.shown
    window.files.load(path)
    assert "message" not in window.banners.shown


def test_recent_files_open_by_a_click_and_missing_ones_are_grey(window, path, flow, tmp_path, until):
    gone = tmp_path / "gone.flow.json"
    codec.save(flow(), gone)
    for file in (gone, path):
        window.files.load(file)
    gone.unlink()
    window.recent.aboutToShow.emit()
    entries = window.recent.actions()
    assert [(action.text(), action.isEnabled()) for action in entries] == [("demo.flow.json", True),
                                                                           ("gone.flow.json", False)]  # fmt: skip
    window.document.new()
    entries[0].trigger()
    until(lambda: window.document.path == path)


def test_no_recent_files_are_said(window):
    window.recent.aboutToShow.emit()
    (entry,) = window.recent.actions()
    assert not entry.isEnabled()
    assert entry.text() == "No recent files"


def test_saving_puts_the_file_among_the_recent_ones(window, path, until):
    window.files.load(path)
    window.session.settings.set("files/recent", [])
    edit(window)
    window.commands["file.save"].trigger()
    until(lambda: not window.document.dirty)
    assert window.session.settings.get("files/recent") == [str(path)]


# -- dropping --------------------------------------------------------------------------------------------


def dropped(window, *urls, text=""):
    mime = QMimeData()
    mime.setUrls([QUrl(url) for url in urls])
    if text:
        mime.setText(text)
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                            Qt.KeyboardModifier.NoModifier)  # fmt: skip
    enter.ignore()
    window.dragEnterEvent(enter)
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                      Qt.KeyboardModifier.NoModifier)  # fmt: skip
    window.dropEvent(drop)
    return enter.isAccepted()


def test_the_first_definition_among_dropped_files_is_opened(window, path, until):
    urls = [QUrl.fromLocalFile(str(path.parent / "photo.png")), QUrl.fromLocalFile(str(path))]
    assert dropped(window, *urls)
    until(lambda: window.document.path == path)


@pytest.mark.parametrize("url", ["file:///tmp/photo.png", "https://example.org/x.flow.json", "file:///tmp"])
def test_what_is_no_definition_is_not_taken(window, loop, url):
    before = window.document.workflow
    assert not dropped(window, url)
    assert not window.files._busy
    assert window.document.workflow is before


def test_dropping_over_unsaved_changes_opens_beside_them(window, path, flow, until):
    window.document.apply(flow().replace(name="Mine"), "Make")
    assert dropped(window, QUrl.fromLocalFile(str(path)))
    until(lambda: window.document.path == path)
    assert not boxes(window)
    assert window.tabs.all[0].document.workflow.name == "Mine"


def test_a_dropped_file_that_is_gone_is_told(window, tmp_path, until):
    dropped(window, QUrl.fromLocalFile(str(tmp_path / "gone.flow.json")))
    until(lambda: "message" in window.banners.shown)
    assert Path("gone.flow.json").name in window.banners.shown["message"].accessibleName()


# -- a run that is going on ------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "stays"), [("Close", False), ("Stay", True)])
def test_closing_while_a_run_goes_on_says_what_becomes_of_it(window, host, until, flow, answer, words, stays):
    window.session.document.reset(flow())
    window.commands["run.start"].trigger()
    until(lambda: window.controller.busy)
    window.close()
    until(lambda: bool(boxes(window)))
    assert "goes on without the window" in boxes(window)[0].informativeText()
    answer(words)
    until(lambda: window.isVisible() is stays)


# -- files of the product --------------------------------------------------------------------------------


def test_a_shipped_file_opens_as_a_copy(window, until):
    from importlib.resources import files

    from floworch_designer.app.files.examples import FIRST
    from floworch_designer.app.files.folders import own_folder

    shipped = Path(str(files("floworch_resources"))) / "examples" / f"{FIRST}.flow.json"
    assert window.files.load(shipped)
    assert window.document.path is None
    assert not window.document.dirty
    assert str(shipped) not in window.session.settings.get("files/recent")
    assert Path(own_folder()).is_dir()
    window.commands["file.save"].trigger()
    until(lambda: any(dialog.isVisible() for dialog in window.findChildren(QFileDialog)))
    dialog = next(dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible())
    assert not Path(dialog.directory().absolutePath()).is_relative_to(Path(str(files("floworch_resources"))))
    dialog.reject()
    until(lambda: not window.files._busy)
