"""Turning the parts of a long value or log by mouse and keyboard (designer.md §6: with limits and on demand)."""

from __future__ import annotations

import pytest
from by_hand import press
from PySide6.QtCore import Qt

from floworch_designer.inspector.pager import Pager


@pytest.fixture
def pager(context, qtbot):
    pager = Pager(context)
    qtbot.addWidget(pager)
    return pager


def test_it_is_there_only_where_there_are_other_parts(pager):
    pager.show_place("Part 1", False, False)
    assert pager.isHidden()
    pager.show_place("Part 1", False, True)
    assert not pager.isHidden()
    assert (pager.where.text(), pager.before.isEnabled(), pager.after.isEnabled()) == ("Part 1", False, True)


def test_the_buttons_turn_by_mouse_and_key(pager, qtbot):
    turned = []
    pager.turned.connect(turned.append)
    pager.show_place("Part 2", True, True)
    pager.show()
    press(qtbot, pager.after)
    qtbot.keyClick(pager.before, Qt.Key.Key_Space)
    assert turned == [1, -1]
    assert pager.before.accessibleName() == "The part before"
