"""The choice of a parameter set in operator mode (designer.md 2 and 6)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from floworch.model import codec
from floworch.model.workflow import Input
from floworch_designer.app.inputs.input_sets import InputSets


@pytest.fixture
def sets(window, flow, tmp_path):
    """A file with two parameter sets, in front."""
    path = tmp_path / "job.flow.json"
    inputs = {"who": Input(type="string"), "limit": Input(type="integer"), "api_token": Input(type="string")}
    codec.save(flow(inputs=inputs), path)
    found = InputSets(path)
    found.write("day", {"who": "Ada", "limit": 1})
    found.write("night", {"who": "Bo", "limit": 9})
    window.files.load(path)
    return found


def enter(window):
    window.commands["view.operator"].trigger()
    QApplication.processEvents()
    return window.operator.page


def pick(page, qtbot, steps):
    """Go through the list with the arrow keys."""
    page.sets.box.setFocus()
    for _ in range(abs(steps)):
        qtbot.keyClick(page.sets.box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def field(page, name):
    return page.form.rows[name].findChild(QLineEdit)


def test_a_chosen_set_fills_the_form_and_is_what_the_run_gets(window, sets, qtbot, host, until):
    page = enter(window)
    assert page.sets.isVisible()
    assert [page.sets.box.itemText(i) for i in range(page.sets.box.count())] == ["No parameter set", "day", "night"]
    pick(page, qtbot, 2)
    assert field(page, "who").text() == "Bo"
    qtbot.mouseClick(page.buttons["run.start"], Qt.MouseButton.LeftButton)
    until(lambda: window.controller.busy)
    assert host.asked[-1] == ("start", "demo", {"who": "Bo", "limit": 9})
    assert window.sets.chosen == "night", "it is so beside Run as well, and at the next start"


def test_the_form_begins_with_the_set_that_was_chosen_beside_run(window, sets):
    window.sets.choose("day")
    page = enter(window)
    assert page.sets.box.currentText() == "day"
    assert field(page, "who").text() == "Ada"
    assert window.session.inputs["demo"] == {"who": "Ada", "limit": 1}


def test_what_is_typed_after_that_is_no_set_and_secrets_stay(window, sets, qtbot):
    page = enter(window)
    qtbot.keyClicks(field(page, "api_token"), "x1")
    pick(page, qtbot, 1)
    assert field(page, "api_token").text() == "x1", "a set holds no secrets"
    qtbot.keyClick(field(page, "api_token"), Qt.Key.Key_End)
    qtbot.keyClicks(field(page, "api_token"), "2")
    assert page.sets.box.currentText() == "day"
    qtbot.keyClick(field(page, "who"), Qt.Key.Key_End)
    qtbot.keyClicks(field(page, "who"), "!")
    assert page.sets.box.currentText() == "No parameter set"
    assert not window.sets.chosen
    assert window.session.inputs["demo"] == {"who": "Ada!", "limit": 1, "api_token": "x12"}


def test_a_set_that_cannot_be_read_is_told_and_changes_nothing(window, sets, qtbot):
    page = enter(window)
    pick(page, qtbot, 1)
    sets.path("night").write_text("[]", encoding="utf-8")
    pick(page, qtbot, 1)
    assert page.sets.message.isVisible()
    assert "no parameter set" in page.sets.message.text()
    assert field(page, "who").text() == "Ada"
    assert page.sets.box.currentText() == "No parameter set"


def test_it_is_not_there_without_sets(window, flow, qtbot, tmp_path):
    path = tmp_path / "other.flow.json"
    codec.save(flow(inputs={"who": Input(type="string")}), path)
    window.files.load(path)
    assert not enter(window).sets.isVisible()


@pytest.mark.parametrize("focused", [False, True])
def test_a_wheel_that_passes_over_the_list_chooses_nothing(window, sets, qtbot, focused):
    page = enter(window)
    qtbot.keyClicks(field(page, "who"), "Cy")
    if focused:
        page.sets.box.setFocus()
    box = page.sets.box
    place = QPointF(box.rect().center())
    turned = QWheelEvent(place, box.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
                         Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(box, turned)
    assert field(page, "who").text() == "Cy", "what was typed would be gone"
    assert not window.sets.chosen
