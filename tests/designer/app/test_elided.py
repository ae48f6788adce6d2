"""A line that is cut keeps its words, and tells them."""

from __future__ import annotations

from floworch_designer.app.elided import ElidedLabel


def test_what_does_not_fit_is_in_the_tool_tip(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("12 done · 3 running · 1 to go")
    for width, tip in ((600, ""), (60, label.text())):
        label.resize(width, 20)
        label.grab()
        assert (label.toolTip(), label.text()) == (tip, "12 done · 3 running · 1 to go")
