"""Dropping actions and layers from outside."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from floworch_designer.canvas import CanvasView


def arrows(view: CanvasView) -> set[str]:
    return {f"{edge.source}.{edge.port}>{edge.target}" for edge in view.document.workflow.edges}


def drop(view: CanvasView, kind: str, text: str, at: QPointF) -> bool:
    data = QMimeData()
    data.setData(kind, text.encode())
    spot = view.camera().point(at.x(), at.y())
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    view.dragMoveEvent(QDragMoveEvent(spot.toPoint(), copy, data, left, Qt.KeyboardModifier.NoModifier))
    event = QDropEvent(spot, copy, data, left, Qt.KeyboardModifier.NoModifier)
    event.setAccepted(False)
    view.dropEvent(event)
    return event.isAccepted()


ACTION, LAYER = "application/x-floworch-action", "application/x-floworch-layer"


def test_an_action_dropped_becomes_a_node_under_the_mouse(view: Any) -> None:
    assert drop(view, ACTION, "data.set", QPointF(1000, 600))
    assert view.selection.nodes == {"set"}
    assert view.document.workflow.nodes["set"].title == view.graph.kind("data.set").title, "as one that is searched for"
    assert view.node_rect("set").center().toPoint() == QPointF(1000, 600).toPoint()
    assert view.overlay.ghost is None


def test_an_action_dropped_on_an_edge_goes_in_between(view: Any) -> None:
    assert drop(view, ACTION, "data.set", QPointF(268, 36))
    assert {"a.out>set", "set.out>b"} <= arrows(view)
    assert "a.out>b" not in arrows(view)


def test_an_action_dropped_into_a_frame_joins_the_body(view: Any) -> None:
    assert drop(view, ACTION, "data.set", QPointF(280, 400))
    assert view.document.workflow.nodes["set"].parent == "e"


def test_a_layer_dropped_on_a_card_becomes_a_chip_and_on_nothing_is_refused(view: Any) -> None:
    assert drop(view, LAYER, "cache", QPointF(100, 30))
    assert view.document.workflow.nodes["a"].middleware[0].use == "cache"
    assert [chip.text for chip in view.graph.boxes["a"].content.chips] == ["cache"]
    assert not drop(view, LAYER, "cache", QPointF(1000, 650))
