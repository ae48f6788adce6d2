"""Pins and bookmarks by the keys of the window."""

from __future__ import annotations

import base64

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch.run.events import EventKind
from floworch_designer.app.editing import pinning
from floworch_designer.document.bookmarks import bookmarks

K, M = Qt.Key, Qt.KeyboardModifier


def press(window, key, modifiers=M.NoModifier):
    """Press a key on the canvas of the window in front: the offscreen platform forgets which one that is."""
    window.activateWindow()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, key, modifiers)


@pytest.fixture
def ran(window, flow, host, loop):
    """A finished run of two nodes whose first gave an object."""

    def show(output):
        window.session.document.reset(flow())
        run = host.add(flow(), f"r-{len(host.headers)}")
        host.push(run, EventKind.RUN_STARTED)
        for node, value in ((0, output), (1, None)):
            host.push(run, EventKind.NODE_STARTED, node)
            host.push(run, EventKind.NODE_COMPLETED, node, {"output": value})
        host.push(run, EventKind.RUN_COMPLETED, payload={"outputs": {}})
        loop.run_until_complete(window.controller.show(run))
        window.selection.set(["first"])
        return window

    return show


def test_p_pins_the_output_of_the_run_and_again_takes_the_pin_away(ran):
    window = ran({"a": [1, 2]})
    press(window, K.Key_P)
    assert window.document.workflow.nodes["first"].pin == {"a": [1, 2]}
    assert window.canvas.graph.boxes["first"].content.pinned, "the card shows it"
    press(window, K.Key_P)
    assert window.document.workflow.nodes["first"].pin is None
    window.document.undo_stack.undo()
    assert window.document.workflow.nodes["first"].pin == {"a": [1, 2]}
    window.document.undo_stack.undo()
    assert "pin" not in window.document.workflow.nodes["first"].model_fields_set


@pytest.mark.parametrize(
    ("output", "word"),
    [(None, "nothing"), ({"raw": base64.b64decode("AAAA")}, "bytes"), ("x" * 100, "larger")],
)
def test_what_cannot_be_pinned_is_said(ran, monkeypatch, output, word):
    monkeypatch.setattr(pinning, "MOST", 50)
    window = ran(output)
    press(window, K.Key_P)
    assert window.document.workflow.nodes["first"].pin is None
    assert word in window.banners.shown["message"].title.text()


def test_without_a_run_there_is_nothing_to_pin(window, flow):
    window.session.document.reset(flow())
    window.selection.set(["first", "second"])
    press(window, K.Key_P)
    assert "run it once" in window.banners.shown["message"].title.text()
    assert not window.document.undo_stack.can_undo()


def test_ctrl_and_a_digit_sets_a_bookmark_and_the_digit_goes_there(window, flow):
    window.session.document.reset(flow())
    window.canvas.jump(0.75, (400.0, 300.0))
    press(window, K.Key_4, M.ControlModifier)
    assert list(bookmarks(window.document.workflow)) == [4]
    window.canvas.jump(1.5, (0.0, 0.0))
    press(window, K.Key_4)
    assert window.canvas.zoom == 0.75
    press(window, K.Key_5)
    assert "no bookmark 5" in window.statusBar().currentMessage()
    press(window, K.Key_4, M.ControlModifier)
    assert not bookmarks(window.document.workflow)
