"""Every row of the action table: words, keys, a handler, a place, and nothing that fails, whatever is open."""

from __future__ import annotations

import asyncio
import sys

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QMenu

from floworch_designer.app.commands.actions import MENUS, ROWS
from floworch_designer.app.commands.keymap import types_text
from floworch_designer.app.conditions import CONDITIONS
from floworch_designer.app.runtime.crash import CrashGuard
from floworch_designer.app.runtime.loop import spawn

#: Rows that end the window or replace it; they have tests of their own. Of those that differ by a number one is enough.
ENDS = {"file.quit", *(row.id for row in ROWS if row.number > min(row.number or 99 for row in ROWS))}


def close_everything(window):
    """Answer every question with no and close every popup."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog):
            widget.reject()
        elif isinstance(widget, QMenu | QFrame) and widget is not window and widget.isVisible():
            widget.close()
    for dialog in window.findChildren(QDialog):
        dialog.reject()


def settle(loop, window):
    async def main():
        for _ in range(4):
            await asyncio.sleep(0.002)
            close_everything(window)

    loop.run_until_complete(main())


@pytest.fixture
def failures(loop):
    """Exceptions that ended in the loop instead of a banner."""
    found = []
    loop.set_exception_handler(lambda _loop, context: found.append(context.get("exception") or context["message"]))
    return found


def test_a_row_has_words_a_handler_a_place_and_keys_qt_knows(window):
    menus = {
        action.text(): [action.menu(), *action.menu().findChildren(QMenu)] for action in window.menuBar().actions()
    }
    for row in ROWS:
        action = window.commands[row.id]
        assert action.text(), row
        assert action.toolTip(), row
        part, method = row.handler.split(".")
        assert getattr(window.parts[part], method).__doc__, row
        assert row.when in CONDITIONS
        assert [key.toString() for key in action.shortcuts()] == [QKeySequence(keys).toString() for keys in row.keys
                                                                  if row.canvas or not types_text(keys)]  # fmt: skip
        assert action.isCheckable() is row.checkable, row
        assert [title for title in MENUS for menu in menus[title] for entry in menu.actions() if entry is action] == [
            row.menu
        ]
        assert action in (window.canvas if row.canvas else window).actions(), "its keys reach the canvas or the window"


# One window sees all rows: making one for each would be most of the time.


@pytest.mark.proof
@pytest.mark.timeout(300)
def test_no_row_does_anything_bad_to_an_empty_document(window, loop, failures, qtbot):
    for row in ROWS:
        if row.id in ENDS:
            continue
        window.session.document.new()
        part, method = row.handler.split(".")
        with qtbot.captureExceptions() as caught:
            given = (True,) if row.checkable else (row.number,) if row.number else ()
            getattr(window.parts[part], method)(*given)
            settle(loop, window)
        assert (row.id, caught, failures) == (row.id, [], [])
        assert window.isVisible()


@pytest.mark.timeout(300)
def test_no_row_does_anything_bad_to_a_selected_node(window, loop, failures, qtbot, flow):
    for row in ROWS:
        if row.id in ENDS:
            continue
        window.session.document.new()
        window.document.apply(flow(), "Make")
        window.selection.set(["first"])
        window.refresh_actions()
        with qtbot.captureExceptions() as caught:
            window.commands[row.id].trigger()
            settle(loop, window)
        assert (row.id, caught, failures) == (row.id, [], [])


@pytest.mark.proof
@pytest.mark.timeout(300)
def test_no_row_changes_anything_of_a_run_that_is_only_looked_at(window, loop, host, until, flow, failures, qtbot):
    other = flow().replace(name="other", nodes={"only": flow().nodes["first"]}, edges=())
    host.add(other, "old")
    for row in ROWS:
        if row.id in ENDS | {"file.new", "tabs.close"}:
            continue
        if not window.viewing:  # the last row led away from it
            window.session.document.reset(flow())
            window.runs.open_run("old")
            until(lambda: window.viewing)
        viewed, document = window.document, window.session.document
        edited = document.workflow
        window.selection.set(["only"])
        window.refresh_actions()
        before = viewed.workflow
        with qtbot.captureExceptions() as caught:
            window.commands[row.id].trigger()
            settle(loop, window)
        assert (row.id, caught, failures) == (row.id, [], [])
        assert viewed.workflow is before, row
        assert document.workflow is edited, row


def test_no_two_rows_have_the_same_words():
    assert len({row.text for row in ROWS}) == len(ROWS)


def test_greyed_actions_follow_what_is_open(window, flow):
    def on():
        window.refresh_actions()
        return {row.id for row in ROWS if window.commands[row.id].isEnabled()}

    empty = on()
    assert {"file.open", "node.add", "view.theme"} <= empty
    assert not empty & {"run.start", "edit.copy", "view.fit", "edit.undo", "run.pause", "run.copy_command"}
    window.document.apply(flow(), "Make")
    assert on() - empty == {"run.start", "run.start_inputs", "run.changed", "run.explain",
                            "run.step", "edit.undo", "edit.select_all", "view.fit", "view.find",
                            "view.find_next", "view.find_previous", "node.arrange", "node.arrange_all",
                            "file.export", "run.would_do", "versions.file"}  # fmt: skip
    window.selection.set(["first"])
    assert {"edit.copy", "edit.delete", "node.rename", "node.disable"} <= on()


def test_a_failing_handler_or_task_is_told_and_the_window_goes_on(window, loop, until, monkeypatch):
    guard = CrashGuard(lambda title, text, detail: window.tell("error", title, text, detail=detail))
    monkeypatch.setattr(sys, "excepthook", guard.handle)

    async def broken():
        raise RuntimeError("boom in a task")

    spawn(broken(), "broken")
    until(lambda: "message" in window.banners.shown)
    assert "boom in a task" in window.banners.shown["message"].text.text()
    assert "Traceback" in window.banners.shown["message"].toolTip()
    monkeypatch.setattr(window.parts["view"], "zoom_in", lambda: 1 / 0)
    window.commands["view.zoom_in"].trigger()
    assert "ZeroDivisionError" in window.banners.shown["message"].text.text()
    window.commands["view.zoom_out"].trigger()
    assert window.isVisible()
