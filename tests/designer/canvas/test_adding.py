"""A new node belongs to the frames where it was put, whichever way it came."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent

from floworch_designer.canvas import CanvasView


def searched(view: CanvasView, at: QPointF) -> None:
    view.add_action("data.filter", at)


def dropped(view: CanvasView, at: QPointF) -> None:
    data = QMimeData()
    data.setData("application/x-floworch-action", b"data.filter")
    spot = view.camera().point(at.x(), at.y())
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    view.dropEvent(QDropEvent(spot, copy, data, left, Qt.KeyboardModifier.NoModifier))


@pytest.mark.parametrize("way", [searched, dropped])
def test_a_node_put_on_a_frame_belongs_to_it(view: Any, way: Any) -> None:
    view.selection.set(["a", "b"])
    view.areas.group()
    left, top = view.graph.boxes["a"].x, view.graph.boxes["a"].y
    way(view, QPointF(left - 8, top - 8))
    (frame,) = view.document.workflow.view["frames"]
    assert set(frame["nodes"]) == {"a", "b", "filter"}
    node = view.document.workflow.nodes["filter"]
    assert (node.title, node.parent) == (view.graph.kind("data.filter").title, None)
