"""Middleware is found by typing: the box below the button, with keys and mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch_designer.inspector.layer_search import fitting


@pytest.fixture
def page(panel, qtbot):
    panel.context.selection.set(["log"])
    panel.show_tab("Middleware")
    panel.resize(360, 800)
    panel.grab()  # lays it out: the button stays under the mouse between press and release
    return panel.middleware


def click(page, qtbot):
    qtbot.mouseClick(page.add_button, Qt.MouseButton.LeftButton)


def texts(search):
    return [search.list.item(row).text() for row in range(search.list.count())]


def test_a_click_offers_every_installed_layer(page, context, qtbot):
    click(page, qtbot)
    assert page.search.isVisible()
    assert texts(page.search) == [spec.title or spec.id for spec in context.registry.all_layers()]


def test_typing_finds_and_enter_adds(page, qtbot, node):
    click(page, qtbot)
    qtbot.keyClicks(page.search.line, "time")
    assert texts(page.search)[0] == "Timeout"
    assert page.search.about.text()
    qtbot.keyClick(page.search.line, Qt.Key.Key_Return)
    assert not page.search.isVisible()
    assert [layer.use for layer in node().middleware] == ["timeout"]
    click(page, qtbot)
    assert page.search.line.text() == "", "it opens empty again"


def test_arrows_choose_and_a_click_adds(page, qtbot, node, context):
    click(page, qtbot)
    first, second = [spec.id for spec in context.registry.all_layers()][:2]
    qtbot.keyClick(page.search.line, Qt.Key.Key_Down)
    qtbot.keyClick(page.search.line, Qt.Key.Key_Tab)
    click(page, qtbot)
    place = page.search.list.visualItemRect(page.search.list.item(0)).center()
    qtbot.mouseClick(page.search.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [layer.use for layer in node().middleware] == [second, first]


def test_what_fits_nothing_says_so_and_adds_nothing(page, qtbot, node):
    click(page, qtbot)
    qtbot.keyClicks(page.search.line, "xyzzy")
    assert texts(page.search) == []
    assert "Nothing fits" in page.search.about.text()
    qtbot.keyClick(page.search.line, Qt.Key.Key_Return)
    assert page.search.isVisible()
    qtbot.keyClick(page.search.line, Qt.Key.Key_Escape)
    assert not page.search.isVisible()
    assert not node().middleware


def test_names_come_before_what_only_the_summary_says(context):
    layers = context.registry.all_layers()
    assert fitting("", layers) == list(layers)
    assert fitting("rate lim", layers)[0].id == "rate_limit"
    assert fitting("circuit_b", layers)[0].id == "circuit_breaker"
    found = [spec.id for spec in fitting("retr", layers)]
    assert found[0] == "retry"


@pytest.mark.parametrize(("query", "use"), [("crcb", "circuit_breaker"), ("rtlim", "rate_limit"), ("tmo", "timeout")])
def test_scattered_letters_find_as_in_quick_add(context, query, use):
    assert fitting(query, context.registry.all_layers())[0].id == use


def test_a_summary_is_found_by_its_words_and_not_by_scattered_letters(context):
    layers = context.registry.all_layers()
    (layer,) = [spec for spec in layers if spec.id == "timeout"]
    words = [word for word in layer.summary.lower().split() if len(word) > 3][:2]
    assert layer in fitting(" ".join(words), layers)
    assert fitting("xqzj", layers) == []
