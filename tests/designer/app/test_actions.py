"""The action table: unique, complete, without conflicting keys."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence

from floworch_designer.app.actions import BY_ID, MENUS, ROWS
from floworch_designer.app.conditions import CONDITIONS
from floworch_designer.theme.icons import icon_names


def test_ids_are_unique_and_menus_known():
    assert len(BY_ID) == len(ROWS)
    assert {row.menu for row in ROWS} - {""} <= set(MENUS)


def test_no_two_actions_share_a_key():
    keys = [QKeySequence(key).toString() for row in ROWS for key in row.keys]
    assert "" not in keys
    assert len(keys) == len(set(keys))


def test_single_keys_work_on_the_canvas_only():
    for row in ROWS:
        for key in row.keys:
            assert row.canvas or "+" in key or key.startswith("F")


def test_every_icon_and_condition_exists():
    assert {row.icon for row in ROWS} - {""} <= set(icon_names())
    assert {row.when for row in ROWS} <= set(CONDITIONS)
