"""Fitting: clear of the minimap, and again when the room changes, until somebody moves the view."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas.camera import FIT_MARGIN
from floworch_designer.canvas.fitting import CLEAR, READABLE
from floworch_designer.canvas.minimap import Minimap
from floworch_designer.canvas.painting import TITLED
from floworch_designer.document.positions import with_positions


def shown(view: Any) -> bool:
    """Whether every card is in view."""
    room = QRectF(view.viewport().rect())
    return all(room.contains(view.camera().rect(box.rect)) for box in view.graph.boxes.values())


def test_what_was_fitted_is_fitted_again_when_something_would_be_cut(view: Any, qtbot: QtBot) -> None:
    view.fit()
    assert view.fitting.fitted
    before = view.zoom
    view.resize(1200, 260)
    qtbot.waitUntil(lambda: view.viewport().height() < 300)
    assert shown(view)
    assert view.zoom < before
    view.resize(1200, 800)
    qtbot.waitUntil(lambda: view.viewport().height() > 700)
    assert view.zoom == pytest.approx(before)
    assert shown(view)


@pytest.mark.parametrize("move", ["pan", "wheel", "key", "reveal"])
def test_whoever_moves_the_view_is_left_alone(view: Any, qtbot: QtBot, move: str) -> None:
    view.fit()
    if move == "pan":
        view.pan(40, 0)
    elif move == "wheel":
        spot = QPointF(200, 200)
        event = QWheelEvent(spot, view.mapToGlobal(spot.toPoint()).toPointF(), QPoint(), QPoint(0, 240),
                            Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
                            Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
        QApplication.sendEvent(view.viewport(), event)
    elif move == "key":
        qtbot.keyClick(view, Qt.Key.Key_Minus)
    else:
        view.jump(0.9, (0.0, 0.0))
    assert not view.fitting.fitted
    place = view._stand() if hasattr(view, "_stand") else (view.zoom, view.horizontalScrollBar().value())
    view.resize(1200, 300)
    qtbot.waitUntil(lambda: view.viewport().height() < 310)
    assert (view.zoom, view.horizontalScrollBar().value()) == place[:2]


def on_screen(view: Any, above: int) -> tuple[float, float, float]:
    """Zoom, and where the scene's origin is, as seen from the window in which the view begins ``above``."""
    camera = view.camera()
    return camera.zoom, camera.dx, camera.dy + above


def strip(view: Any, qtbot: QtBot, above: int, held: bool = False) -> tuple[float, float, float]:
    """A strip comes above or goes, and the view ends where it did; return where things are on the screen."""
    height = view.height() + view.fitting._above - above
    view.fitting.lies_at(above, held)
    view.resize(view.width(), height)
    qtbot.waitUntil(lambda: view.height() == height)
    return on_screen(view, above)


def test_a_strip_that_comes_above_moves_nothing_and_leaves_it_fitted(view: Any, qtbot: QtBot) -> None:
    view.fitting.lies_at(100)
    view.fit()
    before = on_screen(view, 100)
    assert strip(view, qtbot, 130) == before
    assert view.fitting.fitted
    assert strip(view, qtbot, 100) == before
    view.pan(0, 5)
    assert strip(view, qtbot, 130) == (before[0], before[1], before[2] + 5)
    assert not view.fitting.fitted


@pytest.mark.parametrize("held", [False, True])
def test_the_first_row_goes_down_with_a_strip_and_back_with_it_unless_something_is_held(
    view: Any, qtbot: QtBot, held: bool
) -> None:
    view.fitting.lies_at(0)
    view.fit()
    top = round(view.camera().rect(view.graph.extent()).top())
    view.pan(0, 10 - top)
    before = on_screen(view, 0)
    came = strip(view, qtbot, 60, held)
    assert came[:2] == before[:2]
    assert came[2] - before[2] == (0 if held else 60 - 10 + CLEAR)
    assert strip(view, qtbot, 120, held)[2] - came[2] == (0 if held else 60), "a second one"
    assert strip(view, qtbot, 60, held)[2] == came[2]
    assert strip(view, qtbot, 0) == before


def test_whoever_moves_the_view_while_a_strip_is_there_keeps_it_when_that_goes(view: Any, qtbot: QtBot) -> None:
    view.fitting.lies_at(0)
    view.fit()
    view.pan(0, 10 - round(view.camera().rect(view.graph.extent()).top()))
    strip(view, qtbot, 60)
    view.pan(30, 40)
    before = on_screen(view, 60)
    assert strip(view, qtbot, 0) == before


def test_a_panel_that_comes_and_goes_leaves_no_trace(view: Any, qtbot: QtBot) -> None:
    view.fitting.lies_at(0)
    view.fit()
    before, height = on_screen(view, 0), view.height()
    for each in (260, height):
        view.resize(1200, each)
        qtbot.waitUntil(lambda each=each: view.height() == each)
    assert on_screen(view, 0) == before
    strip(view, qtbot, 40)
    for each in (260, height - 40):
        view.resize(1200, each)
        qtbot.waitUntil(lambda each=each: view.height() == each)
    assert strip(view, qtbot, 0) == before


