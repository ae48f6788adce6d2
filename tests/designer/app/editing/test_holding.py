"""designer.md 1: what a drag over the border of a frame or container does, by keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from floworch.model.workflow import Edge, Node, Workflow
from floworch_designer.app.session import make_canvas as real_canvas
from floworch_designer.canvas.geometry import contains
from floworch_designer.document.decor import add_group, groups

K, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLACES = {"a": [0, 0], "b": [320, 0], "c": [640, 0], "loop": [0, 300], "inner": [24, 360], "each": [700, 300]}


@pytest.fixture
def make_canvas():
    return real_canvas


@pytest.fixture
def drawn(window):
    """a > b > c, a loop with one node in it, and a loop with nothing in it."""
    nodes = {key: Node(action="data.set", title=key.upper()) for key in ("a", "b", "c")}
    nodes["loop"] = Node(action="flow.foreach", title="Loop")
    nodes["inner"] = Node(action="data.set", parent="loop")
    nodes["each"] = Node(action="flow.foreach", title="Each")
    edges = (Edge(source="a", target="b"), Edge(source="b", target="c"))
    window.resize(1400, 900)
    window.session.document.reset(Workflow(id="w", nodes=nodes, edges=edges, view={"nodes": PLACES}))
    window.canvas.fit()
    return window


def press(window, key, modifiers=Qt.KeyboardModifier.NoModifier):
    window.activateWindow()
    window.canvas.setFocus()
    QApplication.processEvents()
    QTest.keyClick(window.canvas, key, modifiers)


def put_into(window, words):
    press(window, K.Key_I)
    picker = window.parts["areas"]._picker
    assert picker.isVisible()
    QTest.keyClicks(picker.line, words)
    QTest.keyClick(picker.line, K.Key_Return)
    assert not picker.isVisible()


def inside(window, node, holder):
    boxes = window.canvas.graph.boxes
    x1, y1, x2, y2 = boxes[node].rect
    return contains(boxes[holder].rect, (x1, y1)) and contains(boxes[holder].rect, (x2, y2))


@pytest.mark.parametrize("holder", ["loop", "each"])
def test_a_node_is_put_into_a_container_by_keys_and_out_of_it_again(drawn, holder):
    before = drawn.document.workflow
    drawn.selection.set(["c"])
    put_into(drawn, holder)
    made = drawn.document.workflow
    assert made.nodes["c"].parent == holder
    assert inside(drawn, "c", holder)
    assert [(edge.source, edge.target) for edge in made.edges] == [("a", "b")], "no wire crosses the border"
    assert drawn.selection.nodes == {"c"}
    press(drawn, K.Key_Z, CTRL)
    assert drawn.document.workflow == before, "one step"
    press(drawn, K.Key_Z, CTRL | SHIFT)
    press(drawn, K.Key_I, SHIFT)
    assert drawn.document.workflow.nodes["c"].parent is None
    assert not inside(drawn, "c", holder)
    press(drawn, K.Key_Z, CTRL)
    assert drawn.document.workflow == made


def test_nodes_join_a_frame_by_keys_and_leave_it_again(drawn):
    made, frame = add_group(drawn.document.workflow, ["a"], "Load")
    drawn.document.apply(made, "Frame")
    drawn.selection.set(["b", "c"])
    gap = drawn.canvas.graph.boxes["c"].x - drawn.canvas.graph.boxes["b"].x
    put_into(drawn, "load")
    boxes = drawn.canvas.graph.boxes
    assert set(groups(drawn.document.workflow)[frame].nodes) == {"a", "b", "c"}
    assert boxes["c"].x - boxes["b"].x == gap, "they keep their places to each other"
    assert boxes["b"].y > boxes["a"].y, "below what is there"
    assert len(drawn.document.workflow.edges) == 2, "a frame holds no wire back"
    drawn.selection.set(["b"])
    press(drawn, K.Key_I, SHIFT)
    assert set(groups(drawn.document.workflow)[frame].nodes) == {"a", "c"}
    assert drawn.document.undo_stack.count() == 3


def test_what_is_in_a_frame_in_a_container_leaves_the_frame_first(drawn):
    made, frame = add_group(drawn.document.workflow, ["inner"], "Within")
    drawn.document.apply(made, "Frame")
    drawn.selection.set(["a"])
    put_into(drawn, "within")
    assert drawn.document.workflow.nodes["a"].parent == "loop", "the frame is in the loop"
    assert set(groups(drawn.document.workflow)[frame].nodes) == {"inner", "a"}
    press(drawn, K.Key_I, SHIFT)
    assert drawn.document.workflow.nodes["a"].parent == "loop"
    assert groups(drawn.document.workflow)[frame].nodes == ("inner",)
    press(drawn, K.Key_I, SHIFT)
    assert drawn.document.workflow.nodes["a"].parent is None
    assert not drawn.commands["frame.take_out"].isEnabled()


def test_only_what_does_not_hold_it_yet_is_offered_and_never_the_container_itself(drawn):
    drawn.selection.set(["loop"])
    press(drawn, K.Key_I)
    picker = drawn.parts["areas"]._picker
    assert [picker.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(picker.list.count())] == ["each"]
    QTest.keyClick(picker.line, K.Key_Return)
    assert drawn.document.workflow.nodes["loop"].parent == "each"
    assert inside(drawn, "inner", "each"), "its body goes with it"
    drawn.selection.set(["inner"])
    press(drawn, K.Key_I)
    assert [picker.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(picker.list.count())] == ["each"]
    QTest.keyClick(picker.line, K.Key_Escape)
    assert drawn.document.undo_stack.count() == 1
