"""Words of a plan at the cards, near and far."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.canvas.painting import Camera
from floworch_designer.canvas.plan import paint_plan


@pytest.mark.parametrize(("zoom", "word", "marked"), [(1.0, "runs", True), (1.0, "", False), (0.3, "runs", False),
                                                      (0.3, "out", True), (1.0, "unheard-of", True)])  # fmt: skip
def test_a_word_is_painted_at_its_card(qapp, theme, zoom, word, marked):
    graph = CanvasGraph()
    graph.build(Workflow(id="w", nodes={"a": Node(action="util.log")}))
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(0)
    before = image.copy()
    painter = QPainter(image)
    camera = Camera(zoom, 40.0, 40.0, 1.0)
    paint_plan(painter, theme, camera, camera.scene(QRectF(0, 0, 400, 200)), graph.boxes.values(), {"a": (word, "")})
    painter.end()
    assert (image != before) is marked
