"""Rules of the design that hold across the whole window, done with real mouse and key events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from floworch.model import codec
from floworch.model.workflow import Edge, Node, Workflow

K, M, LEFT = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def drawn(window, flow):
    window.resize(1400, 900)
    window.session.document.reset(flow())
    window.canvas.fit()
    window.activateWindow()
    window.canvas.setFocus()
    QApplication.processEvents()
    return window


def key(window, which, held=M.NoModifier):
    window.activateWindow()
    QApplication.processEvents()
    QTest.keyClick(window.focusWidget() or window, which, held)


def clicked(button):
    """Whether a click puts the focus on it."""
    return button.focusPolicy() & Qt.FocusPolicy.ClickFocus == Qt.FocusPolicy.ClickFocus


def test_no_button_around_the_canvas_keeps_the_keys_from_it(drawn, qtbot):
    """A button beside the canvas that keeps the focus after a click takes every letter away from it."""
    inside = (drawn._inspectors, drawn.banners)  # forms, in which the focus is meant to be
    around = [
        button
        for button in drawn.findChildren(QAbstractButton)
        if button.isVisible() and not any(part.isAncestorOf(button) for part in inside)
    ]
    assert len(around) > 20
    assert [button.accessibleName() or button.text() for button in around if clicked(button)] == []
    for button in (
        drawn.workspace.bar.buttons["in"],
        drawn.run_bar.findChild(QAbstractButton, "file.save") or drawn.tab_strip.add,
        drawn.docks["palette"].titleBarWidget().close_button,
    ):
        drawn.canvas.setFocus()
        qtbot.mouseClick(button, LEFT)
        tabs = drawn.tabs.all
        drawn.tabs.show(tabs[0])
        assert drawn.focusWidget() is drawn.canvas, button.accessibleName()
        drawn.selection.set(["second"])
        before = drawn.document.workflow.nodes["second"].disabled
        key(drawn, K.Key_D)
        assert drawn.document.workflow.nodes["second"].disabled is not before, button.accessibleName()


def test_undo_goes_back_behind_a_save_and_stays_with_its_tab(drawn, flow, tmp_path, until):
    path = tmp_path / "kept.flow.json"
    codec.save(flow().replace(id="kept"), path)
    drawn.files.load(path)
    drawn.canvas.setFocus()
    drawn.selection.set(["second"])
    key(drawn, K.Key_D)
    key(drawn, K.Key_S, M.ControlModifier)
    assert drawn.document.workflow.nodes["second"].disabled
    until(lambda: codec.load(path).nodes["second"].disabled)
    key(drawn, K.Key_T, M.ControlModifier)
    assert drawn.document.path is None
    drawn.tabs.show(next(tab for tab in drawn.tabs.all if tab.path == path))
    drawn.canvas.setFocus()
    key(drawn, K.Key_Z, M.ControlModifier)
    assert not drawn.document.workflow.nodes["second"].disabled
    assert drawn.document.dirty
    key(drawn, K.Key_Z, M.ControlModifier | M.ShiftModifier)
    assert drawn.document.workflow.nodes["second"].disabled
    assert not drawn.document.dirty


def test_esc_leaves_a_called_workflow_once_nothing_is_selected(drawn, flow, tmp_path):
    called, calling = tmp_path / "called.flow.json", tmp_path / "calling.flow.json"
    codec.save(flow().replace(id="called"), called)
    codec.save(flow().replace(nodes={"call": Node(action="flow.call", params={"workflow": called.name})}, edges=()),
               calling)  # fmt: skip
    drawn.files.load(calling)
    caller = drawn.tab
    drawn.selection.set(["call"])
    drawn.canvas.setFocus()
    key(drawn, K.Key_Down, M.ControlModifier | M.AltModifier)
    assert drawn.document.path == called
    drawn.canvas.setFocus()
    drawn.selection.set(["first"])
    key(drawn, K.Key_Escape)
    assert drawn.document.path == called, "the first Esc lets go of what is selected"
    key(drawn, K.Key_Escape)
    assert drawn.tab is caller
    drawn.selection.clear()
    drawn.canvas.setFocus()
    key(drawn, K.Key_Escape)
    assert drawn.tab is caller, "nothing calls this one"


def test_the_setting_of_the_wheel_reaches_every_tab(drawn):
    drawn.session.settings.set("canvas/wheel_zooms", True)
    assert drawn.canvas.wheel_zooms
    key(drawn, K.Key_T, M.ControlModifier)
    assert drawn.canvas.wheel_zooms


def test_an_unknown_action_is_moved_and_saved_as_it_was(drawn, tmp_path, until):
    path = tmp_path / "unknown.flow.json"
    nodes = {
        "odd": Node(action="acme.odd", params={"deep": {"list": [1, {"x": None}]}}, title="Odd"),
        "after": Node(action="util.log", params={"message": "hello"}),
    }
    edges = (Edge(source="odd", target="after", port="left"), Edge(source="odd", target="after", port="error"))
    codec.save(Workflow(id="unknown", nodes=nodes, edges=edges), path)
    drawn.files.load(path)
    box = drawn.canvas.graph.boxes["odd"]
    assert box.port_point("left") != box.port_point("error")
    drawn.selection.set(["odd"])
    drawn.canvas.setFocus()
    key(drawn, K.Key_Right, M.ControlModifier)
    until(lambda: drawn.document.dirty)
    key(drawn, K.Key_S, M.ControlModifier)
    until(lambda: not drawn.document.dirty)
    saved = codec.load(path)
    assert (saved.nodes, saved.edges) == (nodes, edges)
