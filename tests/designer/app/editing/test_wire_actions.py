"""Knots, portals and right angles by the shortcuts of the window, on the real canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from floworch_designer.app.session import make_canvas as real_canvas
from floworch_designer.canvas import graphics
from floworch_designer.document import edits
from floworch_designer.document import wires as stored

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def make_canvas():
    return real_canvas


@pytest.fixture
def drawn(window, flow):
    window.document.apply(flow(), "Make")
    window.activateWindow()
    window.canvas.setFocus()
    return window


def test_every_key_of_wires(drawn):
    canvas = drawn.canvas
    drawn.selection.set(["first"])
    QTest.keyClick(canvas, Qt.Key.Key_E)
    assert drawn.selection.edges == {0}
    QTest.keyClick(canvas, Qt.Key.Key_K)
    assert len(stored.knots(drawn.document.workflow)) == 1
    QTest.keyClick(canvas, Qt.Key.Key_E)
    QTest.keyClick(canvas, Qt.Key.Key_P, SHIFT)
    assert canvas.graph.wires[0].tags
    before = canvas.centre()
    QTest.keyClick(canvas, Qt.Key.Key_J)
    assert canvas.centre() != before
    QTest.keyClick(canvas, Qt.Key.Key_P, SHIFT)
    assert not canvas.graph.wires[0].tags


def test_right_angles_are_a_setting_of_every_tab_and_of_exports(drawn, tmp_path):
    curved = canvas_points(drawn)
    QTest.keyClick(drawn.canvas, Qt.Key.Key_W, ALT)
    assert drawn.session.settings.get("canvas/square")
    assert drawn.commands["view.square"].isChecked()
    drawn.parts["exchange"].write(drawn.document.workflow, tmp_path / "square.svg", ".svg")
    assert canvas_points(drawn) != curved
    drawn.session.settings.set("canvas/square", False)
    assert not drawn.commands["view.square"].isChecked()
    assert canvas_points(drawn) == curved
    drawn.parts["exchange"].write(drawn.document.workflow, tmp_path / "curved.svg", ".svg")
    assert (tmp_path / "square.svg").read_text() != (tmp_path / "curved.svg").read_text()


def canvas_points(window):
    return window.canvas.graph.wires[0].points


def test_a_wire_and_a_knot_have_their_entries_in_the_menu(drawn):
    drawn.selection.set([], [0])
    drawn.refresh_actions()
    assert drawn.commands["wire.knot"].isEnabled()
    assert drawn.commands["wire.portals"].isEnabled()
    assert not drawn.commands["wire.jump"].isEnabled()
    drawn.selection.set(["first"])
    drawn.refresh_actions()
    assert not drawn.commands["wire.knot"].isEnabled()


def test_a_wire_and_the_list_of_ports_by_keys(drawn):
    drawn.document.apply(edits.disconnect(drawn.document.workflow, [0]), "Cut")
    drawn.selection.set(["first"])
    QTest.keyClick(drawn.canvas, Qt.Key.Key_W)
    assert drawn.canvas.overlay.targets == {"second"}
    QTest.keyClick(drawn.canvas, Qt.Key.Key_Escape)
    QTest.keyClick(drawn.canvas, Qt.Key.Key_O)
    assert drawn.canvas.port_list.isVisible()
    QTest.keyClick(drawn.canvas.port_list, Qt.Key.Key_Escape)
    QTest.keyClick(drawn.canvas, Qt.Key.Key_W)
    way = Qt.Key.Key_Right if drawn.canvas.graph.boxes["second"].x > 0 else Qt.Key.Key_Down
    QTest.keyClick(drawn.canvas, way)
    QTest.keyClick(drawn.canvas, Qt.Key.Key_Return)
    assert [(edge.source, edge.target) for edge in drawn.document.workflow.edges] == [("first", "second")]


def test_tab_and_n_open_the_quick_add_box(drawn, qtbot):
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_N):
        drawn.canvas.setFocus()
        QTest.keyClick(drawn.canvas, key)
        qtbot.waitUntil(drawn.quick_add.isVisible)
        drawn.quick_add.hide()


def test_the_floating_bar_is_a_setting(drawn):
    bar = drawn.workspace.bar
    assert bar.isVisible()
    QTest.mouseClick(bar.minimap, Qt.MouseButton.LeftButton)
    assert drawn.commands["view.minimap"].isChecked()
    assert drawn.workspace.minimap.isVisible()
    QTest.keyClick(drawn.canvas, Qt.Key.Key_B, ALT | SHIFT)
    assert not bar.isVisible()
    assert not drawn.session.settings.get("canvas/bar")


def test_a_graphics_card_that_cannot_be_used_is_told_and_the_setting_goes_back(drawn, monkeypatch):
    monkeypatch.setattr(graphics, "can_start", lambda: "No OpenGL context could be made on this display.")
    drawn.session.settings.set("canvas/graphics_card", True)
    assert not drawn.session.settings.get("canvas/graphics_card")
    assert not drawn.canvas.accelerated
    told = [label.text() for label in drawn.banners.findChildren(QLabel)]
    assert any("The graphics card is not used." in text for text in told)
