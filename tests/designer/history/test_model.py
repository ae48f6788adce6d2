"""Run summaries as a table: every status has its filter."""

from __future__ import annotations

from PySide6.QtCore import Qt

from floworch.run.status import RunStatus
from floworch.store.protocol import RunSummary
from floworch_designer.history.model import COLUMNS, GROUPS, RunsModel, status_of


def test_every_status_is_in_one_group():
    grouped = [status for group in GROUPS.values() for status in group]
    assert sorted(grouped) == sorted(RunStatus)


def test_an_unchanged_list_does_not_reset_the_view(theme, qtbot):
    model = RunsModel(theme)
    runs = [RunSummary("a", "w", "running", 1.0, 1.0)]
    model.show(runs, 2.0)
    resets = []
    model.modelReset.connect(lambda: resets.append(1))
    with qtbot.waitSignal(model.dataChanged):
        model.show([RunSummary("a", "w", "completed", 1.0, 1.0, 3.0)], 4.0)
    assert resets == []
    assert model.index(0, 0).data() == "Completed"
    assert model.headerData(4, Qt.Orientation.Horizontal) == COLUMNS[4]


def test_a_run_that_rested_took_the_time_in_which_it_was_worked_on(theme):
    """As the toolbar says it; how long it rested stands in the tooltip."""
    model = RunsModel(theme)
    rested = RunSummary("a", "w", "completed", 1.0, 2.0, 78.0, rested=47.0)
    hardly = RunSummary("b", "w", "completed", 1.0, 2.0, 4.0, rested=0.2)
    never_begun = RunSummary("c", "w", "cancelled", 1.0, None, 4.0)
    model.show([rested, hardly, never_begun, RunSummary("d", "w", "running", 1.0, 2.0)], 90.0)
    assert [model.index(row, 3).data() for row in range(4)] == ["29 s", "1.80 s", "3.00 s", "–"]
    tips = [model.index(row, 3).data(Qt.ItemDataRole.ToolTipRole) for row in range(4)]
    assert tips == ["29 s, paused 47 s", "1.80 s", "3.00 s", ""]
    assert model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole) == "a"


def test_unknown_words_count_as_interrupted():
    assert status_of(RunSummary("a", "w", "other", 1.0)) is RunStatus.INTERRUPTED
