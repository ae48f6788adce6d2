"""What is under the pointer when the list of runs changes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.store.protocol import RunSummary
from floworch_designer.history.panel import HistoryPanel

RUNS = [
    RunSummary("a-3", "audit", "failed", 300.0, 300.0, 312.0),
    RunSummary("a-2", "audit", "interrupted", 200.0, 200.0, None),
    RunSummary("b-1", "billing", "completed", 100.0, 100.0, 100.5),
]


@pytest.fixture
def panel(theme, qtbot):
    panel = HistoryPanel(theme)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_the_run_under_the_pointer_stays_there_when_others_come(panel, qtbot):
    many = [RunSummary(f"r-{number}", "w", "completed", 1.0, 1.0, 2.0) for number in range(80)]
    panel.resize(600, 200)
    panel.show_runs(many)
    view, place = panel.table.viewport(), panel.table.visualRect(panel.model.index(2, 0)).center()
    qtbot.mouseMove(view, place)
    panel.show_runs([RunSummary("new", "w", "running", 400.0, 400.0), *many])
    assert panel.model.rows[panel.table.indexAt(place).row()].run_id == "r-2"
    assert panel.model.rows[0].run_id == "new"


def test_a_double_click_opens_the_run_that_it_began_with(panel, qtbot):
    """A list that is shorter than its panel cannot be scrolled: what comes moves all of it."""
    panel.resize(600, 400)
    panel.show_runs(RUNS)
    view, place = panel.table.viewport(), panel.table.visualRect(panel.model.index(1, 0)).center()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    panel.show_runs([RunSummary("new", "w", "running", 400.0, 400.0), *RUNS])
    with qtbot.waitSignal(panel.open_requested) as signal:
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert signal.args == ["a-2"]
