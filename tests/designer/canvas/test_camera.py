"""Zoom and scroll arithmetic."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF, QRectF
from pytestqt.qtbot import QtBot


def test_scene_points_and_viewport_points_match(view: Any) -> None:
    for zoom in (0.05, 0.37, 1.0, 3.0):
        view.zoom_to(zoom)
        spot = view.camera().point(*view.scene_point(QPointF(333, 222)))
        assert (spot.x(), spot.y()) == pytest.approx((333, 222), abs=1e-6)


def test_zoom_stays_within_limits_and_is_announced(view: Any, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.zoom_changed) as signal:
        view.zoom_to(1000)
    assert signal.args == [4.0]
    view.zoom_to(0.00001)
    assert view.zoom == 0.02


def test_fit_shows_everything_and_never_enlarges(view: Any) -> None:
    view.fit()
    assert view.zoom <= 1.0
    shown = QRectF(view.viewport().rect())
    for box in view.graph.boxes.values():
        assert shown.contains(view.camera().rect(box.rect))


def test_a_far_away_node_can_be_reached(view: Any) -> None:
    from floworch_designer.document import edits

    view.document.apply(edits.move(view.document.workflow, {"u": (900_000.0, -900_000.0)}), "Move")
    view.selection.set(["u"])
    view.frame_selection()
    middle = view.camera().rect(view.graph.boxes["u"].rect).center()
    assert (middle.x(), middle.y()) == pytest.approx((600, 400), abs=2)


def test_revealing_scrolls_only_when_needed(view: Any) -> None:
    before = view.camera()
    view.reveal("a")
    assert view.camera() == before
    view.pan(-3000, 0)
    view.reveal("a")
    assert QRectF(view.viewport().rect()).contains(view.camera().rect(view.graph.boxes["a"].rect))
