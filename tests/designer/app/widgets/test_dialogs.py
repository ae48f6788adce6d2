"""Questions never block the loop; inputs become fields of their type."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QMessageBox, QTreeView, QWidget

from floworch.model.workflow import Input, Workflow
from floworch_designer.app.widgets.dialogs import InputsDialog, ask, ask_import, input_fields, missing_inputs
from floworch_designer.inspector.schema import Kind


def test_a_question_lets_other_tasks_go_on(loop, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()

    async def main():
        question = asyncio.create_task(ask(parent, "T", "Really?", (("Yes", "accept"), ("No", "reject"))))
        await asyncio.sleep(0.02)
        box = parent.findChildren(QMessageBox)[0]
        next(button for button in box.buttons() if button.text() == "Yes").click()
        return await asyncio.wait_for(question, 5)

    assert loop.run_until_complete(main()) == "Yes"


def test_the_words_of_a_question_begin_where_its_buttons_begin(loop, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()

    async def main():
        question = asyncio.create_task(ask(parent, "T", "Really?", (("Yes", "accept"),), "It is for ever."))
        await asyncio.sleep(0.02)
        (box,) = parent.findChildren(QMessageBox)
        lefts = {label.mapTo(box, QPoint()).x() for label in box.findChildren(QLabel) if label.isVisible()}
        box.buttons()[0].click()
        await asyncio.wait_for(question, 5)
        return lefts

    assert loop.run_until_complete(main()) == {20}


def test_fields_follow_the_declared_types():
    inputs = {
        "folder": Input(type="string"), "path": Input(type="string"), "n": Input(type="integer", default=3),
        "on": Input(type="boolean"), "any": Input(), "rows": Input(type="array"),
    }  # fmt: skip
    kinds = [field.kind for field in input_fields(inputs)]
    assert kinds == [Kind.FOLDER, Kind.FILE, Kind.INTEGER, Kind.BOOLEAN, Kind.EXPRESSION, Kind.JSON]


def test_only_required_inputs_without_a_default_are_missing():
    workflow = Workflow(id="w", inputs={"a": Input(required=True), "b": Input(required=True, default=1), "c": Input()})
    assert missing_inputs(workflow, {}) == ["a"]
    assert missing_inputs(workflow, {"a": None}) == []


def test_the_form_is_not_accepted_half_typed(theme, qtbot):
    workflow = Workflow(id="w", inputs={"n": Input(type="integer", title="Number")})
    dialog = InputsDialog(workflow, {}, theme)
    qtbot.addWidget(dialog)
    qtbot.keyClicks(dialog.form.rows["n"].editor.line, "many")
    dialog.run_button.click()
    assert "Number" in dialog.message.text()
    dialog.form.rows["n"].editor.line.setText("7")
    dialog.form.rows["n"].editor.edited.emit()
    dialog.run_button.click()
    assert dialog.result() == 1
    assert dialog.values() == {"n": 7}


@pytest.mark.parametrize("suggested", [True, False])
def test_a_whole_path_that_is_typed_is_what_is_opened(loop, qtbot, tmp_path, suggested):
    """Also while the suggestions are open, of which one that is marked would take Enter."""
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    (tmp_path / "elsewhere" / "folder").mkdir(parents=True)
    file = tmp_path / "elsewhere" / "request.txt"
    file.write_text("curl https://x.example")
    (tmp_path / "first").mkdir()

    async def main():
        question = asyncio.create_task(ask_import(parent, str(tmp_path / "first")))
        await asyncio.sleep(0.02)
        (dialog,) = parent.findChildren(QFileDialog)
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        line.setText(str(file))
        popup = line.completer().popup()
        assert popup.property("role") == "suggestions", "it has the colours of the window"
        if suggested:
            popup.show()
        QTest.keyClick(popup if suggested else line, Qt.Key.Key_Return)
        return await asyncio.wait_for(question, 5)

    assert loop.run_until_complete(main()) == file


def test_what_is_not_there_leaves_the_dialog_open(loop, qtbot, tmp_path):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()

    async def main():
        question = asyncio.create_task(ask_import(parent, str(tmp_path)))
        await asyncio.sleep(0.02)
        (dialog,) = parent.findChildren(QFileDialog)
        dialog.findChild(QLineEdit, "fileNameEdit").setText(str(tmp_path))
        QTest.keyClick(dialog.findChild(QLineEdit, "fileNameEdit"), Qt.Key.Key_Return)
        assert dialog.isVisible(), "a folder is gone into"
        dialog.reject()
        return await asyncio.wait_for(question, 5)

    assert loop.run_until_complete(main()) is None


def test_a_file_dialog_has_room_for_names_and_stays_on_the_screen(loop, qtbot, tmp_path):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()

    async def main():
        question = asyncio.create_task(ask_import(parent, str(tmp_path)))
        await asyncio.sleep(0.02)
        (dialog,) = parent.findChildren(QFileDialog)
        room = dialog.screen().availableGeometry()
        assert dialog.width() >= min(760, room.width())
        assert dialog.width() <= room.width()
        assert dialog.height() <= room.height()
        assert dialog.findChild(QTreeView, "treeView").header().sectionSize(0) >= 300
        dialog.reject()
        await question

    loop.run_until_complete(main())
