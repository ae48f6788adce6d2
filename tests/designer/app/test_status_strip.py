"""The strip at the foot of the window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QStatusBar

from floworch_designer.app.status_strip import StatusStrip


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
