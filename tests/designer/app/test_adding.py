"""A card has the same name whichever way it is added: by letters, from the palette, or dropped; with real events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from floworch.model.pictures.lengths import flatten, halfway
from floworch_designer.app.main_window import MainWindow
from floworch_designer.canvas.hits import hit
from floworch_designer.palette.catalog import ACTION_MIME
from floworch_designer.settings.words import speak

ACTION = "data.set"
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def by_letters(window, qtbot, opened):
    opened()
    qtbot.keyClicks(window.quick_add.line, ACTION)
    qtbot.keyClick(window.quick_add.line, Qt.Key.Key_Return)


def tab(window, qtbot):
    window.activateWindow()
    window.canvas.setFocus()
    by_letters(window, qtbot, lambda: qtbot.keyClick(window.canvas, Qt.Key.Key_Tab))


def double_click(window, qtbot):
    away = 60 + 150 * len(window.document.workflow.nodes)  # empty canvas, beside what is there already
    place = window.canvas.viewport().rect().bottomLeft() + QPoint(60, -away)
    by_letters(window, qtbot, lambda: qtbot.mouseDClick(window.canvas.viewport(), LEFT, pos=place))


def palette_keys(window, qtbot):
    window.palette_panel.search.clear()
    qtbot.keyClicks(window.palette_panel.search, ACTION)
    qtbot.keyClick(window.palette_panel.search, Qt.Key.Key_Return)


def palette_double_click(window, qtbot):
    window.palette_panel.search.clear()
    qtbot.keyClicks(window.palette_panel.search, ACTION)
    qtbot.waitUntil(lambda: [entry.id for entry in window.palette_panel.entries()][:1] == [ACTION])
    tree = window.palette_panel.tree
    first = tree.topLevelItem(0)
    place = tree.visualItemRect(first.child(0) if first.childCount() else first).center()
    qtbot.mouseClick(tree.viewport(), LEFT, pos=place)
    qtbot.mouseDClick(tree.viewport(), LEFT, pos=place)


def drag(window, qtbot):
    data = QMimeData()
    data.setData(ACTION_MIME, ACTION.encode())
    at, copy = QPointF(window.canvas.viewport().rect().center()), Qt.DropAction.CopyAction
    QApplication.sendEvent(window.canvas.viewport(), QDragEnterEvent(at.toPoint(), copy, data, LEFT, NONE))
    QApplication.sendEvent(window.canvas.viewport(), QDropEvent(at, copy, data, LEFT, NONE))


WAYS = (tab, double_click, palette_keys, palette_double_click, drag)


@pytest.fixture(params=["en", "de"])
def spoken(request, qapp, session, theme, qtbot):
    speak(request.param)
    window = MainWindow(session, theme)
    qtbot.addWidget(window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    window.resize(1400, 900)
    window.show()
    window.palette_panel.finish()
    yield window
    speak("en")


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_card_is_named_alike_whichever_way_it_is_added(spoken, qtbot, way):
    window, title = spoken, spoken.canvas.graph.kind(ACTION).title
    for name in ({"set": title}, {"set": title, "set_2": f"{title} 2"}):
        qtbot.mouseClick(window.canvas.viewport(), LEFT, pos=QPoint(12, 12))  # on nothing: nothing is selected
        way(window, qtbot)
        assert {key: node.title for key, node in window.document.workflow.nodes.items()} == name
        assert window.commands["edit.undo"].text().count(title) == 1


def test_tab_with_a_wire_selected_adds_into_it(window, qtbot, flow):
    """designer.md 1, insert by dropping on an edge: the same by keys alone."""
    window.session.document.reset(flow())
    window.selection.set(["first"])
    window.activateWindow()
    window.canvas.setFocus()
    window.commands["wire.next"].trigger()
    assert window.selection.edges == {0}
    qtbot.keyClick(window.canvas, Qt.Key.Key_Tab)
    assert "first" in window.quick_add.line.placeholderText()
    assert "second" in window.quick_add.line.placeholderText()
    by_letters(window, qtbot, lambda: None)
    assert [(edge.source, edge.target) for edge in window.document.workflow.edges] == [
        ("first", "set"),
        ("set", "second"),
    ]
    assert window.selection.nodes == {"set"}


def test_the_menu_of_a_wire_adds_into_it(window, qtbot, flow):
    window.session.document.reset(flow())
    wire = window.canvas.graph.wires[0]
    middle = QPointF(*halfway(flatten(wire.points)))
    window.menus.open(QPoint(400, 400), middle, hit(window.canvas.graph, (middle.x(), middle.y()), 1.0))
    entry = next(each for each in window.menus.menu.actions() if each.text() == window.commands["node.add"].text())
    entry.trigger()
    window.menus.menu.close()
    by_letters(window, qtbot, lambda: None)
    assert [(edge.source, edge.target) for edge in window.document.workflow.edges] == [
        ("first", "set"),
        ("set", "second"),
    ]
