"""The floating bar does what its buttons say, leaves Fit its room, and makes room for gestures."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas import view as view_module
from floworch_designer.canvas.bar import CanvasBar
from floworch_designer.document.decor import notes
from floworch_designer.document.positions import with_positions


@pytest.fixture
def bar(view: Any) -> CanvasBar:
    made = CanvasBar(view)
    made.set_shown(True)
    return made


def press(bar: CanvasBar, name: str) -> None:
    QTest.mouseClick(bar.buttons[name], Qt.MouseButton.LeftButton)


def test_every_button(view: Any, bar: CanvasBar) -> None:
    asked: list[Any] = []
    view.quick_add_requested.connect(lambda *what: asked.append("add"))
    bar.minimap_asked.connect(asked.append)
    press(bar, "add")
    press(bar, "minimap")
    assert asked == ["add", True]
    press(bar, "out")
    assert bar.buttons["percent"].text() == "83 %"
    press(bar, "percent")
    assert view.zoom == 1.0
    press(bar, "in")
    assert view.zoom == pytest.approx(1.2)
    press(bar, "note")
    QTest.keyClicks(view.areas._editor, "Why")
    QTest.keyClick(view.areas._editor, Qt.Key.Key_Escape)
    assert len(notes(view.document.workflow)) == 1
    assert all(button.accessibleName() for button in bar.buttons.values())


def test_its_button_adds_a_node_where_it_is_seen(view: Any, bar: CanvasBar, monkeypatch: Any) -> None:
    """The mouse is at the button: a card that came there lay under the bar."""
    asked: list[Any] = []
    view.quick_add_requested.connect(lambda _place, scene, _source: asked.append(scene))
    button = bar.buttons["add"]
    at = button.mapToGlobal(button.rect().center())
    monkeypatch.setattr(view_module, "QCursor", SimpleNamespace(pos=lambda: at))
    press(bar, "add")
    middle = view.camera().point(asked[0].x(), asked[0].y()).toPoint()
    assert middle == view.viewport().rect().center()


def test_the_key_adds_a_node_where_the_mouse_is(view: Any, bar: CanvasBar, monkeypatch: Any) -> None:
    asked: list[Any] = []
    view.quick_add_requested.connect(lambda _place, scene, _source: asked.append(scene))
    at = view.viewport().mapToGlobal(QPoint(300, 500))
    monkeypatch.setattr(view_module, "QCursor", SimpleNamespace(pos=lambda: at))
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert view.camera().point(asked[0].x(), asked[0].y()).toPoint() == QPoint(300, 500)


def test_fit_leaves_the_bar_free(view: Any, bar: CanvasBar) -> None:
    view.resize(700, 420)
    press(bar, "fit")
    covered = QRect(bar.pos(), bar.size())
    for box in view.graph.boxes.values():
        assert not view.camera().rect(box.rect).toAlignedRect().intersects(covered)
    bar.set_shown(False)
    assert view.bottom_room == 0


def test_it_stays_in_the_middle_of_the_lower_edge(view: Any, bar: CanvasBar) -> None:
    view.resize(900, 600)
    assert abs(bar.geometry().center().x() - 450) <= 1
    assert 600 - 30 < bar.geometry().bottom() < 600


@pytest.mark.parametrize("still", [False, True])
def test_it_goes_while_something_is_dragged_and_at_once_without_motion(
    view: Any, hand: Any, bar: CanvasBar, still: bool
) -> None:
    view.set_still(still)
    hand.press(hand.card("a"))
    hand.move((200.0, 200.0))
    if not still:
        assert bar._fade.duration() == 120
        bar._fade.setCurrentTime(120)
    assert not bar.isVisible()
    hand.release((200.0, 200.0))
    if not still:
        bar._fade.setCurrentTime(120)
    assert bar.isVisible()
    assert not bar._effect.isEnabled(), "an effect costs time in every frame"


@pytest.mark.parametrize("comes", [True, False])
def test_less_motion_during_a_fade_leaves_it_whole(view: Any, hand: Any, bar: CanvasBar, comes: bool) -> None:
    hand.press(hand.card("a"))
    hand.move((200.0, 200.0))
    if comes:
        bar._fade.setCurrentTime(120)
        hand.release((200.0, 200.0))
    bar._fade.setCurrentTime(60)
    view.set_still(True)
    assert bar.isVisible() is comes, "half a fade is where it was to end"
    if not comes:
        hand.release((200.0, 200.0))
    assert bar.isVisible()
    assert not bar._effect.isEnabled()
    view.set_still(False)
    assert bar.isVisible()
    assert bar._effect.opacity() == 1.0, "the next fade begins with what is seen"


def test_it_steps_aside_for_cards_that_a_strip_moved_down_behind_it_and_comes_back(
    view: Any, bar: CanvasBar, qtbot: Any
) -> None:
    """The view stays as large as it was when a strip comes above: its last row slipped behind the bar."""
    places = {f"n{number}": (40.0, 110.0 * number) for number in range(12)}
    nodes = {name: Node(action="data.set") for name in places}
    view.document.reset(with_positions(Workflow(id="tall", nodes=nodes), places))
    view.fitting.lies_at(0)
    view.fit()
    middle = bar.x()

    def strip(above: int) -> None:
        height = view.height() + view.fitting._above - above
        view.fitting.lies_at(above)
        view.resize(view.width(), height)
        qtbot.waitUntil(lambda: view.height() == height)

    strip(90)
    last = view.camera().rect(view.graph.boxes["n11"].rect).toAlignedRect()
    assert last.bottom() > bar.y(), "else there is nothing to step aside for"
    assert not QRect(bar.pos(), bar.size()).intersects(last)
    strip(0)
    assert bar.x() == middle


def test_above_a_row_as_wide_as_the_view_it_covers_no_card_either(view: Any, bar: CanvasBar, qtbot: Any) -> None:
    """At either side of such a row it lay upon a card."""
    places = {f"n{row}.{at}": (240.0 * at, 240.0 * row) for row in range(5) for at in range(6)}
    nodes = {name: Node(action="data.set") for name in places}
    view.document.reset(with_positions(Workflow(id="wide", nodes=nodes), places))
    view.resize(1240, 800)
    view.fitting.lies_at(0)
    view.fit()
    place = bar.pos()
    view.fitting.lies_at(90)
    view.resize(1240, 710)
    qtbot.waitUntil(lambda: view.height() == 710)
    rects = [view.camera().rect(box.rect).toAlignedRect() for box in view.graph.boxes.values()]
    assert any(rect.bottom() > 710 - bar.height() for rect in rects), "else there is nothing to step aside for"
    assert not any(QRect(bar.pos(), bar.size()).intersects(rect) for rect in rects)
    assert bar.y() > 350, "no higher than it must be"
    view.fitting.lies_at(0)
    view.resize(1240, 800)
    qtbot.waitUntil(lambda: view.height() == 800)
    assert bar.pos() == place
