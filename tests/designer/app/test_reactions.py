"""How the window answers to palette, problems and selection."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from floworch.model.workflow import Node
from floworch_designer.palette.catalog import Entry


def test_double_click_in_the_palette_adds_a_node_which_gets_the_keys(window, qtbot):
    window.palette_panel.finish()
    window.activateWindow()
    tree = window.palette_panel.tree
    place = tree.visualItemRect(tree.topLevelItem(0).child(0)).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(window.document.workflow.nodes) == 1
    assert window.selection.primary in window.document.workflow.nodes
    assert window.isWindowModified()
    qtbot.waitUntil(window.canvas.hasFocus)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Return)
    assert len(window.document.workflow.nodes) == 1, "Enter is for its parameters, not for another one"


def test_a_node_added_after_a_free_end_is_connected_to_it(window):
    for action in ("data.set", "util.log"):
        window.palette_panel.activated.emit(Entry("action", action, action, "", "", "data"))
    edge = window.document.workflow.edges[0]
    assert (edge.source, edge.target) == ("set", "log")


def test_a_new_node_shows_its_parameters(window, flow):
    window.session.document.reset(flow())
    window.selection.set(["first"])
    window.inspector.show_tab("Settings")
    window.palette_panel.activated.emit(Entry("action", "data.set", "Set", "", "", "data"))
    assert window.inspector.node_tabs.currentWidget() is window.inspector.parameters


def test_a_problem_leads_to_its_node_and_tab(window, flow):
    window.session.document.reset(flow().replace(nodes={"x": Node(action="data.set", timeout="soon")}, edges=()))
    problems = window.session.document.check_now()
    window.problems.chosen.emit(next(problem for problem in problems if problem.node == "x"))
    assert window.selection.primary == "x"


def test_the_foot_shows_the_zoom_of_the_canvas_in_front_whatever_others_do(window, flow):
    window.session.document.reset(flow())
    behind = window.canvas
    window.files.show(flow())
    window.canvas.zoom_to(1.0)
    behind.zoom_to(0.6)
    assert window.zoom_label.text() == "100 %"
    window.canvas.zoom_to(0.8)
    assert window.zoom_label.text() == "80 %"


def test_a_card_added_at_the_edge_is_in_view_with_its_output(window, flow):
    window.session.document.reset(flow())
    canvas = window.canvas
    canvas.jump(1.0, canvas.centre())
    edge = QPointF(*canvas.scene_point(QPointF(canvas.viewport().width() - 10, 200)))
    window.reactions.on_quick_add(Entry("action", "util.log", "Log", "", "", "data"), edge, ("second", "out"))
    port = canvas.camera().point(*canvas.port_point(window.selection.primary, "out").toTuple())
    assert port.x() < canvas.viewport().width() - 40
