"""Files that another program changes or removes while they are open (designer.md 1.11)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from floworch.model import codec
from floworch_designer.app.widgets import dialogs

KEY = "disk"


@pytest.fixture
def path(window, flow, tmp_path):
    """A file that is open in the window."""
    made = tmp_path / "one.flow.json"
    codec.save(flow(), made)
    assert window.files.load(made)
    return made


def come_back(window):
    """The person was in another program, and clicks into the window."""
    window.activateWindow()
    QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    assert window.isActiveWindow()


def press(window, qtbot, name):
    qtbot.mouseClick(window.banners.shown[KEY].buttons[name], Qt.MouseButton.LeftButton)


def test_a_file_that_is_as_it_was_read_or_written_is_not_told_of(window, path, loop):
    come_back(window)
    assert KEY not in window.banners.shown
    window.document.apply(window.document.workflow.replace(name="mine"), "rename")
    assert loop.run_until_complete(window.files.save_tab(window.tab))
    come_back(window)
    path.touch()
    come_back(window)
    assert KEY not in window.banners.shown


@pytest.mark.parametrize("edited", [False, True])
def test_a_changed_file_is_told_and_read_again_as_a_step_that_can_be_undone(window, path, flow, qtbot, edited):
    if edited:
        window.document.apply(window.document.workflow.replace(name="mine"), "rename")
    before = window.document.workflow
    codec.save(flow().replace(name="theirs"), path)
    assert KEY not in window.banners.shown
    come_back(window)
    assert window.banners.shown[KEY].title.text() == "one.flow.json was changed by another program"
    press(window, qtbot, "Read it again")
    assert KEY not in window.banners.shown
    assert window.document.workflow.name == "theirs"
    assert not window.document.dirty
    window.commands["edit.undo"].trigger()
    assert window.document.workflow == before
    assert window.document.dirty, "the file holds something else"
    come_back(window)
    assert KEY not in window.banners.shown


def test_what_changed_is_shown_before_it_is_read(window, path, flow, qtbot):
    codec.save(flow().replace(name="theirs"), path)
    come_back(window)
    press(window, qtbot, "Show what changed")
    assert window.differing.showing
    assert KEY in window.banners.shown, "what to do about it is still open"
    window.differing.end()
    assert window.document.workflow.name == "Demo"


def test_a_strip_that_was_put_away_comes_back_only_with_another_change(window, path, flow, qtbot):
    codec.save(flow().replace(name="theirs"), path)
    come_back(window)
    qtbot.mouseClick(window.banners.shown[KEY].close_button, Qt.MouseButton.LeftButton)
    come_back(window)
    assert KEY not in window.banners.shown
    codec.save(flow().replace(name="theirs again"), path)
    come_back(window)
    assert KEY in window.banners.shown
    codec.save(flow(), path)
    come_back(window)
    assert KEY not in window.banners.shown, "it is again what was read"


def test_what_was_changed_meanwhile_is_told_when_its_tab_comes_to_the_front(window, path, flow, tmp_path):
    other = tmp_path / "two.flow.json"
    codec.save(flow(), other)
    window.files.load(other)
    codec.save(flow().replace(name="theirs"), path)
    come_back(window)
    assert KEY not in window.banners.shown
    window.tabs.step(-1)
    assert KEY in window.banners.shown


def test_a_change_is_told_while_the_window_and_the_tab_are_in_front(window, path, flow, qtbot, until):
    for name in ("theirs", "theirs again"):
        codec.save(flow().replace(name=name), path)  # another file takes its place
        until(lambda: KEY in window.banners.shown)
        press(window, qtbot, "Read it again")
        assert window.document.workflow.name == name
    with path.open("a") as file:
        file.write("\n")
    until(lambda: KEY in window.banners.shown)
    path.unlink()
    until(lambda: window.banners.shown[KEY].title.text() == "one.flow.json is no longer there")


def test_what_is_saved_here_is_not_told_of_in_front(window, path, loop, qtbot, until):
    heard = []
    window.on_disk.watch.changed.connect(lambda: heard.append(KEY in window.banners.shown))
    window.document.apply(window.document.workflow.replace(name="mine"), "rename")
    assert loop.run_until_complete(window.files.save_tab(window.tab))
    until(lambda: heard)
    assert heard == [False]


def test_a_file_of_another_name_is_watched_from_its_first_save_on(
    window, path, flow, loop, until, tmp_path, monkeypatch
):
    other = tmp_path / "new" / "two.flow.json"
    other.parent.mkdir()

    async def choose(*_args):
        return other

    monkeypatch.setattr(dialogs, "ask_save", choose)
    assert loop.run_until_complete(window.files._save(True))
    assert str(path) not in window.on_disk.watch.watched
    codec.save(flow().replace(name="theirs"), other)
    until(lambda: KEY in window.banners.shown)


def test_only_the_file_in_front_is_watched(window, path, flow, tmp_path):
    other = tmp_path / "new" / "two.flow.json"
    other.parent.mkdir()
    codec.save(flow(), other)
    window.files.load(other)
    assert window.on_disk.watch.watched == {str(other), str(other.parent)}
    window.tabs.step(-1)
    assert window.on_disk.watch.watched == {str(path), str(path.parent)}
    window.commands["tabs.new"].trigger()
    assert not window.on_disk.watch.watched


def test_a_removed_file_is_told_and_written_again(window, path, qtbot, until):
    path.unlink()
    come_back(window)
    assert window.banners.shown[KEY].title.text() == "one.flow.json is no longer there"
    press(window, qtbot, "Save")
    until(path.exists)
    until(lambda: KEY not in window.banners.shown)


def test_a_file_that_cannot_be_read_now_leaves_what_is_open(window, path, qtbot):
    before = window.document.workflow
    path.write_text('{"floworch": 1, "id": "ha')
    come_back(window)
    press(window, qtbot, "Read it again")
    assert "message" in window.banners.shown
    assert window.document.workflow == before
    assert KEY in window.banners.shown


def test_what_somebody_else_wrote_is_looked_at_before_it_may_run(window, path, qtbot):
    """designer.md 1.12: trust is of the content."""
    assert not window.tab.restricted
    text = '{"floworch": 1, "id": "demo", "nodes": {"a": {"action": "shell.run", "params": {"command": "rm -r /x"}}}}'
    path.write_text(text)
    come_back(window)
    press(window, qtbot, "Read it again")
    assert window.tab.restricted


def test_a_read_only_file_is_replaced_only_after_asking(window, path, loop, monkeypatch):
    path.chmod(0o444)
    window.document.apply(window.document.workflow.replace(name="mine"), "rename")
    answers, asked = ["Cancel", "Overwrite"], []

    async def ask(_parent, _title, text, buttons, _detail=""):
        asked.append((text, [words for words, _role in buttons]))
        return answers.pop(0)

    monkeypatch.setattr(dialogs, "ask", ask)
    assert not loop.run_until_complete(window.files.save_tab(window.tab))
    assert codec.load(path).name == "Demo"
    assert loop.run_until_complete(window.files.save_tab(window.tab))
    assert codec.load(path).name == "mine"
    assert path.stat().st_mode & 0o777 == 0o444, "it stays protected"
    assert asked == [("one.flow.json is read-only. Overwrite it?", ["Save as…", "Overwrite", "Cancel"])] * 2


def test_saving_under_the_name_of_another_tab_is_refused(window, path, flow, loop, tmp_path, monkeypatch):
    other = tmp_path / "two.flow.json"
    codec.save(flow().replace(name="two"), other)
    window.files.load(other)

    async def choose(*_args):
        return path

    monkeypatch.setattr(dialogs, "ask_save", choose)
    assert not loop.run_until_complete(window.files._save(True))
    assert window.banners.shown["message"].title.text() == "one.flow.json is open in another tab."
    assert window.tab.path == other
    assert codec.load(path).name == "Demo"
