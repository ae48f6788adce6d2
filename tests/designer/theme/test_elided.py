"""A line that is cut keeps its words, and tells them."""

from __future__ import annotations

from floworch_designer.theme.elided import ElidedLabel


def test_what_does_not_fit_is_in_the_tool_tip(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("12 done · 3 running · 1 to go")
    for width, tip in ((600, ""), (60, label.text())):
        label.resize(width, 20)
        label.grab()
        assert (label.toolTip(), label.text()) == (tip, "12 done · 3 running · 1 to go")


def test_a_short_form_always_tells_the_whole(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("a → … → z")
    label.full = "a → <b> → z"
    label.resize(600, 20)
    label.grab()
    assert label.toolTip() == "<qt>a → &lt;b&gt; → z</qt>"
