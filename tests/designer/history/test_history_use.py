"""The run history in use: order, filters, verbs by mouse and keyboard, lists that change under the cursor."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt

from floworch.run.status import RunStatus
from floworch.store.protocol import RunSummary
from floworch_designer.history.model import COLUMNS, GROUPS, RunsModel
from floworch_designer.history.panel import FITS, HistoryPanel
from floworch_designer.runs.words import RUN_WORDS

ALL = [RunSummary(f"run-{status}", f"flow-{number}", str(status), 1000.0 - number, 1000.0 - number,
                  1010.0 if status.final else None) for number, status in enumerate(RunStatus)]  # fmt: skip


@pytest.fixture
def panel(theme, qtbot):
    panel = HistoryPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.show()
    panel.show_runs(ALL)
    return panel


@pytest.fixture
def asked(panel):
    found = []
    for verb in ("open", "resume", "retry", "cancel", "compare"):
        getattr(panel, f"{verb}_requested").connect(lambda run, verb=verb: found.append((verb, run)))
    return found


def shown(panel):
    return [run.run_id for run in panel.model.rows]


@pytest.mark.parametrize("status", RunStatus)
def test_only_fitting_verbs_can_be_pressed(panel, qtbot, asked, status):
    run = f"run-{status}"
    panel.select(run)
    for verb, button in panel.buttons.items():
        fits = verb == "open" or status in FITS[verb]
        assert button.isEnabled() is fits
        asked.clear()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert asked == ([(verb, run)] if fits else [])
    assert panel.model.index(panel.table.currentIndex().row(), 0).data() == RUN_WORDS[status]


@pytest.mark.parametrize("group", GROUPS)
def test_each_filter_keeps_its_statuses_in_order(panel, group):
    panel.status.setCurrentText(group)
    wanted = [run.run_id for run in ALL if RunStatus(run.status) in GROUPS[group]]
    assert shown(panel) == wanted
    panel.status.setCurrentIndex(0)
    assert shown(panel) == [run.run_id for run in ALL]


def test_both_filters_together_and_letters_in_any_case(panel, qtbot):
    panel.status.setCurrentText("Running")
    qtbot.keyClicks(panel.search, "FLOW-0")
    assert shown(panel) == ["run-created"]
    panel.search.clear()
    qtbot.keyClicks(panel.search, "run-fail")
    assert shown(panel) == []
    assert panel.none.isVisible()
    panel.status.setCurrentIndex(0)
    assert shown(panel) == ["run-failed"]
    assert panel.table.isVisible()


def test_a_filter_holds_for_runs_that_come_later(panel, qtbot):
    qtbot.keyClicks(panel.search, "nightly")
    assert shown(panel) == []
    panel.show_runs([RunSummary("n-1", "nightly", "running", 2000.0, 2000.0), *ALL])
    assert shown(panel) == ["n-1"]
    assert panel.table.isVisible()


def test_a_run_that_changes_its_status_changes_its_verbs(panel, asked, qtbot):
    panel.select("run-running")
    assert panel.buttons["cancel"].isEnabled()
    ended = [RunSummary(run.run_id, run.workflow_id, "failed", run.created_at, run.started_at, 1010.0)
             if run.run_id == "run-running" else run for run in ALL]  # fmt: skip
    panel.show_runs(ended)
    assert panel.run.run_id == "run-running"
    assert not panel.buttons["cancel"].isEnabled()
    qtbot.mouseClick(panel.buttons["retry"], Qt.MouseButton.LeftButton)
    assert asked == [("retry", "run-running")]


def test_a_run_that_is_filtered_away_is_no_longer_acted_on(panel, qtbot, asked):
    panel.select("run-failed")
    panel.status.setCurrentText("Completed")
    assert panel.run is None
    for button in panel.buttons.values():
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == []


def test_a_run_that_disappears_leaves_nothing_selected(panel):
    panel.select("run-failed")
    panel.show_runs([run for run in ALL if run.run_id != "run-failed"])
    assert panel.run is None
    assert not panel.buttons["open"].isEnabled()


def test_new_runs_do_not_move_the_selection_to_another_run(panel):
    panel.select("run-paused")
    for number in range(5):
        panel.show_runs([RunSummary(f"new-{number}", "new", "running", 3000.0, 3000.0), *ALL])
        assert panel.run.run_id == "run-paused"


def test_a_double_click_opens_the_row_under_the_mouse(panel, qtbot, asked):
    place = panel.table.visualRect(panel.model.index(3, 1)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == [("open", ALL[3].run_id)]


def test_arrow_keys_choose_the_run(panel, qtbot):
    panel.select(ALL[0].run_id)
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert panel.run.run_id == ALL[2].run_id


def test_the_refresh_button_asks_for_the_list(panel, qtbot):
    refresh = next(button for button in panel.findChildren(type(panel.buttons["open"]))
                   if button.accessibleName() == "Refresh")  # fmt: skip
    with qtbot.waitSignal(panel.refresh_requested):
        qtbot.mouseClick(refresh, Qt.MouseButton.LeftButton)


def test_the_context_menu_has_the_verbs_and_copies_the_id(panel, qapp, asked):
    from PySide6.QtWidgets import QMenu

    panel.select("run-interrupted")
    panel.table.customContextMenuRequested.emit(panel.table.rect().center())
    menu = panel.findChildren(QMenu)[-1]
    entries = {action.text(): action for action in menu.actions() if action.text()}
    assert [text for text, action in entries.items() if action.isEnabled()] == [
        "Open", "Resume", "Stop", "Compare", "Run again", "Run again with other inputs…", "Name and tags…",
        "Export a report…", "Delete…", "Copy run id",
    ]  # fmt: skip
    entries["Resume"].trigger()
    entries["Copy run id"].trigger()
    menu.close()
    assert asked == [("resume", "run-interrupted")]
    assert qapp.clipboard().text() == "run-interrupted"


def test_there_is_no_menu_without_a_run(panel):
    from PySide6.QtWidgets import QMenu

    panel.table.clearSelection()
    before = len(panel.findChildren(QMenu))
    panel.table.customContextMenuRequested.emit(panel.table.rect().center())
    assert len(panel.findChildren(QMenu)) == before


def test_cells_of_a_run_that_never_started(theme):
    model = RunsModel(theme)
    model.show([RunSummary("r", "w", "created", 1_700_000_000.0)], 1_700_000_001.0)
    texts = [model.index(0, column).data() for column in range(len(COLUMNS))]
    assert texts[0] == "Starting"
    assert texts[2]
    assert texts[3:] == ["–", "r", ""]
    assert model.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is not None
    assert model.index(0, 2).data(Qt.ItemDataRole.ForegroundRole) is not None
    assert model.index(0, 4).data(Qt.ItemDataRole.ToolTipRole) == "r"
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
    assert model.rowCount(QModelIndex()) == 1


def test_five_thousand_runs_are_shown_and_filtered_at_once(panel, qtbot):
    import time

    many = [RunSummary(f"r-{number}", f"w{number % 7}", "completed", float(number), float(number), number + 1.0)
            for number in range(5000)]  # fmt: skip
    begin = time.perf_counter()
    panel.show_runs(many)
    qtbot.keyClicks(panel.search, "w3")
    panel.show_runs(many)
    assert time.perf_counter() - begin < 2.0
    assert len(panel.model.rows) == 714


def test_a_run_that_is_stopped_or_rolled_back_already_is_not_to_be_stopped():
    """Contract C7.3 and C9: it goes on so; a question about it would be about nothing."""
    over = {RunStatus.CANCELLING, RunStatus.ROLLING_BACK}
    assert FITS["cancel"] == {status for status in RunStatus if not status.final} - over
