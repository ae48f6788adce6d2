"""What the pages of connections and secrets have in common."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from floworch_designer.app.widgets.named_page import NamedPage


@pytest.fixture
def page(qtbot):
    page = NamedPage("About", ("Name", "Where"), "Nothing yet")
    qtbot.addWidget(page)
    page.show()
    return page


def test_an_empty_list_says_so_until_there_is_something(page):
    page.show_rows([])
    (said,) = [label for label in page.list.findChildren(QLabel) if label.text() == "Nothing yet"]
    assert said.isVisible()
    assert page.name == ""
    page.show_rows([("a", "here"), ("b", "there")])
    assert not said.isVisible()
    assert page.name == "a"


def test_what_is_chosen_stays_chosen(page):
    page.show_rows([("a", ""), ("b", "")], "b")
    assert page.name == "b"
    page.show_rows([("a", ""), ("aa", ""), ("b", "")])
    assert page.name == "b"
    page.show_rows([("a", "")])
    assert page.name == "a"


def test_saying_something_takes_the_offer_of_undo_away(page):
    page.undo_button.show()
    page.say("Done.", "error")
    assert page.undo_button.isHidden()
    assert (page.message.text(), page.message.property("role")) == ("Done.", "error")
