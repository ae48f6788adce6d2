"""The tabs of the last time are opened again."""

from __future__ import annotations

import pytest

from floworch.model import codec
from floworch_designer.app.files.reopening import reopen
from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.session import open_session
from floworch_designer.settings.settings import Settings


@pytest.fixture
def paths(flow, tmp_path):
    found = [tmp_path / f"{name}.flow.json" for name in ("one", "two", "three")]
    for path in found:
        codec.save(flow().replace(id=path.name.split(".")[0]), path)
    return found


@pytest.fixture
def again(session, theme, qtbot, make_canvas):
    """Makes the window of a later start over the same settings file."""

    def make(file=None):
        later = open_session(Settings(session.settings.path), session.hosts, canvas=make_canvas)
        window = MainWindow(later, theme)
        qtbot.addWidget(window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
        reopen(window, file)
        return window

    return make


def test_files_and_the_one_in_front_come_back_in_their_order(window, again, paths):
    reopen(window, None)
    for path in paths:
        window.files.load(path)
    window.tabs.move(2, 0)
    window.tabs.show(window.tabs.all[1])
    window.session.settings.flush()
    later = again()
    assert [tab.path for tab in later.tabs.all] == [paths[2], paths[0], paths[1]]
    assert later.document.path == paths[0]
    assert later.document.workflow.id == "one"


def test_a_file_that_was_asked_for_is_in_front(window, again, paths):
    window.session.settings.set("files/session", [str(path) for path in paths[:2]])
    window.session.settings.set("files/session_front", str(paths[0]))
    window.session.settings.flush()
    later = again(paths[1])
    assert (len(later.tabs.all), later.document.path) == (2, paths[1])
    other = again(paths[2])
    other.files.load(paths[2])
    assert [tab.path for tab in other.tabs.all] == [paths[2], paths[0], paths[1]]


def test_nothing_comes_back_when_the_settings_say_so_or_the_files_are_gone(window, again, paths):
    settings = window.session.settings
    settings.set("files/session", [str(paths[0])])
    settings.set("files/session_front", str(paths[0]))
    settings.set("files/reopen", False)
    settings.flush()
    assert again().tab.blank
    settings.set("files/reopen", True)
    settings.flush()
    paths[0].unlink()
    later = again()
    assert later.tab.blank
    assert len(later.tabs.all) == 1
