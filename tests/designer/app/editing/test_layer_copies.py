"""Middleware goes from one node to others: by keys with the clipboard, and by dragging it onto a card."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from floworch.model.workflow import Layer, RetryPolicy

K, M, LEFT = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton
LAYER = Layer(use="timeout", options={"after": "5s"}, when="inputs.x")


@pytest.fixture
def drawn(window, flow):
    """The first node has a layer and a retry, the second one nothing."""
    made = flow()
    first = made.nodes["first"].replace(middleware=(LAYER,), retry=RetryPolicy(max_attempts=5))
    window.resize(1400, 900)
    window.session.document.reset(made.replace(nodes={**made.nodes, "first": first}))
    window.canvas.fit()
    return window


def key(window, name, modifiers=M.NoModifier):
    window.activateWindow()
    QApplication.processEvents()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, name, modifiers)


def test_middleware_is_copied_by_keys_to_every_selected_node_as_one_step(drawn):
    drawn.selection.set(["first"])
    key(drawn, K.Key_C, M.AltModifier | M.ShiftModifier)
    assert "copied" in drawn.statusBar().currentMessage()
    key(drawn, K.Key_A, M.ControlModifier)
    for _ in range(2):  # the same again changes nothing
        key(drawn, K.Key_V, M.AltModifier | M.ShiftModifier)
        for node in drawn.document.workflow.nodes.values():
            assert (node.middleware, node.retry) == ((LAYER,), RetryPolicy(max_attempts=5))
    key(drawn, K.Key_Z, M.ControlModifier)
    assert drawn.document.workflow.nodes["second"].middleware == ()
    assert drawn.document.workflow.nodes["first"].middleware == (LAYER,)


def test_what_is_no_middleware_is_said_and_changes_nothing(drawn):
    drawn.selection.set(["second"])
    QGuiApplication.clipboard().setText("some words")
    key(drawn, K.Key_C, M.AltModifier | M.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "some words"
    before = drawn.document.workflow
    for text in ("some words", '{"$schema": "floworch:layers/1", "middleware": 3}'):
        QGuiApplication.clipboard().setText(text)
        key(drawn, K.Key_V, M.AltModifier | M.ShiftModifier)
        assert "no middleware" in drawn.statusBar().currentMessage()
    assert drawn.document.workflow == before


def test_a_layer_dragged_from_the_inspector_onto_a_card_is_copied_with_its_options(drawn, qtbot, monkeypatch):
    taken = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: taken.append(drag.mimeData()))
    drawn.selection.set(["first"])
    drawn.inspector.show_tab("Middleware")
    card = drawn.inspector.middleware.cards[0]
    begin = QPoint(card.width() // 2, 12)
    qtbot.mousePress(card, LEFT, pos=begin)
    for way in (20, 60):
        qtbot.mouseMove(card, begin + QPoint(-way, 0))
    (carried,) = taken
    data = QMimeData()
    for form in carried.formats():
        data.setData(form, carried.data(form))
    middle = drawn.canvas.node_rect("second").center()
    at, copy = drawn.canvas.camera().point(middle.x(), middle.y()), Qt.DropAction.CopyAction
    viewport = drawn.canvas.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(QPointF(at).toPoint(), copy, data, LEFT, M.NoModifier))
    QApplication.sendEvent(viewport, QDropEvent(QPointF(at), copy, data, LEFT, M.NoModifier))
    assert [node.middleware for node in drawn.document.workflow.nodes.values()] == [(LAYER,), (LAYER,)]
    key(drawn, K.Key_Z, M.ControlModifier)
    assert drawn.document.workflow.nodes["second"].middleware == ()
