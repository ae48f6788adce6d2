"""Middleware: added, moved by keys, removed, inherited."""

from __future__ import annotations

from PySide6.QtCore import Qt

from floworch.model.workflow import Layer


def test_middleware_is_added_moved_by_keys_and_removed(panel, qtbot, node):
    panel.context.selection.set(["log"])
    panel.show_tab("Middleware")
    page = panel.middleware
    page.add("logging")
    page.add("timeout")
    assert [layer.use for layer in node().middleware] == ["logging", "timeout"]
    qtbot.keyClick(page.cards[1], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [layer.use for layer in node().middleware] == ["timeout", "logging"]
    qtbot.keyClicks(page.cards[0].form.rows["after"].editor.line, "5s")
    assert node().middleware[0] == Layer(use="timeout", options={"after": "5s"})
    qtbot.keyClick(page.cards[0], Qt.Key.Key_Delete)
    assert [layer.use for layer in node().middleware] == ["logging"]


def test_middleware_of_the_workflow_is_named_at_its_nodes(panel):
    panel.workflow_tabs.setCurrentIndex(1)
    panel.workflow_middleware.add("logging")
    assert panel.context.document.workflow.middleware[0].use == "logging"
    panel.context.selection.set(["log"])
    panel.show_tab("Middleware")
    assert "Logging" in panel.middleware.inherited.text(), "as it is called on its own card"


def test_layers_are_dropped_from_the_palette_and_moved_by_drag(panel, node):
    from PySide6.QtCore import QByteArray, QMimeData, QPointF
    from PySide6.QtGui import QDropEvent

    from floworch_designer.inspector.middleware_page import LAYER_MIME, MOVE_MIME

    panel.context.selection.set(["log"])
    panel.show_tab("Middleware")
    page = panel.middleware

    def drop(kind, payload, y):
        mime = QMimeData()
        mime.setData(kind, QByteArray(payload))
        page.dropEvent(QDropEvent(QPointF(20, y), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                                  Qt.KeyboardModifier.NoModifier))  # fmt: skip

    drop(LAYER_MIME, b"logging", 500)
    drop(LAYER_MIME, b"timeout", 900)
    assert [layer.use for layer in node().middleware] == ["logging", "timeout"]
    drop(MOVE_MIME, b"1", -50)
    assert [layer.use for layer in node().middleware] == ["timeout", "logging"]


def test_an_unknown_layer_is_kept(panel, node):
    workflow = panel.context.document.workflow
    odd = node().replace(middleware=(Layer(use="vendor.layer", options={"a": 1}),))
    panel.context.document.reset(workflow.replace(nodes={**workflow.nodes, "log": odd}))
    panel.context.selection.set(["log"])
    panel.show_tab("Middleware")
    assert panel.middleware.cards[0].form is None
    assert node().middleware[0].options == {"a": 1}


def test_retry_and_timeout_of_a_node_are_told_where_they_stand(panel, node):
    panel.context.selection.set(["log"])
    panel.show_tab("Middleware")
    assert panel.middleware.written.isHidden()
    workflow = panel.context.document.workflow
    timed = node().replace(timeout="5s")
    panel.context.document.apply(workflow.replace(nodes={**workflow.nodes, "log": timed}), "Time it")
    assert panel.middleware.written.isVisible()
    panel.workflow_tabs.setCurrentIndex(1)
    assert panel.workflow_middleware.written.isHidden(), "a workflow has none"
