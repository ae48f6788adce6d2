"""Rows get their widgets when they come into view."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem

from floworch_designer.app.widgets.rows_in_view import RowsInView


@pytest.fixture
def view(qtbot):
    made = QListWidget()
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    return made


@pytest.fixture
def rows(view):
    return RowsInView(view, 20)


def fill(rows, count):
    """Rows, and the numbers of those whose widget was made, in their order."""
    made = []

    def label(number):
        made.append(number)
        return QLabel(str(number))

    rows.clear()
    for number in range(count):
        rows.add(QListWidgetItem(), lambda number=number: label(number))
    return made


def test_a_row_gets_its_widget_once_and_when_it_is_seen(view, rows):
    made = fill(rows, 500)
    assert 10 <= len(made) < 15
    view.scrollToBottom()
    assert {491, 499} <= set(made)
    assert len(made) < 40
    view.scrollToTop()
    assert len(made) == len(set(made))
    assert view.itemWidget(view.item(0)).text() == "0"


def test_more_room_shows_more_rows(view, rows):
    made = fill(rows, 500)
    view.resize(300, 800)
    assert set(range(40)) <= set(made)
    assert len(made) < 50


def test_other_rows_begin_anew_however_far_one_had_scrolled(view, rows):
    fill(rows, 500)
    view.scrollToBottom()
    made = fill(rows, 3)
    assert made == [0, 1, 2]
    assert fill(rows, 0) == []
    assert view.count() == 0


def test_a_list_that_is_not_shown_makes_nothing_before_it_is(view, rows):
    view.hide()
    made = fill(rows, 500)
    assert made == []
    view.show()
    assert 10 <= len(made) < 15


def test_the_first_rows_can_stay(view, rows):
    made = fill(rows, 30)
    first = view.itemWidget(view.item(0))
    rows.keep(2)
    assert view.count() == 2
    assert view.itemWidget(view.item(0)) is first
    assert len(made) < 15
