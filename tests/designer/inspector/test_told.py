"""A mistake has one line while one types: what is below must not jump at every key; all of it is one click away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from floworch.model.problem import Problem
from floworch_designer.app.style import panels_stylesheet
from floworch_designer.inspector import told
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.schema import Field, Kind
from floworch_designer.inspector.widgets import Page

LONG = "The expression uses 'nothing_of_the_sort', which does not exist. There is data, inputs, nodes, run and secrets."


@pytest.fixture
def form(theme, qtbot, monkeypatch):
    monkeypatch.setattr(told, "REST", 60_000)  # typing rests where a test says so, however slow the machine is
    fields = (Field("count", "Count", Kind.INTEGER), Field("text", "Text", Kind.TEXT, "What is said to the person."),
              Field("last", "Last", Kind.TEXT))  # fmt: skip
    page = Page()
    form = Form(fields, theme, page.inner)
    page.column.addWidget(form)
    page.resize(330, 600)
    page.setStyleSheet(panels_stylesheet(theme))  # with its type a text hints at two lines where it takes one
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitExposed(page):
        pass
    page.activateWindow()  # a window that another test left may have the focus
    qtbot.waitUntil(page.isActiveWindow)
    form.page = page  # it ends with the test
    return form


def settled(form):
    for _ in range(3):
        QApplication.processEvents()
    return form.rows["last"].y()


def wrong(text=LONG, name="text"):
    return Problem("bad", "error", name, text, "")


def test_what_is_below_stays_while_one_types_from_one_mistake_to_the_next(form, qtbot):
    row = form.rows["text"]
    row.editor.line.setFocus()
    qtbot.keyClicks(row.editor.line, "a")
    form.set_problems([wrong()], "")
    place = settled(form)
    for found in ([wrong(LONG * 3)], [], [wrong("Short.")], [wrong()]):
        qtbot.keyClicks(row.editor.line, "a")
        form.set_problems(found, "")
        assert settled(form) == place


def test_the_room_is_given_back_when_the_cursor_leaves(form, qtbot):
    before = settled(form)
    line = form.rows["count"].editor.line
    line.setFocus()
    qtbot.keyClicks(line, "x")
    assert settled(form) > before
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert settled(form) > before, "not while one is still there"
    form.rows["last"].editor.line.setFocus()
    assert settled(form) == before


def test_a_long_mistake_is_cut_while_one_types_and_opened_by_a_click(form, qtbot):
    row = form.rows["text"]
    row.editor.line.setFocus()
    qtbot.keyClicks(row.editor.line, "a")
    form.set_problems([wrong()], "")
    settled(form)
    assert row.message.folded
    assert row.message.height() <= 20
    assert row.message.toolTip() == LONG
    qtbot.mouseClick(row.told.more, Qt.MouseButton.LeftButton)
    settled(form)
    assert row.editor.line.hasFocus()
    qtbot.waitUntil(lambda: row.message.height() > 30)
    assert not row.told.more.isVisible()


def test_what_fits_has_no_button(form, qtbot):
    row = form.rows["text"]
    row.editor.line.setFocus()
    qtbot.keyClicks(row.editor.line, "a")
    form.set_problems([wrong("Short.")], "")
    settled(form)
    assert row.told.more is None or not row.told.more.isVisible()


def test_where_nobody_types_all_of_it_is_told(form, qtbot):
    form.set_problems([wrong()], "")
    settled(form)
    row = form.rows["text"]
    assert not row.message.folded
    qtbot.waitUntil(lambda: row.message.height() > 30)
    assert row.told.about.text() == "What is said to the person."


def test_all_of_it_is_told_once_typing_rests_and_then_nothing_jumps_any_more(form, qtbot, monkeypatch):
    monkeypatch.setattr(told, "REST", 0)
    row = form.rows["text"]
    row.editor.line.setFocus()
    qtbot.keyClicks(row.editor.line, "a")
    form.set_problems([wrong()], "")
    qtbot.waitUntil(lambda: not row.message.folded and row.message.height() > 30)
    place = settled(form)
    monkeypatch.setattr(told, "REST", 60_000)
    for found in ([wrong(LONG.replace("sort", "kind"))], [wrong("Short.")], [wrong()], []):
        qtbot.keyClicks(row.editor.line, "a")
        form.set_problems(found, "")
        assert settled(form) == place
        if found and found[0].message != "Short.":
            assert row.message.folded is (found[0].message == LONG), "in full where it has the room"


def test_all_of_it_is_told_when_the_cursor_has_left(form, qtbot):
    row = form.rows["text"]
    row.editor.line.setFocus()
    qtbot.keyClicks(row.editor.line, "a")
    form.set_problems([wrong()], "")
    settled(form)
    assert row.message.folded
    form.rows["last"].editor.line.setFocus()
    qtbot.waitUntil(lambda: not row.message.folded and row.message.height() > 30)
    assert row.told.more is None or not row.told.more.isVisible()


def test_what_is_below_does_not_move_away_from_a_mouse_that_presses_it(form, qtbot, monkeypatch):
    row = form.rows["text"]
    row.editor.line.setFocus()
    qtbot.keyClicks(row.editor.line, "a")
    form.set_problems([wrong()], "")
    place = settled(form)
    monkeypatch.setattr(told, "PRESSED", 0)
    pressed = [Qt.MouseButton.LeftButton]
    monkeypatch.setattr(told.QApplication, "mouseButtons", lambda: pressed[0])
    form.rows["last"].editor.line.setFocus()
    assert settled(form) <= place
    assert row.message.folded
    pressed[0] = Qt.MouseButton.NoButton
    qtbot.waitUntil(lambda: not row.message.folded)
