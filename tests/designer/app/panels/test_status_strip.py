"""The strip at the foot of the window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QStatusBar

from floworch_designer.app.panels.status_strip import StatusStrip


@pytest.mark.parametrize(("count", "words"), [(0, ""), (1, "1 problem"), (1200, "1,200 problems")])
def test_problems_are_counted_and_lead_to_their_panel(qtbot, count, words):
    bar, shown = QStatusBar(), []
    qtbot.addWidget(bar)
    strip = StatusStrip(bar, lambda: shown.append(True))
    strip.count_problems(count)
    assert strip.problems.text() == words
    assert strip.problems.isHidden() == (count == 0)
    strip.problems.click()
    assert shown == [True]


def test_a_message_takes_the_place_of_the_hint_until_it_goes(window, flow):
    window.session.document.reset(flow())
    hint, bar = window.status_strip.hint, window.statusBar()
    window.selection.set(["first"])
    assert hint.isVisible()
    window.flash("Saved hello.flow.json")
    assert not hint.isVisible()
    bar.hide()
    bar.show()  # Qt shows again whatever it hid by itself
    QApplication.processEvents()
    assert not hint.isVisible()
    bar.clearMessage()
    assert hint.isVisible()
    bar.hide()
    window.flash("Said while nobody sees it")
    bar.show()
    assert not hint.isVisible()
    bar.clearMessage()
    assert hint.isVisible()


def test_the_zoom_has_room_for_any_percentage(window):
    label = window.zoom_label
    for text in ("5 %", "100 %", "400 %", "68 %"):
        label.setText(text)
        assert label.width() >= label.sizeHint().width(), text


def first_ink(bar):
    """The first column of a bar in which something is drawn, below its border."""
    image = bar.grab().toImage()
    empty = image.pixelColor(2, image.height() // 2)
    return next(x for x in range(image.width()) for y in range(4, image.height() - 2)
                if abs(image.pixelColor(x, y).lightness() - empty.lightness()) > 60)  # fmt: skip


def test_a_message_begins_where_hints_begin(window, flow):
    window.session.document.reset(flow())
    window.resize(900, 600)
    window.selection.set(["first"])
    hint = window.status_strip.hint
    hint.setText("Hints")
    QApplication.processEvents()
    before = first_ink(window.statusBar())
    window.flash("Hello, and much more than there is room for " * 9)
    assert abs(first_ink(window.statusBar()) - before) <= 1
    end = window.host_label.x()
    image = window.statusBar().grab().toImage()
    empty = image.pixelColor(2, image.height() // 2).lightness()
    assert all(abs(image.pixelColor(x, y).lightness() - empty) < 20 for x in range(end - 8, end)
               for y in range(4, image.height() - 2)), "and ends before what stands at the right"  # fmt: skip
