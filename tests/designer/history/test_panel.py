"""The run history: what is shown, filtered, and allowed for each status."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt

from floworch.store.protocol import RunSummary
from floworch_designer.history.panel import HistoryPanel
from floworch_designer.settings.words import speak

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


def enabled(panel):
    return {verb for verb, button in panel.buttons.items() if button.isEnabled()}


def test_an_empty_store_says_how_to_begin(panel):
    assert panel.none.isVisible()
    assert "F5" in panel.none.text()
    assert enabled(panel) == set()


def test_rows_and_words(panel):
    panel.show_runs(RUNS)
    model = panel.model
    assert [model.index(row, 0).data() for row in range(3)] == ["Failed", "Interrupted", "Completed"]
    assert [model.index(row, 3).data() for row in range(3)] == ["12 s", "–", "0.50 s"]


@pytest.mark.parametrize(
    ("run", "verbs"),
    [
        ("a-3", {"open", "retry", "compare"}),
        ("a-2", {"open", "resume", "cancel", "compare"}),
        ("b-1", {"open", "compare"}),
    ],
)
def test_verbs_fit_the_status(panel, run, verbs):
    panel.show_runs(RUNS)
    panel.select(run)
    assert enabled(panel) == verbs


def test_buttons_ask_with_the_run_id(panel, qtbot):
    panel.show_runs(RUNS)
    panel.select("a-2")
    with qtbot.waitSignal(panel.resume_requested) as signal:
        qtbot.mouseClick(panel.buttons["resume"], Qt.MouseButton.LeftButton)
    assert signal.args == ["a-2"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_opens_the_selected_run(panel, qtbot, key):
    panel.show_runs(RUNS)
    panel.select("b-1")
    panel.table.setFocus()
    with qtbot.waitSignal(panel.open_requested) as signal:
        qtbot.keyClick(panel.table, key)
    assert signal.args == ["b-1"]


def test_a_selected_run_is_scrolled_into_view(panel):
    panel.resize(600, 160)
    panel.show_runs([RunSummary(f"r-{number}", "w", "completed", 1.0, 1.0, 2.0) for number in range(80)])
    panel.select("r-70")
    rect = panel.table.visualRect(panel.model.index(70, 0))
    assert panel.table.viewport().rect().contains(rect.center())


def test_filters(panel, qtbot):
    panel.show_runs(RUNS)
    qtbot.keyClicks(panel.search, "bill")
    assert [run.run_id for run in panel.model.rows] == ["b-1"]
    panel.status.setCurrentText("Failed")
    assert panel.none.isVisible()
    assert "filter" in panel.none.text()
    panel.search.clear()
    assert [run.run_id for run in panel.model.rows] == ["a-3"]


def test_the_selection_survives_a_refresh(panel):
    panel.show_runs(RUNS)
    panel.select("b-1")
    panel.show_runs([RunSummary("c", "new", "running", 400.0, 400.0), *RUNS])
    assert panel.run.run_id == "b-1"


def test_two_selected_runs_survive_a_refresh_and_the_list_stays_where_it_was_scrolled_to(panel, qtbot):
    many = [RunSummary(f"r-{number}", "w", "completed", 1.0, 1.0, 2.0) for number in range(80)]
    panel.resize(600, 200)
    panel.show_runs(many)
    panel.select("r-0")
    qtbot.keyClick(panel.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    panel.table.verticalScrollBar().setValue(40)
    panel.show_runs([RunSummary("new", "w", "running", 400.0, 400.0), *many])
    assert [run.run_id for run in panel.runs] == ["r-0", "r-1"]
    assert panel.table.verticalScrollBar().value() == 40
    assert panel.run is None


def test_a_damaged_run_is_compared_with_none(panel):
    panel.show_runs([*RUNS, RunSummary("d-1", "audit", "damaged", 50.0, 50.0, None)])
    panel.table.selectAll()
    assert panel.two is None
    panel._select_again({"d-1", "a-3"})
    assert (panel.two, enabled(panel)) == (None, set())
    panel._select_again({"b-1", "a-3"})
    assert (panel.two, enabled(panel)) == (("b-1", "a-3"), {"compare"})


def test_the_model_is_sound(panel, qtmodeltester):
    panel.show_runs(RUNS)
    qtmodeltester.check(panel.model)


def test_a_status_of_a_newer_version_is_not_fatal(panel):
    panel.show_runs([RunSummary("x", "w", "dreaming", 1.0)])
    assert panel.model.index(0, 0).data() == "Interrupted"


@pytest.mark.parametrize("styled", [False, True])
def test_a_narrow_panel_shows_the_verbs_as_pictures_and_nothing_overlaps(panel, theme, qapp, styled):
    sheet = qapp.styleSheet()
    qapp.setStyleSheet("")  # from one sheet to another Qt goes to widgets that have gone
    qapp.setStyleSheet(theme.stylesheet() if styled else "")
    panel.show_runs(RUNS)
    for width, worded in ((1200, True), (620, False), (480, False), (1200, True)):
        panel.resize(width, 200)
        panel.layout().activate()
        assert bool(panel.buttons["compare"].text()) is worded
        assert panel.buttons["compare"].accessibleName() == "Compare"
        every = [panel.search, panel.status, *panel.buttons.values(), panel.more]
        shown = [each for each in every if each.isVisible()]
        assert {*panel.buttons.values(), panel.search} <= {*shown}
        for left, right in pairwise(shown):
            assert left.geometry().right() < right.geometry().left()
    qapp.setStyleSheet("")
    qapp.setStyleSheet(sheet)


def test_a_damaged_run_is_called_so_and_can_only_be_opened(panel):
    panel.show_runs([*RUNS, RunSummary("d-1", "audit", "damaged", 50.0, 50.0, None)])
    assert panel.model.index(3, 0).data() == "Damaged"
    panel.select("d-1")
    assert enabled(panel) == {"open"}
    panel.model.filter("", "Interrupted")
    assert [run.run_id for run in panel.model.rows] == ["a-2"]
    panel.model.filter("", "Damaged")
    assert [run.run_id for run in panel.model.rows] == ["d-1"]


def test_long_ids_are_told_apart_by_their_end(panel):
    """Runs of one workflow have ids that begin alike."""
    assert panel.table.textElideMode() is Qt.TextElideMode.ElideMiddle
    assert not panel.table.wordWrap()


def test_a_narrow_table_leaves_out_whole_columns_instead_of_cutting_all_of_them(panel):
    panel.show_runs(RUNS)
    shown = []
    for width in (900, 680, 580):
        panel.resize(width, 200)
        columns = [at for at in range(panel.model.columnCount()) if not panel.table.isColumnHidden(at)]
        shown.append([panel.model.headerData(at, Qt.Orientation.Horizontal) for at in columns])
    assert shown[0] == ["Status", "Workflow", "Started", "Duration", "Run id", "Size"]
    assert shown[1] == ["Status", "Workflow", "Started", "Duration", "Run id"]
    assert shown[2] == ["Status", "Workflow", "Started", "Duration"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_moment_of_every_run_has_its_room(theme, qtbot, language):
    """Those that are not of today were cut in the middle: “Wed 2…, 16:02”."""
    speak(language)
    try:
        panel = HistoryPanel(theme)
        qtbot.addWidget(panel)
        panel.resize(900, 400)
        now = time.time()
        panel.show_runs([RunSummary(f"r-{n}", "w", "completed", now - n * 86400.0) for n in range(800)])
        panel.show()
        metrics, room = panel.table.fontMetrics(), panel.table.columnWidth(2)
        widest = max(metrics.horizontalAdvance(panel.model.index(row, 2).data()) for row in range(800))
        assert widest + 8 <= room
    finally:
        speak("en")
