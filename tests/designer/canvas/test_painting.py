"""Cards are placed on whole device pixels; what is hidden is not painted."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.run.status import NodeStatus
from floworch_designer.canvas import RunInfo
from floworch_designer.canvas.painting import Camera
from floworch_designer.theme.statuses import HUMAN, TIMED_OUT


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_snapped_points_are_whole_device_pixels(ratio: float) -> None:
    point = Camera(0.73, 10.31, 7.77, ratio).snapped(123.4, 56.7)
    assert point.x() * ratio == pytest.approx(round(point.x() * ratio))
    assert point.y() * ratio == pytest.approx(round(point.y() * ratio))


def test_hidden_nodes_take_their_wires_along(view: Any) -> None:
    frames, cards, wires = view.painter.visible((-50, -50, 2000, 2000), {"b"})
    assert {box.id for box in frames} == {"e"}
    assert "b" not in {box.id for box in cards}
    assert {(wire.source.id, wire.target.id) for wire in wires} == {("x", "y")}


def test_timeouts_and_people_have_their_own_looks(view: Any) -> None:
    view.set_statuses({"a": NodeStatus.FAILED, "b": NodeStatus.WAITING})
    view.set_run_info({"a": RunInfo(timed_out=True), "b": RunInfo(human=True)})
    assert view.painter.look(view.graph.boxes["a"]) is TIMED_OUT
    assert view.painter.look(view.graph.boxes["b"]) is HUMAN
