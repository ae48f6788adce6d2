"""Tab goes through controls as they stand (WCAG 2.4.3)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from tests.helpers.layout_items import known_items

from floworch_designer.theme.tab_order import as_they_stand, page_of, tab_as_they_stand


class Card(QFrame):
    """A control with controls in it."""

    def __init__(self, *inner):
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        for each in inner:
            row.addWidget(each)


@pytest.fixture
def made(qtbot):
    """A window with a scrolled page, in which rows stand before what was there earlier."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    first, area, last = QLineEdit(), QScrollArea(), QPushButton("last")
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    page = QWidget()
    lines = QVBoxLayout(page)
    rows, add, below = QVBoxLayout(), QPushButton("add"), QCheckBox("below")
    lines.addLayout(rows)
    lines.addWidget(add)
    lines.addWidget(below)
    area.setWidgetResizable(True)
    area.setWidget(page)
    for each in (first, area, last):
        column.addWidget(each)
    window.show()
    late = []
    for number in range(2):
        pair = QWidget()
        grid = QGridLayout(pair)
        remove, name, kind = QPushButton("x"), QLineEdit(f"name {number}"), QComboBox()
        grid.addWidget(name, 0, 0)
        grid.addWidget(kind, 1, 0)
        grid.addWidget(remove, 0, 1)
        rows.addWidget(pair)
        late += [name, kind, remove]
    inner = QPushButton("in"), QPushButton("out")
    card = Card(*inner)
    rows.addWidget(card)
    hidden = QPushButton("hidden")
    lines.addWidget(hidden)
    hidden.hide()
    return window, first, page, [*late, card, *inner, add, below], last


def walked(window, start, qtbot, steps, key=Qt.Key.Key_Tab):
    start.setFocus()
    found = [start]
    for _ in range(steps):
        qtbot.keyClick(found[-1], key)
        found.append(window.focusWidget())
    return found


def test_rows_that_came_later_are_reached_where_they_stand(made, qtbot):
    window, first, page, wanted, last = made
    window.activateWindow()
    assert as_they_stand(page) == wanted
    assert walked(window, wanted[0], qtbot, len(wanted) - 1) != wanted, "what Qt does"
    tab_as_they_stand(page)
    assert walked(window, wanted[0], qtbot, len(wanted) - 1) == wanted
    assert walked(window, wanted[-1], qtbot, len(wanted) - 1, Qt.Key.Key_Backtab) == wanted[::-1]
    everything = set(walked(window, first, qtbot, len(wanted) + 2))
    assert {first, last} <= everything, "the rest of the window is reached as before"
    tab_as_they_stand(page)
    assert walked(window, wanted[0], qtbot, len(wanted) - 1) == wanted, "a second time changes nothing"


def test_nothing_is_kept_of_the_layouts_that_were_gone_through(made):
    """PySide keeps the items that it was asked for after Qt has deleted them, and crashes: see `theme/tab_order.py`."""
    _window, _first, page, _wanted, _last = made
    before = len(known_items())
    as_they_stand(page)
    assert len(known_items()) == before


def test_the_page_is_what_scrolls(made):
    _window, first, page, wanted, _last = made
    assert page_of(wanted[0]) is page
    assert page_of(first) is None
    assert page_of(None) is None
