"""The strip at the foot of the window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QStatusBar

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
