"""Context menus and badges over the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF

from floworch.model.problem import Problem
from floworch_designer.app.commands.actions import BY_ID
from floworch_designer.app.editing.canvas_menus import ENTRIES
from floworch_designer.canvas.hits import Hit

REPAIR = {"op": "set_field", "node": "first", "field": "join", "value": "any"}
PROBLEM = Problem("x", "error", "nodes.first.join", "Wrong.", "Mend it.", node="first", repair=REPAIR)


@pytest.fixture
def broken(window, flow):
    window.session.document.reset(flow())
    window.document.check_now()  # nothing is under way that would find other problems meanwhile
    window.document._set_problems([PROBLEM])
    return window


def words(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_every_entry_is_an_action():
    assert {entry for entries in ENTRIES.values() for entry in entries} - {
        "",
        "add",
        "insert",
        "note",
        "colors",
        "paste",
    } <= set(BY_ID)


@pytest.mark.parametrize(("found", "expected"), [
    (Hit("node", "second"), "Rename"), (Hit("edge", edge=0), "Delete"), (Hit("void"), "Add node…"),
    (Hit("frame", "second"), "Add node…"), (Hit("badge", "second"), "Rename"),
])  # fmt: skip
def test_the_menu_fits_what_was_clicked(broken, found, expected):
    broken.canvas.context_requested.emit(QPoint(200, 200), QPointF(0, 0), found)
    assert expected in words(broken.menus.menu)
    broken.menus.menu.close()


def test_adding_and_pasting_go_to_the_clicked_point(broken):
    broken.selection.set(["first"])
    broken.commands["edit.copy"].trigger()
    broken.menus.open(QPoint(300, 300), QPointF(1000, 700), Hit("void"))
    paste = next(action for action in broken.menus.menu.actions() if action.text() == "Paste")
    paste.trigger()
    broken.menus.menu.close()
    (made,) = broken.selection.nodes
    assert broken.document.workflow.view["nodes"][made] == [1000, 700]


def test_a_quick_fix_from_the_menu_is_one_undo_step(broken):
    broken.menus.open(QPoint(300, 300), QPointF(0, 0), Hit("node", "first"))
    next(action for action in broken.menus.menu.actions() if action.text() == "Fix: Set join").trigger()
    broken.menus.menu.close()
    assert broken.document.workflow.nodes["first"].join == "any"
    assert broken.commands["edit.undo"].text() == "Undo “Set join”"
    broken.commands["edit.undo"].trigger()
    assert broken.document.workflow.nodes["first"].join == "all"


def test_a_badge_opens_its_problems(broken):
    broken.canvas.badge_clicked.emit("first", QPoint(300, 300))
    broken.menus.popover.buttons[0].click()
    assert broken.document.workflow.nodes["first"].join == "any"
    broken.canvas.badge_clicked.emit("second", QPoint(300, 300))  # nothing wrong there: nothing opens
