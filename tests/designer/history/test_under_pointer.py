"""What is under the pointer when the list of runs changes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication

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
    """A run that was started meanwhile is brought into view, and moves all others."""
    panel.resize(600, 400)
    panel.show_runs(RUNS)
    view, place = panel.table.viewport(), panel.table.visualRect(panel.model.index(1, 0)).center()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    panel.show_runs([RunSummary("new", "w", "running", 400.0, 400.0), *RUNS])
    panel.select("new")
    with qtbot.waitSignal(panel.open_requested) as signal:
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert signal.args == ["a-2"]


def test_a_list_that_is_shorter_than_its_panel_does_not_shift_under_the_pointer(panel, qtbot):
    panel.resize(600, 400)
    panel.show_runs(RUNS)
    view, place = panel.table.viewport(), panel.table.visualRect(panel.model.index(1, 0)).center()
    qtbot.mouseMove(view, place)
    new = [RunSummary(f"new-{number}", "w", "running", 400.0, 400.0) for number in range(2)]
    for count in (1, 2):
        panel.show_runs([*new[:count], *RUNS])
        assert panel.model.rows[panel.table.indexAt(place).row()].run_id == "a-2"
    qtbot.mouseMove(panel, QPoint(5, 5))
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert panel.table.rowAt(0) == 0, "all of it is seen again when nobody points"
    assert panel.table.verticalScrollBar().maximum() == 0


def test_a_run_that_is_selected_is_brought_into_view_all_the_same(panel, qtbot):
    panel.resize(600, 400)
    panel.show_runs(RUNS)
    qtbot.mouseMove(panel.table.viewport(), panel.table.visualRect(panel.model.index(1, 0)).center())
    panel.show_runs([RunSummary("new", "w", "running", 400.0, 400.0), *RUNS])
    panel.select("new")
    assert panel.table.rowAt(0) == 0
