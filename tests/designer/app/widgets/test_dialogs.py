"""Questions never block the loop; inputs become fields of their type."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QMessageBox, QTreeView, QWidget

from floworch.model.workflow import Input, Workflow
from floworch_designer.app.widgets.dialogs import (
    InputsDialog,
    ask,
    ask_export,
    ask_import,
    ask_save,
    missing_inputs,
)


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


def test_the_harmless_answer_is_the_one_that_is_filled(loop, qtbot, theme):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.setStyleSheet(theme.stylesheet())
    parent.show()

    async def main():
        question = asyncio.create_task(ask(parent, "T", "Really?", (("Keep it", "reject"), ("Delete", "destroy"))))
        await asyncio.sleep(0.02)
        (box,) = parent.findChildren(QMessageBox)
        colors = {each.text(): each.grab().toImage().pixelColor(6, each.height() // 2).name() for each in box.buttons()}
        box.buttons()[0].click()
        await asyncio.wait_for(question, 5)
        return colors

    colors = loop.run_until_complete(main())
    assert colors["Keep it"] == theme.tokens["accent"].lower()
    assert colors["Delete"] != colors["Keep it"]


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
        header = dialog.findChild(QTreeView, "treeView").header()
        assert header.sectionSize(0) >= 300
        words = ("", "70.12 KiB", "Verzeichnis", "30.11.2026 15:28:42")
        for column in (1, 2, 3):
            assert header.fontMetrics().horizontalAdvance(words[column]) + 12 <= header.sectionSize(column)
        dialog.reject()
        await question

    loop.run_until_complete(main())


def typed_into(loop, qtbot, folder, typed, answer, asking):
    """What a file dialog gives for a typed name and, where it asks before it replaces a file, for that answer."""
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    asked = []

    async def main():
        question = asyncio.create_task(asking(parent, str(folder)))
        await asyncio.sleep(0.02)
        (dialog,) = parent.findChildren(QFileDialog)
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        line.selectAll()
        qtbot.keyClicks(line, typed)
        QTimer.singleShot(0, lambda: qtbot.keyClick(line, Qt.Key.Key_Return))  # Qt's own question has its own loop
        for _ in range(100):
            await asyncio.sleep(0.01)
            if question.done():
                break
            for box in parent.findChildren(QMessageBox):
                if box.isVisible():
                    asked.append(box.text())
                    next(each for each in box.buttons() if each.text().replace("&", "") in answer).click()
                    break
            else:
                continue
            if not question.done() and dialog is not None and "No" in answer and len(asked) == 1:
                with contextlib.suppress(RuntimeError):
                    dialog.reject()  # Qt's own dialog stays open after No
        return await asyncio.wait_for(question, 5)

    return loop.run_until_complete(main()), asked


@pytest.mark.parametrize("typed", ["taken", "v1.2", "taken.flow.json"])
@pytest.mark.parametrize("answer", [("Replace", "Yes"), ("Keep it", "No")])
def test_a_name_without_its_ending_replaces_no_file_unasked(loop, qtbot, tmp_path, typed, answer):
    """What is asked about is the file that is written, not the name that was typed."""
    taken = tmp_path / (typed if typed.endswith(".json") else f"{typed}.flow.json")
    taken.write_text("precious")
    path, asked = typed_into(loop, qtbot, tmp_path, typed, answer, lambda parent, at: ask_save(parent, at, "new"))
    assert len(asked) == 1
    assert taken.name in asked[0]
    assert path == (taken if "Yes" in answer else None)


@pytest.mark.parametrize(
    ("typed", "name"), [("free", "free.flow.json"), ("v1.2", "v1.2.flow.json"), ("a.json", "a.json")]
)
def test_a_saved_workflow_ends_like_one(loop, qtbot, tmp_path, typed, name):
    path, asked = typed_into(loop, qtbot, tmp_path, typed, (), lambda parent, at: ask_save(parent, at, "new"))
    assert (path, asked) == (tmp_path / name, [])


def test_an_export_replaces_no_file_unasked(loop, qtbot, tmp_path):
    (tmp_path / "v1.2.svg").write_text("precious")
    forms = {".svg": "Picture", ".mmd": "Mermaid"}
    asking = lambda parent, at: ask_export(parent, at, "new", forms)  # noqa: E731
    path, asked = typed_into(loop, qtbot, tmp_path, "v1.2", ("Keep it", "No"), asking)
    assert path is None
    assert len(asked) == 1
    path, asked = typed_into(loop, qtbot, tmp_path, "v1.2", ("Replace", "Yes"), asking)
    assert path == (tmp_path / "v1.2.svg", ".svg")
