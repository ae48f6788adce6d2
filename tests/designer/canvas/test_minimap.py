"""The minimap: it shows the whole in the colours of the run, and moves the view."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from floworch.run.status import NodeStatus
from floworch_designer.canvas.minimap import SIZE, Minimap
from floworch_designer.document import decor, edits


@pytest.fixture
def minimap(view: Any) -> Minimap:
    made = Minimap(view)
    made.set_shown(True)
    return made


def spot(minimap: Minimap, at: tuple[float, float]) -> QPoint:
    """A scene point in px of the minimap."""
    return minimap._rect((*at, *at)).topLeft().toPoint()


def color(minimap: Minimap, node: str) -> str:
    rect = minimap._view.node_rect(node)
    return str(minimap._pixmap.toImage().pixelColor(spot(minimap, (rect.center().x(), rect.center().y()))).name())


def test_a_click_and_a_drag_move_the_view(view: Any, minimap: Minimap) -> None:
    for start, end in (((0, 0), (700, 500)), ((200, 400), (860, 40))):
        QTest.mousePress(minimap, Qt.MouseButton.LeftButton, pos=spot(minimap, start))
        assert QPointF(*view.centre()).toPoint().x() == pytest.approx(start[0], abs=12)
        QTest.mouseMove(minimap, spot(minimap, end))
        QTest.mouseRelease(minimap, Qt.MouseButton.LeftButton, pos=spot(minimap, end))
    assert not view.selection
    assert view.document.undo_stack.count() == 0
    minimap.setFixedSize(SIZE)
    QTest.mouseDClick(minimap, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert minimap.rect().toRectF().contains(minimap.seen().intersected(minimap.rect().toRectF()))


def test_statuses_are_shown_without_drawing_everything(view: Any, minimap: Minimap, monkeypatch: Any) -> None:
    drawn: list[str] = []
    before = color(minimap, "a")
    monkeypatch.setattr(minimap, "_all", lambda ratio: drawn.append("all"))
    view.set_statuses({"a": NodeStatus.FAILED, "b": NodeStatus.COMPLETED})
    assert minimap._timer.isActive()
    minimap._draw()
    assert color(minimap, "a") == view.theme.tokens["failed"].lower() != before
    assert color(minimap, "b") == view.theme.tokens["success"].lower()
    assert drawn == []
    view.document.apply(edits.remove(view.document.workflow, ["a"]), "Delete")
    minimap._draw()
    assert drawn == ["all"]


def test_hidden_it_does_nothing_and_it_stays_in_its_corner(view: Any, minimap: Minimap) -> None:
    view.resize(900, 600)
    assert minimap.geometry().bottomRight() == QPoint(900 - 15, 600 - 15)
    minimap.set_shown(False)
    view.set_statuses({"a": NodeStatus.FAILED})
    assert not minimap._timer.isActive()
    minimap.set_shown(True)
    assert color(minimap, "a") == view.theme.tokens["failed"].lower()


def test_notes_and_frames_are_on_it(view: Any, minimap: Minimap) -> None:
    plain = minimap._pixmap.toImage()
    made, key = decor.add_group(view.document.workflow, ["a", "b"])
    made, _ = decor.add_note(made, "x", (900, 400))
    view.document.apply(made, "Decorate")
    minimap._draw()
    opened = minimap._pixmap.toImage()
    assert opened != plain
    view.areas.fold([key], True)
    minimap._draw()
    assert minimap._pixmap.toImage() != opened
    view.set_statuses({"a": NodeStatus.FAILED})
    minimap._draw()


def test_an_empty_canvas_and_a_far_away_view_are_no_trouble(view: Any, minimap: Minimap) -> None:
    view.pan(100_000, 100_000)
    minimap.repaint()
    view.document.new()
    minimap._draw()
    minimap.repaint()
    assert not minimap.grab().isNull()
