"""The action table: unique, complete, without conflicting keys."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence

from floworch_designer.app.commands.actions import BY_ID, EXCLUSIVE, MENUS, ROWS
from floworch_designer.app.commands.keymap import types_text
from floworch_designer.app.conditions import CONDITIONS
from floworch_designer.theme.icons import icon_names


def test_ids_are_unique_and_menus_known():
    assert len(BY_ID) == len(ROWS)
    assert {row.menu for row in ROWS} - {""} <= set(MENUS)


def test_actions_share_a_key_only_when_they_never_make_sense_together():
    users = {}
    for row in ROWS:
        for key in row.keys:
            assert QKeySequence(key).toString()
            users.setdefault(QKeySequence(key).toString(), []).append(row)
    shared = [rows for rows in users.values() if len(rows) > 1]
    assert all(frozenset(row.when for row in rows) in EXCLUSIVE for rows in shared)
    assert [row.id for row in users["F6"]] == ["run.pause", "run.resume"]


def test_single_keys_work_on_the_canvas_only():
    for row in ROWS:
        for key in row.keys:
            assert row.canvas or not types_text(key) or row.id == "help.keys"


def test_every_icon_and_condition_exists():
    assert {row.icon for row in ROWS} - {""} <= set(icon_names())
    assert {row.when for row in ROWS} <= set(CONDITIONS)


def test_pause_now_says_that_what_it_interrupts_runs_twice():
    """C7.1: a step that is not safe to run twice is asked about after a crash, not after this."""
    assert "begin again" in BY_ID["run.pause_now"].text
