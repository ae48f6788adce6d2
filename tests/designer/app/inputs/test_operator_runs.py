"""The runs so far of one workflow, for who does not see the list of runs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.store.protocol import RunSummary
from floworch_designer.app.inputs.operator_runs import AROUND, LINE, MOST, RunLines


def summaries(count, **changes):
    return [RunSummary(f"r-{i}", "w", "completed", 100.0, 100.0, 103.0, **changes) for i in range(count)]


@pytest.fixture
def lines(theme, qtbot):
    made = RunLines(theme, None)
    qtbot.addWidget(made)
    made.resize(400, AROUND + LINE * MOST)
    made.show()
    return made


def seen(lines):
    return [line.run_id for line in lines.lines if line.isVisible()]


def test_a_run_is_told_in_words_and_chosen_by_a_click(lines, qtbot):
    lines.show_runs(summaries(2), "r-1")
    assert seen(lines) == ["r-0", "r-1"]
    assert lines.lines[0].accessibleName().startswith("Completed")
    assert lines.lines[0].accessibleName().endswith("3.00 s")
    assert [line.property("shown") for line in lines.lines[:2]] == ["false", "true"]
    with qtbot.waitSignal(lines.chosen) as chosen:
        qtbot.mouseClick(lines.lines[0], Qt.MouseButton.LeftButton)
    assert chosen.args == ["r-0"]


def test_as_many_are_listed_as_there_is_room_for(lines):
    lines.show_runs(summaries(20), None)
    assert len(seen(lines)) == MOST
    lines.resize(400, AROUND + LINE * 3)
    assert seen(lines) == ["r-0", "r-1", "r-2"]


def test_without_a_run_there_is_no_card(lines):
    lines.show_runs(summaries(1), None)
    lines.show_runs([], None)
    assert not lines.isVisible()
