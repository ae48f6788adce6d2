"""The chart under mouse and keys."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication


def wheel(chart, x, turned, modifier):
    at = QPointF(x, 60)
    event = QWheelEvent(at, chart.viewport().mapToGlobal(at), QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton,
                        modifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(chart.viewport(), event)


def test_a_click_chooses_and_a_double_click_goes_there_and_opens(chart, place, qtbot):
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place(chart, 1, 104.5))
    assert chart.told == [("chosen", "b", None)]
    qtbot.mouseDClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place(chart, 3, 105.5))
    assert chart.told[-2:] == [("sought", 105.1), ("opened", "d", None)]


def test_the_ruler_seeks_and_a_drag_moves_the_view_without_choosing(chart, qtbot):
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(chart.x_of(102.0)), 8))
    assert chart.told[0][0] == "sought"
    assert chart.told[0][1] == pytest.approx(102.0, abs=0.02)
    chart.told.clear()
    chart.zoom(4.0)
    before = chart.scale.left
    qtbot.mousePress(chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(400, 60))
    qtbot.mouseMove(chart.viewport(), QPoint(460, 60))
    qtbot.mouseRelease(chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(460, 60))
    assert chart.told == []
    assert chart.scale.left < before


def test_ctrl_and_the_wheel_zoom_around_the_pointer_and_shift_moves(chart):
    x = chart.x_of(103.0)
    wheel(chart, x, 240, Qt.KeyboardModifier.ControlModifier)
    assert not chart.scale.all_seen
    assert chart.x_of(103.0) == pytest.approx(x)
    left = chart.scale.left
    wheel(chart, x, -120, Qt.KeyboardModifier.ShiftModifier)
    assert chart.scale.left > left
    chart.fit()
    assert chart.scale.all_seen


def test_rows_of_the_run_before_are_nobodys_while_a_smaller_one_comes(chart, monkeypatch):
    with monkeypatch.context() as until:
        until.setattr(chart, "feed", SimpleNamespace(live=SimpleNamespace(node_ids=("a",))))
        assert [chart.name_of(row.node) for row in chart.rows][:2] == ["a", ""]
        chart.select(["d"])
    assert chart.selected == {"d"}


def test_keys(chart, qtbot):
    chart.chosen.connect(lambda node, _item: chart.select([node]))
    for _ in range(2):
        qtbot.keyClick(chart, Qt.Key.Key_Down)
    qtbot.keyClick(chart, Qt.Key.Key_Up)
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    told = [(what, node) for what, node, _item in chart.told]
    assert told == [("chosen", "a"), ("chosen", "b"), ("chosen", "a"), ("opened", "a")]
    qtbot.keyClick(chart, Qt.Key.Key_Plus)
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert chart.scale.shows(106.0)
    assert not chart.scale.shows(100.0)
    qtbot.keyClick(chart, Qt.Key.Key_0)
    assert chart.scale.all_seen