def test_a_card_that_is_put_beyond_the_edge_is_not_fitted_by_itself(view: Any, qtbot: QtBot) -> None:
    view.fit()
    _, top, right, bottom = view.camera().scene(QRectF(view.viewport().rect()))
    view.add_action("data.set", QPointF(right - 20, (top + bottom) / 2))
    before, height = on_screen(view, 0), view.height()
    view.resize(1200, height - 2)
    qtbot.waitUntil(lambda: view.height() == height - 2)
    assert on_screen(view, 0) == before


@pytest.mark.parametrize("size", [(900, 420), (1200, 300), (600, 700)])
def test_the_minimap_covers_no_card(view: Any, qtbot: QtBot, size: tuple[int, int]) -> None:
    minimap = Minimap(view)
    view.resize(*size)
    qtbot.waitUntil(lambda: view.size().toTuple() == size)
    view.fit()
    minimap.set_shown(True)
    assert view.fitting.fitted
    place = QRectF(minimap.geometry())
    assert not any(place.intersects(view.camera().rect(box.rect)) for box in view.graph.boxes.values())
    assert shown(view)
    with_map = view.zoom
    minimap.set_shown(False)
    assert view.zoom >= with_map
    assert shown(view)


@pytest.mark.parametrize("less", [24, 40])
def test_a_little_less_room_does_not_leave_a_card_behind_the_bar(view: Any, qtbot: QtBot, less: int) -> None:
    view.bottom_room = 50.0
    view.document.reset(rows(40, 4))
    view.fit()
    before = view.height()
    view.resize(1200, before - less)
    qtbot.waitUntil(lambda: view.height() == before - less)
    room = QRectF(view.viewport().rect()).adjusted(0, 0, 0, -view.bottom_room - CLEAR)
    assert all(room.contains(view.camera().rect(box.rect)) for box in view.graph.boxes.values())


def test_room_that_comes_a_little_at_a_time_is_used(view: Any, qtbot: QtBot) -> None:
    view.document.reset(rows(40, 4))
    view.resize(1200, 400)
    qtbot.waitUntil(lambda: view.height() == 400)
    view.fit()
    before = view.zoom
    for height in range(440, 841, 40):
        view.resize(1200, height)
        qtbot.waitUntil(lambda height=height: view.height() == height)
    assert view.zoom > 1.5 * before
    assert shown(view)


def test_what_a_panel_and_strips_made_smaller_grows_back_as_they_go(view: Any, qtbot: QtBot) -> None:
    view.document.reset(rows(40, 4))
    heights = (700, 500, 455, 420, 455, 500, 700)
    zooms = []
    for height in heights:
        view.resize(1200, height)
        qtbot.waitUntil(lambda height=height: view.height() == height)
        if not zooms:
            view.fit()
        zooms.append(view.zoom)
    assert zooms[0] > zooms[1] > zooms[2] > zooms[3]
    assert zooms[4:] == pytest.approx(zooms[2::-1])


def test_fitting_again_is_no_place_to_come_back_to(view: Any) -> None:
    view.fit()
    view.jump(1.0, (0.0, 0.0))
    view.fit()
    zoom = view.zoom
    view.go()
    assert view.zoom != zoom or not view.fitting.fitted


def rows(count: int, length: int = 30) -> Workflow:
    """So many nodes in rows of ``length``, as somebody placed them."""
    nodes = {f"n{number}": Node(action="data.set") for number in range(count)}
    places = {f"n{number}": (300.0 * (number % length), 120.0 * (number // length)) for number in range(count)}
    return with_positions(Workflow(id="w", nodes=nodes), places)


def test_what_would_be_too_small_to_read_opens_at_its_start(view: Any, qtbot: QtBot) -> None:
    view.document.reset(rows(30))
    view.fitting.open()
    room, first = QRectF(view.viewport().rect()), view.camera().rect(view.graph.boxes["n0"].rect)
    assert view.zoom == pytest.approx(READABLE)
    assert room.contains(first)
    assert first.left() == pytest.approx(FIT_MARGIN, abs=1)
    view.resize(900, 600)
    qtbot.waitUntil(lambda: view.viewport().height() <= 600)
    assert view.zoom == pytest.approx(READABLE)
    assert QRectF(view.viewport().rect()).contains(view.camera().rect(view.graph.boxes["n0"].rect))
    view.fit()
    assert shown(view)


@pytest.mark.parametrize("count", [3, TITLED + 1])
def test_what_can_be_read_whole_or_never_opens_as_a_whole(view: Any, count: int) -> None:
    view.document.reset(rows(count))
    view.fitting.open()
    assert shown(view)
