"""Lines of designer.md 2 about the panels of the window, done with the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from floworch.model import codec
from floworch.model.workflow import Node, Workflow
from floworch.run.events import EventKind
from floworch.run.status import RunStatus

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def drawn(window, flow):
    window.resize(1400, 900)
    window.session.document.reset(flow())
    QApplication.processEvents()
    return window


def test_a_panel_is_torn_off_by_its_title_and_the_menu_puts_it_back(drawn, qtbot):
    """Everything dockable."""
    dock = drawn.docks["palette"]
    title = dock.titleBarWidget()
    at = QPoint(30, title.height() // 2)
    QTest.mousePress(title, LEFT, Qt.KeyboardModifier.NoModifier, at)
    for step in (20, 120, 300):
        QTest.mouseMove(title, at + QPoint(step, step))
        QApplication.processEvents()
    QTest.mouseRelease(title, LEFT, Qt.KeyboardModifier.NoModifier, at + QPoint(300, 300))
    qtbot.waitUntil(dock.isFloating)
    drawn.commands["view.reset_layout"].trigger()
    assert not dock.isFloating()
    assert dock.isVisible()
    assert drawn.dockWidgetArea(dock) == Qt.DockWidgetArea.LeftDockWidgetArea


def test_the_run_bar_tells_state_and_time_in_words(drawn, host, until):
    drawn.canvas.setFocus()
    QTest.keyClick(drawn.canvas, Qt.Key.Key_F5)
    until(lambda: drawn.run_bar.status.text() == "Running")
    drawn.run_bar.refresh()
    assert any(letter.isdigit() for letter in drawn.run_bar.clock.text()), "how long it has run"
    for key, word in ((Qt.Key.Key_F6, "Paused"), (Qt.Key.Key_F6, "Running")):
        QTest.keyClick(drawn, key)
        until(lambda word=word: drawn.run_bar.status.text() == word)
    QTest.keyClick(drawn, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: drawn.run_bar.status.text() == "Cancelled")


def test_a_filter_of_the_outline_follows_the_run(drawn, host, until, qtbot):
    """designer.md 1, outline tree with filters: what fails meanwhile comes in."""
    drawn.canvas.setFocus()
    QTest.keyClick(drawn.canvas, Qt.Key.Key_F5)
    until(lambda: drawn.controller.status is RunStatus.RUNNING)
    QTest.keyClick(drawn.canvas, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClicks(drawn.outline.search, "is:failed")
    until(lambda: not list(drawn.outline.model.keys))
    run_id = drawn.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_FAILED, 0, {"error": {"kind": "value_error", "message": "bad"}})
    until(lambda: list(drawn.outline.model.keys) == ["first"])


def test_the_breadcrumb_is_walked_by_clicks(window, tmp_path, qtbot):
    codec.save(Workflow(id="part", nodes={"log": Node(action="util.log", params={"message": "x"})}),
               tmp_path / "part.flow.json")  # fmt: skip
    call = Node(action="flow.call", params={"workflow": "part.flow.json"})
    codec.save(Workflow(id="whole", nodes={"call": call}), tmp_path / "whole.flow.json")
    window.files.load(tmp_path / "whole.flow.json")
    caller = window.tab
    window.selection.set(["call"])
    window.commands["tabs.called"].trigger()
    assert window.tab is not caller
    first = window.tab_strip.crumbs.buttons[0]
    assert first.text() == "whole"
    qtbot.mouseClick(first, LEFT)
    assert window.tab is caller
