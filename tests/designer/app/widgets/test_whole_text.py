"""A text that is read before one agrees to it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch_designer.app.widgets.whole_text import WholeText


@pytest.fixture
def show(qtbot):
    def make(*lines):
        whole = WholeText(lines, "Code")
        qtbot.addWidget(whole)
        whole.resize(400, 300)
        whole.show()
        return whole

    return make


def test_it_can_be_read_and_not_be_changed(show, qtbot):
    whole = show("a", "    b")
    qtbot.keyClicks(whole.text, "x")
    assert whole.text.toPlainText() == "a\n    b"
    assert not whole.more.isVisible()


def test_a_long_one_is_folded_until_all_is_asked_for(show, qtbot):
    whole = show(*["x"] * 40)
    assert whole.text.verticalScrollBar().maximum() > 0
    assert whole.more.text() == "Show all 40 lines"
    qtbot.mouseClick(whole.more, Qt.MouseButton.LeftButton)
    assert not whole.more.isVisible()
    qtbot.waitUntil(lambda: whole.text.verticalScrollBar().maximum() == 0)


def test_a_long_line_is_wrapped_so_that_nothing_stands_out_of_sight(show):
    whole = show("echo " + " " * 400 + "; rm -r all")
    assert whole.text.horizontalScrollBar().maximum() == 0
    assert whole.text.document().size().height() > 1
