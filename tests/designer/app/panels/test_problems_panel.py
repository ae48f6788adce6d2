"""Problems as a list and at a badge: errors first, each leads somewhere, some mend themselves."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from floworch.model.problem import Problem
from floworch_designer.app.panels.problems_panel import LIMIT, Elided, ProblemPopover, ProblemsPanel

ODD = Problem("w", "warning", "nodes.a", "Odd.", node="a")
WRONG = Problem(
    "e", "error", "nodes.b", "Wrong.", "Mend it.", node="b", repair={"op": "unset_field", "node": "b", "field": "join"}
)


def test_errors_stand_before_warnings_and_lead_somewhere(theme, qtbot):
    panel = ProblemsPanel(theme)
    qtbot.addWidget(panel)
    panel.show_problems([ODD, WRONG])
    assert panel.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole) == "b:  Wrong.  Mend it."
    with qtbot.waitSignal(panel.chosen) as signal:
        panel.list.itemActivated.emit(panel.list.item(1))
    assert signal.args == [ODD]
    panel.show_problems([])
    assert "valid" in panel.none.text()


def test_what_can_be_repaired_has_a_button(theme, qtbot):
    panel = ProblemsPanel(theme)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_problems([ODD, WRONG])
    assert list(panel.buttons) == [0]
    assert panel.buttons[0].text() == "Remove join"
    with qtbot.waitSignal(panel.repair_requested) as signal:
        panel.buttons[0].click()
    assert signal.args == [WRONG]
    panel.show_problems([WRONG], editable=False)
    assert not panel.buttons


def test_thousands_are_counted_not_listed(theme, qtbot):
    panel = ProblemsPanel(theme)
    qtbot.addWidget(panel)
    panel.show_problems([ODD] * (LIMIT + 7))
    assert panel.list.count() == LIMIT + 1
    assert "7 more" in panel.list.item(LIMIT).text()


def test_the_popover_mends_and_closes(theme, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    popover = ProblemPopover(theme, [ODD, WRONG], True, parent)
    popover.open_at(QPoint(10, 10))
    with qtbot.waitSignal(popover.repair_requested) as signal:
        popover.buttons[0].click()
    assert signal.args == [WRONG]


def test_rows_get_their_widgets_when_they_come_into_view(theme, qtbot):
    panel = ProblemsPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(600, 200)
    panel.show()
    panel.show_problems([WRONG] * 100)
    assert 4 <= len(panel.buttons) < 10
    panel.list.scrollToBottom()
    assert 99 in panel.buttons
    row = panel.list.itemWidget(panel.list.item(99))
    panel.show_problems([WRONG] * 100)
    assert panel.list.itemWidget(panel.list.item(99)) is row, "what is shown already is not made again"
    panel.resize(600, 800)
    assert len(panel.buttons) > 20


def test_the_rows_above_the_first_that_changed_stay(theme, qtbot):
    panel = ProblemsPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(600, 300)
    panel.show()
    panel.show_problems([WRONG] * 3)
    row = panel.list.itemWidget(panel.list.item(1))
    panel.show_problems([WRONG, WRONG, ODD])
    assert panel.list.itemWidget(panel.list.item(1)) is row
    assert list(panel.buttons) == [0, 1]
    panel.show_problems([WRONG] * (LIMIT + 9))
    assert panel.list.count() == LIMIT + 1
    panel.show_problems([WRONG] * 2)
    assert panel.list.count() == 2
    panel.show_problems([WRONG] * 2, editable=False)
    assert not panel.buttons


def test_in_a_narrow_panel_what_is_wrong_has_the_room(theme, qtbot):
    panel = ProblemsPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(900, 200)
    panel.show()
    panel.show_problems([WRONG])
    row = panel.list.itemWidget(panel.list.item(0))
    reason, help_ = row.findChildren(Elided)
    qtbot.waitUntil(help_.isVisible)
    panel.resize(480, 200)
    qtbot.waitUntil(lambda: not help_.isVisible())
    assert reason.fontMetrics().horizontalAdvance(reason.text()) < reason.width()
    assert "Mend it." in panel.list.item(0).toolTip()
    panel.resize(900, 200)
    qtbot.waitUntil(help_.isVisible)


def test_what_is_wrong_is_not_cut_while_there_is_room_behind_what_helps(theme, qtbot):
    panel = ProblemsPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(900, 200)
    panel.show()
    panel.show_problems([WRONG, replace(WRONG, message="x" * 85), replace(WRONG, message="x" * 400)])
    rows = [panel.list.itemWidget(panel.list.item(number)) for number in range(3)]
    qtbot.waitUntil(lambda: rows[1].reason.width() >= rows[1].reason.whole)
    qtbot.waitUntil(lambda: all(row.fix.width() >= row.fix.whole for row in rows))  # what helps is short
    assert rows[0].fix.x() < rows[1].fix.x() == rows[2].fix.x()
    panel.resize(1400, 200)
    qtbot.waitUntil(lambda: rows[0].fix.x() == rows[1].fix.x())


def several():
    text = {"op": "replace_text", "path": "nodes.b.params.items", "old": "nodes.a.output"}
    ways = [{**text, "new": f"nodes.a.output.{name}"} for name in ("kept", "dropped")]
    return Problem("c", "warning", "nodes.b", "Which?", node="b", repair={"op": "choose", "choices": ways})


def test_where_a_person_has_to_choose_the_button_opens_the_choices(theme, qtbot):
    problem = several()
    panel = ProblemsPanel(theme)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_problems([problem])
    chosen = []
    panel.repair_requested.connect(chosen.append)
    qtbot.mouseClick(panel.buttons[0], Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Use “.kept”", "Use “.dropped”"]
    assert chosen == []
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert [each.repair for each in chosen] == [problem.repair["choices"][1]]


def test_a_choice_in_the_popover_closes_it(theme, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    popover = ProblemPopover(theme, [several()], True, parent)
    popover.open_at(QPoint(10, 10))
    qtbot.mouseClick(popover.buttons[0], Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    with qtbot.waitSignal(popover.repair_requested) as signal:
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(menu.actions()[0]).center())
    assert signal.args[0].repair["new"] == "nodes.a.output.kept"
    assert not popover.isVisible()
