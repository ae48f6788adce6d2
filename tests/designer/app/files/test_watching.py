"""Files and folders that change while they stay open (designer.md 1.11)."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QObject

from floworch_designer.app.files import watching
from floworch_designer.app.files.watching import Watch, is_far


@pytest.fixture
def heard():
    """How often a change was told."""
    return []


@pytest.fixture
def watch(qapp, heard):
    owner = QObject()
    made = Watch(owner)
    made.changed.connect(lambda: heard.append(1))
    yield made
    owner.deleteLater()


def by_rename(path, text):
    """As most editors save: all in another file, which takes the place of the first."""
    other = path.with_name("swap~")
    other.write_text(text)
    other.replace(path)


def test_many_changes_at_once_are_told_once(watch, heard, tmp_path, qtbot):
    path = tmp_path / "a.json"
    path.write_text("1")
    watch.follow([path])
    for number in range(20):
        path.write_text(str(number))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [1]


@pytest.mark.parametrize("write", [lambda path, text: path.write_text(text), by_rename])
def test_a_file_that_is_changed_again_and_again_is_heard_each_time(watch, heard, tmp_path, qtbot, write):
    """A file that was replaced is another one to the system, which goes on to watch the first."""
    path = tmp_path / "a.json"
    path.write_text("1")
    watch.follow([path])
    for number in range(1, 4):
        write(path, "x" * number)
        qtbot.waitUntil(lambda number=number: len(heard) >= number)
    path.write_text("in place at last")
    qtbot.waitUntil(lambda: len(heard) > 3)


def test_a_file_that_goes_and_comes_back_is_heard_both_times(watch, heard, tmp_path, qtbot):
    path = tmp_path / "a.json"
    path.write_text("1")
    watch.follow([path])
    path.unlink()
    qtbot.waitUntil(lambda: len(heard) == 1)
    assert str(path) not in watch.watched
    path.write_text("2")
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert str(path) in watch.watched


def test_a_file_behind_a_link_is_heard_of(watch, heard, tmp_path, qtbot):
    (tmp_path / "real").mkdir()
    path, link = tmp_path / "real" / "a.json", tmp_path / "link.json"
    path.write_text("1")
    link.symlink_to(path)
    watch.follow([link])
    by_rename(path, "2")
    qtbot.waitUntil(lambda: len(heard) == 1)


def test_a_folder_that_is_made_later_is_heard_of_and_then_what_comes_into_it(watch, heard, tmp_path, qtbot):
    folder = tmp_path / "actions"
    watch.follow([folder])
    folder.mkdir()
    qtbot.waitUntil(lambda: len(heard) == 1)
    (folder / "own.py").write_text("")
    qtbot.waitUntil(lambda: len(heard) == 2)


def test_what_is_no_longer_followed_is_left_alone(watch, tmp_path):
    one, two = tmp_path / "one" / "a.json", tmp_path / "two" / "b.json"
    for path in (one, two):
        path.parent.mkdir()
        path.write_text("1")
    watch.follow([one])
    watch.follow([two])
    assert watch.watched == {str(two), str(two.parent)}
    watch.follow([])
    assert not watch.watched


def test_what_lies_on_another_machine_is_not_watched(watch, tmp_path, monkeypatch):
    """Nothing is heard of a change there, and a machine that does not answer would hold the window."""
    path = tmp_path / "a.json"
    path.write_text("1")
    assert not is_far(path)
    assert is_far(type(path)(os.path.join("//server", "share", "a.json")))

    class Far:
        def __init__(self, _path):
            pass

        def fileSystemType(self):
            return type("Bytes", (), {"data": lambda _self: b"nfs4"})()

    monkeypatch.setattr(watching, "QStorageInfo", Far)
    assert is_far(path)
    watch.follow([path])
    assert not watch.watched
