"""What is shown stays in its place on the screen: at strips, at other tabs, and where a node is dropped."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from floworch.model import codec
from floworch.model.workflow import Node, Workflow
from floworch_designer.app.tabs import workspace
from floworch_designer.canvas.tools.drop import ACTION_MIME
from floworch_designer.document.positions import with_positions


def spot(window):
    """Zoom, and where the scene's origin is on the screen."""
    canvas = window.canvas
    at = canvas.viewport().mapToGlobal(canvas.camera().point(0, 0).toPoint())
    return canvas.zoom, at.x(), at.y()


@pytest.fixture
def desk(window, tmp_path, qtbot, until, monkeypatch):
    """A window with two files in tabs, the first of them in front: tall enough to be small when all of it is seen.

    No button is held, whatever tests before left pressed: for the application that is one mouse.
    """
    monkeypatch.setattr(workspace.QApplication, "mouseButtons", lambda: Qt.MouseButton.NoButton)
    for name in ("one", "two"):
        nodes = {f"{name}{number}": Node(action="data.set") for number in range(12)}
        places = {f"{name}{number}": (40.0, 110.0 * number) for number in range(12)}
        path = tmp_path / f"{name}.flow.json"
        codec.save(with_positions(Workflow(id=name, nodes=nodes), places), path)
        window.files.open_path(path)
        until(lambda path=path: window.tab.path == path)
    window.resize(1400, 900)
    QCursor.setPos(window.mapToGlobal(QPoint(3, 3)))
    window.tabs.show(window.tabs.all[0])
    qtbot.waitUntil(window.canvas.isVisible)
    settle()
    QTest.keyClick(window.canvas, Qt.Key.Key_1)
    window.canvas.glide.end()
    settle()
    return window


def settle():
    """Let every layout that waits be made."""
    for _ in range(4):
        QApplication.processEvents()


@pytest.mark.parametrize(("buttons", "wire", "moves"), [("NoButton", False, True), ("LeftButton", False, False),
                                                        ("NoButton", True, False)])  # fmt: skip
def test_a_strip_hides_no_first_row_unless_something_is_held(desk, monkeypatch, buttons, wire, moves):
    """designer.md 6: a strip tells something; it takes nothing out of a hand. A mouse that is only there holds none."""
    canvas, held = desk.canvas, getattr(Qt.MouseButton, buttons)
    monkeypatch.setattr(workspace.QApplication, "mouseButtons", lambda: held)
    if wire:
        canvas.start_wire("one0")
    before = spot(desk)
    desk.tell("error", "The run failed", "words " * 60)
    settle()
    top = canvas.camera().rect(canvas.graph.extent()).top()
    assert (top >= 0) is moves
    assert (spot(desk) != before) is moves


def test_a_strip_that_grows_to_two_lines_hides_no_first_row_either(desk):
    canvas = desk.canvas
    before = spot(desk)
    for words in ("short", "words " * 60, "words " * 120):
        desk.tell("error", "The run failed", words)
        settle()
        assert canvas.camera().rect(canvas.graph.extent()).top() >= 0
    desk.banners.shown["message"].close_button.click()
    settle()
    assert spot(desk) == before


def test_a_strip_never_makes_what_was_fitted_smaller(desk, qtbot):
    before = spot(desk)
    desk.tell("warning", "Something happened", "And more words about it.")
    settle()
    assert spot(desk)[:2] == before[:2]
    qtbot.mouseClick(desk.banners.shown["message"].close_button, Qt.MouseButton.LeftButton)
    settle()
    assert spot(desk) == before


def click_tab(window, qtbot, number):
    """Bring a tab to the front with the mouse."""
    bar = window.tab_strip.bar
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(number).center())
    settle()


@pytest.mark.parametrize("moved", [False, True])
def test_a_tab_that_comes_back_stands_as_it_stood_whatever_strips_both_have(desk, qtbot, moved):
    one, two = desk.tabs.all
    if moved:
        desk.canvas.pan(31, -77)
    for tab in (one, two):
        desk.banners.show_banner("trust", "info", "Of both tabs", "words " * 60, scope=tab)
    settle()
    click_tab(desk, qtbot, 1)
    other = spot(desk)
    click_tab(desk, qtbot, 0)
    desk.tell("info", "One", "strip", tab=one)
    settle()
    before = spot(desk)
    click_tab(desk, qtbot, 1)
    assert desk.tab is two
    assert spot(desk) == other
    click_tab(desk, qtbot, 0)
    assert desk.tab is one
    assert spot(desk) == before
    click_tab(desk, qtbot, 1)
    assert spot(desk) == other


def drop(canvas, at):
    """Drop an action from the palette."""
    data = QMimeData()
    data.setData(ACTION_MIME, b"util.log")
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind, place in ((QDragEnterEvent, at), (QDropEvent, QPointF(at))):
        QApplication.sendEvent(canvas.viewport(), kind(place, Qt.DropAction.CopyAction, data, button, none))


@pytest.mark.parametrize("side", ["right", "below"])
def test_a_node_dropped_at_the_edge_moves_nothing_then_or_later(desk, qtbot, side):
    canvas, room = desk.canvas, desk.canvas.viewport().rect()
    before, count = spot(desk), len(desk.document.workflow.nodes)
    drop(canvas, QPoint(room.right() - 4, 200) if side == "right" else QPoint(300, room.bottom() - 4))
    settle()
    assert len(desk.document.workflow.nodes) == count + 1
    assert spot(desk) == before
    desk.status_strip.count_problems(0)
    settle()
    desk.status_strip.count_problems(3)
    settle()
    assert spot(desk) == before


def test_a_node_added_by_a_double_click_near_the_edge_comes_into_view_as_a_whole(desk, qtbot):
    canvas = desk.canvas
    at = QPoint(canvas.viewport().width() - 12, 150)
    before = spot(desk)
    qtbot.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert desk.quick_add.isVisible()
    QTest.keyClicks(desk.quick_add.line, "log")
    QTest.keyClick(desk.quick_add.line, Qt.Key.Key_Return)
    settle()
    assert len(desk.document.workflow.nodes) == 13
    node = desk.selection.primary
    assert canvas.viewport().rect().contains(canvas.camera().rect(canvas.graph.boxes[node].rect).toAlignedRect())
    assert (spot(desk)[0], spot(desk)[2]) == (before[0], before[2]), "no further than it takes"
