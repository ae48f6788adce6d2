"""Double clicks and zooming with wheel and keys."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

CTRL = Qt.KeyboardModifier.ControlModifier


def test_zoom_keys_fit_and_the_point_under_the_mouse_stays(view: Any, hand: Any) -> None:
    hand.key(Qt.Key.Key_1)
    assert view.zoom <= 1.0
    hand.key(Qt.Key.Key_0)
    assert view.zoom == 1.0
    spot = QPointF(300, 200)
    before = view.scene_point(spot)
    event = QWheelEvent(spot, QPointF(view.viewport().mapToGlobal(spot.toPoint())), QPointF(0, 0).toPoint(),
                        QPointF(0, 240).toPoint(), Qt.MouseButton.NoButton, CTRL, Qt.ScrollPhase.NoScrollPhase,
                        False)  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)
    after = view.scene_point(spot)
    assert view.zoom == pytest.approx(1.44)
    assert after == pytest.approx(before, abs=1.0)
    hand.click(hand.card("a"))
    hand.key(Qt.Key.Key_F)
    assert view.camera().rect(view.graph.boxes["a"].rect).center().x() == pytest.approx(600, abs=2)


def test_the_wheel_alone_scrolls_or_zooms_as_the_setting_says(view: Any) -> None:
    spot, none = QPointF(300, 200), Qt.KeyboardModifier.NoModifier

    def turn() -> None:
        event = QWheelEvent(spot, QPointF(view.viewport().mapToGlobal(spot.toPoint())), QPointF(0, 0).toPoint(),
                            QPointF(0, 120).toPoint(), Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase,
                            False)  # fmt: skip
        QApplication.sendEvent(view.viewport(), event)

    zoom, place = view.zoom, view.camera().dy
    turn()
    assert view.zoom == zoom
    assert view.camera().dy > place
    view.wheel_zooms = True
    under = view.scene_point(spot)
    turn()
    assert view.zoom == pytest.approx(zoom * 1.2)
    assert view.scene_point(spot) == pytest.approx(under, abs=1.0)


def test_plus_and_minus_zoom(view: Any, hand: Any) -> None:
    hand.key(Qt.Key.Key_0)
    hand.key(Qt.Key.Key_Plus)
    assert view.zoom == pytest.approx(1.2)
    hand.key(Qt.Key.Key_Minus)
    hand.key(Qt.Key.Key_Minus)
    assert view.zoom == pytest.approx(1 / 1.2)


def test_double_click_opens_a_node_and_asks_for_one_on_empty_canvas(view: Any, hand: Any, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.node_activated) as opened:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=hand.at(*hand.card("a")))
    assert opened.args == ["a"]
    with qtbot.waitSignal(view.quick_add_requested) as asked:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=hand.at(1000, 600))
    assert asked.args is not None
    assert asked.args[2] is None
