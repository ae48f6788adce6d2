"""Outline and minimap are switched by keys, and the minimap is remembered."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest


def test_the_minimap_is_a_switch_that_is_remembered(window, flow):
    window.commands["view.minimap"].trigger()
    assert window.workspace.minimap.isVisible()
    assert window.session.settings.get("canvas/minimap") is True
    window.commands["view.minimap"].trigger()
    assert not window.workspace.minimap.isVisible()


def test_alt_m_and_alt_o(window, flow):
    window.document.apply(flow(), "Make")
    window.activateWindow()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert window.workspace.minimap.isVisible()
    QTest.keyClick(window.canvas, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    assert window.outline.search.hasFocus()
    assert window.docks["outline"].height() > 150
    QTest.keyClick(window.outline.search, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    assert not window.docks["outline"].isVisible()
    assert window.canvas.hasFocus()


def test_focus_mode_and_the_way_back(window, flow):
    window.document.apply(flow(), "Make")
    window.activateWindow()
    canvas = window.canvas
    canvas.setFocus()
    window.selection.set(["first"])
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(canvas, Qt.Key.Key_F, both)
    assert canvas._focus == {"first", "second"}
    QTest.keyClick(canvas, Qt.Key.Key_F, both)
    assert canvas._focus is None
    canvas.fit()
    before = canvas.zoom
    canvas.look_at((0, 0, 90_000, 90_000))
    QTest.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert canvas.zoom == before
    QTest.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.zoom < before
