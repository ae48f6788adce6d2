"""Parameter sets are kept, renamed and deleted above the inputs of a run."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.model.workflow import Input, Workflow
from floworch_designer.app.inputs.input_sets import InputSets
from floworch_designer.app.inputs.set_row import SetRow
from floworch_designer.app.widgets.dialogs import InputsDialog

INPUTS = {"limit": Input(type="integer"), "name": Input(type="string"), "token": Input(type="string")}


@pytest.fixture
def sets(tmp_path):
    return InputSets(tmp_path / "orders.flow.json")


@pytest.fixture
def dialog(theme, qtbot, sets):
    sets.write("day", {"limit": 1})
    dialog = InputsDialog(Workflow(id="w", inputs=INPUTS), {}, theme, None, SetRow(sets, ""))
    qtbot.addWidget(dialog)
    dialog.row = dialog.findChild(SetRow)
    dialog.show()
    return dialog


def write(qtbot, box, text):
    box.lineEdit().selectAll()
    qtbot.keyClicks(box, text)


def press(qtbot, button):
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def type_into(qtbot, dialog, name, text):
    line = dialog.form.rows[name].editor.line
    line.selectAll()
    qtbot.keyClicks(line, text)


def test_what_is_typed_is_kept_without_secrets_and_enter_does_not_run(dialog, qtbot, sets):
    type_into(qtbot, dialog, "limit", "7")
    type_into(qtbot, dialog, "token", "s3cret")
    write(qtbot, dialog.row.box, "night")
    qtbot.keyClick(dialog.row.box, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert sets.read("night") == {"limit": 7}
    assert "without token" in dialog.row.message.text()
    assert dialog.row.same(dialog.values())


def test_choosing_a_set_fills_the_form_and_keeps_typed_secrets(dialog, qtbot):
    type_into(qtbot, dialog, "name", "x")
    type_into(qtbot, dialog, "token", "s3cret")
    dialog.row.box.setFocus()
    qtbot.keyClick(dialog.row.box, Qt.Key.Key_Down)
    assert dialog.row.box.currentText() == "day"
    assert dialog.values() == {"limit": 1, "token": "s3cret"}


def test_a_set_is_renamed_and_deleted_and_can_be_kept_again(dialog, qtbot, sets):
    dialog.row.box.setFocus()
    qtbot.keyClick(dialog.row.box, Qt.Key.Key_Down)
    write(qtbot, dialog.row.box, "noon")
    press(qtbot, dialog.row.rename)
    assert sets.names() == ["noon"]
    press(qtbot, dialog.row.delete)
    assert sets.names() == []
    assert dialog.values() == {"limit": 1}
    press(qtbot, dialog.row.save)
    assert sets.read("noon") == {"limit": 1}


def test_what_cannot_be_kept_or_read_is_told_and_changes_nothing(dialog, qtbot, sets):
    write(qtbot, dialog.row.box, "a/b")
    press(qtbot, dialog.row.save)
    assert "cannot be the name" in dialog.row.message.text()
    sets.path("day").write_text("[")
    type_into(qtbot, dialog, "limit", "5")
    dialog.row.box.setFocus()
    qtbot.keyClick(dialog.row.box, Qt.Key.Key_Down)
    assert "no parameter set" in dialog.row.message.text()
    assert dialog.values() == {"limit": 5}
