"""The chords of aligning reach the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch_designer.document import edits


@pytest.fixture
def drawn(window, flow):
    window.document.apply(edits.move(flow(), {"first": (0, 0), "second": (400, 90)}), "Make")
    window.selection.set(["first", "second"])
    window.activateWindow()
    window.canvas.setFocus()
    return window


@pytest.mark.parametrize(("key", "same"), [
    (Qt.Key.Key_L, "left"), (Qt.Key.Key_R, "right"), (Qt.Key.Key_T, "top"), (Qt.Key.Key_B, "bottom"),
])  # fmt: skip
def test_chords(drawn, key, same):
    QTest.keyClick(drawn.canvas, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(drawn.canvas, key)
    rects = [drawn.canvas.node_rect(node) for node in ("first", "second")]
    assert len({getattr(rect, same)() for rect in rects}) == 1


def test_every_handler_does_one_step(drawn):
    handlers = drawn.parts["align"]
    for name in ("left", "right", "top", "bottom", "centre", "middle", "straighten"):
        before = drawn.document.undo_stack.index()
        getattr(handlers, name)()
        assert drawn.document.undo_stack.index() == before + 1, name
        drawn.document.undo_stack.undo()
    handlers.across()
    handlers.down()
    QTest.keyClick(drawn.canvas, Qt.Key.Key_Q)
    assert {drawn.canvas.node_rect(node).y() for node in ("first", "second")} in ({0}, {90})
