"""The gallery: an example is looked at, chosen by keys or mouse, and opened as a new document."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch_designer.app.files.gallery import Gallery
from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.widgets import dialogs
from floworch_designer.settings.words import speak


@pytest.fixture
def gallery(window, qtbot):
    window.commands["file.examples"].trigger()
    dialog = window.findChild(Gallery)
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def test_keys_walk_the_list_and_enter_opens_a_copy(gallery, window, qtbot):
    first = gallery.picture.pixmap().toImage()
    while gallery.current.name != "order-saga":
        row = gallery.list.currentRow()
        qtbot.keyClick(gallery.list, Qt.Key.Key_Down)
        assert gallery.list.currentRow() == row + 1
    assert gallery.title.text() == "Order saga"
    assert gallery.about.text() == gallery.current.workflow.description
    assert gallery.picture.pixmap().toImage() != first
    qtbot.keyClick(gallery.list, Qt.Key.Key_Return)
    assert window.document.workflow.id == "order-saga"
    assert window.document.path is None
    assert not window.document.dirty
    assert not window.tab.restricted


def test_a_double_click_opens_beside_what_is_edited(window, flow, qtbot):
    window.document.apply(flow(), "Make")
    edited = window.tab
    window.commands["file.examples"].trigger()
    dialog = window.findChild(Gallery)
    item = dialog.list.item(2)
    place = dialog.list.visualItemRect(item).center()
    qtbot.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert dialog.title.text() == item.text()
    qtbot.mouseDClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.tab is not edited
    assert window.document.workflow.name == item.text()
    assert edited.document.dirty


def test_escape_opens_nothing(gallery, window, qtbot):
    qtbot.keyClick(gallery, Qt.Key.Key_Escape)
    assert window.findChild(Gallery) is None or not window.findChild(Gallery).isVisible()
    assert not window.document.workflow.nodes


def test_nothing_is_clipped_and_every_example_is_drawn(gallery):
    for row in range(gallery.list.count()):
        gallery.list.setCurrentRow(row)
        picture = gallery.picture.pixmap().toImage()
        colours = {picture.pixel(x, y) for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5)}
        assert len(colours) > 8, gallery.current.name
        gallery.layout().activate()
        for label in (gallery.title, gallery.about, gallery.needs, gallery.does):
            assert label.height() >= label.heightForWidth(label.width()) or not label.isVisible()


def test_what_the_example_calls_is_saved_with_it(window, until, monkeypatch, tmp_path):
    from floworch_designer.app.files.examples import examples

    window.gallery.take(next(each for each in examples() if each.calls))
    assert any(problem.severity == "error" for problem in window.document.check_now())

    async def chosen(*_):
        return tmp_path / "calls.flow.json"

    monkeypatch.setattr(dialogs, "ask_save", chosen)
    window.commands["file.save"].trigger()
    until(lambda: window.document.path is not None)
    assert (tmp_path / "count-lines.flow.json").is_file()
    assert not [problem for problem in window.document.check_now() if problem.severity == "error"]


def test_a_copy_that_is_opened_in_a_german_window_is_german(session, theme, qtbot):
    speak("de")
    try:
        window = MainWindow(session, theme)
        qtbot.addWidget(window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
        window.show()
        window.commands["file.examples"].trigger()
        dialog = window.findChild(Gallery)
        qtbot.waitUntil(dialog.isVisible)
        assert dialog.list.item(0).text() == "Ordnerprüfung"
        while dialog.current.name != "approval-chain":
            qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
        assert dialog.about.text().startswith("Ein Einkauf, den eine Person genehmigt")
        qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
        workflow = window.document.workflow
        assert (workflow.id, workflow.name) == ("approval-chain", "Genehmigungskette")
        assert workflow.nodes["lead"].title == "Die Teamleitung"
        assert workflow.nodes["lead"].params["message"] == "{{ inputs.what }} für {{ inputs.amount }} kaufen?"
        assert workflow.inputs["limit"].title == "Grenze für eine Person"
        assert not window.document.dirty
    finally:
        speak("en")
