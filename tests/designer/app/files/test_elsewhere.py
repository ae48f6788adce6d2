"""Files that are open in another window or were changed by another program: told, and never overwritten unasked."""

from __future__ import annotations

import pytest

from floworch.model import codec
from floworch_designer.app.files.elsewhere import Elsewhere
from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.session import open_session
from floworch_designer.app.widgets import dialogs
from floworch_designer.settings.settings import Settings


@pytest.fixture
def path(flow, tmp_path):
    made = tmp_path / "one.flow.json"
    codec.save(flow(), made)
    return made


@pytest.fixture
def other(session, theme, qtbot, make_canvas):
    later = open_session(Settings(session.settings.path), session.hosts, canvas=make_canvas)
    made = MainWindow(later, theme)
    qtbot.addWidget(made, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    return made


def told(window):
    return ("elsewhere" in window.banners.shown) and window.banners.shown["elsewhere"].title.text()


def test_the_second_window_says_that_a_file_is_open_in_the_first_until_it_is_closed_there(
    window, other, path, tmp_path, qtbot
):
    first = Elsewhere(window, tmp_path / "open")
    window.files.load(path)
    second = Elsewhere(other, tmp_path / "open")
    other.files.load(path)
    assert (first.first, second.first) == (True, False)
    assert not told(window)
    assert told(other) == "one.flow.json is open in another window"
    first.close()
    second.look()
    assert not told(other)


def test_a_strip_that_was_closed_does_not_come_back_by_itself(window, other, path, tmp_path):
    first, second = Elsewhere(window, tmp_path / "open"), Elsewhere(other, tmp_path / "open")
    window.files.load(path)
    other.files.load(path)
    other.banners.shown["elsewhere"].close_button.click()
    second.look()
    assert not told(other)
    first.close()
    second.close()


@pytest.mark.parametrize(("answer", "written"), [("Overwrite", True), ("Cancel", False)])
def test_a_file_that_another_program_changed_is_overwritten_only_after_asking(
    window, path, flow, loop, monkeypatch, answer, written
):
    window.files.load(path)
    window.document.apply(window.document.workflow.replace(name="mine"), "rename")
    codec.save(flow().replace(name="theirs"), path)
    asked = []

    async def ask(_parent, _title, text, buttons, _detail=""):
        asked.append((text, [words for words, _role in buttons]))
        return answer

    monkeypatch.setattr(dialogs, "ask", ask)
    assert loop.run_until_complete(window.files.save_tab(window.tab)) is written
    assert codec.load(path).name == ("mine" if written else "theirs")
    assert window.document.dirty is not written
    ((text, buttons),) = asked
    assert text.startswith("one.flow.json was changed by another program")
    assert buttons == ["Save as…", "Read it again", "Overwrite", "Cancel"]
    if written:  # what is written here is nobody else's
        window.document.apply(window.document.workflow.replace(name="again"), "rename")
        assert loop.run_until_complete(window.files.save_tab(window.tab))
        assert len(asked) == 1


def test_what_another_program_wrote_is_read_in_place_of_being_overwritten(window, path, flow, loop, monkeypatch):
    window.files.load(path)
    window.document.apply(window.document.workflow.replace(name="mine"), "rename")
    codec.save(flow().replace(name="theirs"), path)
    told = []

    async def ask(_parent, _title, _text, _buttons, detail=""):
        told.append(detail)
        return "Read it again"

    monkeypatch.setattr(dialogs, "ask", ask)
    assert not loop.run_until_complete(window.files.save_tab(window.tab))
    assert told[0].startswith("Overwriting loses what was written there.")
    assert (codec.load(path).name, window.document.workflow.name) == ("theirs", "theirs")
    assert not window.document.dirty
    while window.document.workflow.name != "mine":
        window.document.undo_stack.undo()


def test_a_file_that_is_as_it_was_or_gone_is_written_without_a_question(window, path, loop, monkeypatch):
    monkeypatch.setattr(dialogs, "ask", lambda *_args: pytest.fail("asked"))
    window.files.load(path)
    window.document.apply(window.document.workflow.replace(name="mine"), "rename")
    assert loop.run_until_complete(window.files.save_tab(window.tab))
    path.unlink()
    window.document.apply(window.document.workflow.replace(name="again"), "rename")
    assert loop.run_until_complete(window.files.save_tab(window.tab))
    assert codec.load(path).name == "again"
