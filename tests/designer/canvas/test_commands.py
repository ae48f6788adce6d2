"""Commands on the selection, by their keys."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from PySide6.QtCore import Qt
from tests.helpers import layout_kit as kit

from floworch_designer.canvas import CanvasView
from floworch_designer.canvas.geometry import overlaps
from floworch_designer.document.decor import add_group, add_note, groups, notes

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier

#: A process that copies a node and ends.
CHILD = """
from PySide6.QtWidgets import QApplication
from floworch.actions.registry import registry
from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas.view import CanvasView
from floworch_designer.document.document import Document
from floworch_designer.document.selection import Selection
from floworch_designer.theme.theme import Theme
app = QApplication([])
document, selection = Document(validate=lambda workflow: []), Selection()
document.reset(Workflow(id="w", nodes={"a": Node(action="util.log")}))
selection.set(["a"])
CanvasView(document, selection, Theme("dark"), registry).commands.copy()
print("util.log" in QApplication.clipboard().text())
"""


def arrows(view: CanvasView) -> set[str]:
    return {f"{edge.source}.{edge.port}>{edge.target}" for edge in view.document.workflow.edges}


def test_delete_and_delete_with_reconnect(view: Any, hand: Any) -> None:
    hand.click(hand.card("b"))
    hand.key(Qt.Key.Key_Delete, CTRL)
    assert "a.out>c" in arrows(view)
    assert "b" not in view.graph.boxes
    view.document.undo_stack.undo()
    hand.click(hand.card("b"))
    hand.key(Qt.Key.Key_Delete)
    assert "a.out>c" not in arrows(view)


def test_arrows_walk_and_ctrl_arrows_nudge_as_one_step(view: Any, hand: Any) -> None:
    hand.click(hand.card("a"))
    hand.key(Qt.Key.Key_Right)
    assert view.selection.primary == "b"
    hand.key(Qt.Key.Key_Down)
    assert view.selection.primary == "u"
    for _ in range(3):
        hand.key(Qt.Key.Key_Left, CTRL)
    assert view.node_rect("u").x() == 320 - 36
    hand.key(Qt.Key.Key_Down, CTRL | SHIFT)
    assert view.node_rect("u").y() == 160 + 96
    assert view.document.undo_stack.count() == 1


def test_d_disables_and_shift_right_selects_downstream(view: Any, hand: Any) -> None:
    hand.click(hand.card("a"))
    hand.key(Qt.Key.Key_D)
    assert view.document.workflow.nodes["a"].disabled
    hand.key(Qt.Key.Key_Right, SHIFT)
    assert view.selection.nodes == {"a", "b", "c"}
    assert view.selection.primary == "a"


def test_a_process_that_copied_ends_well() -> None:
    ended = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "True\n"), ended.stderr


def test_copy_and_paste_through_the_clipboard(view: Any, hand: Any) -> None:
    view.selection.set(["a", "b"])
    hand.key(Qt.Key.Key_C, CTRL)
    hand.key(Qt.Key.Key_V, CTRL)
    assert view.selection.nodes == {"a_2", "b_2"}
    assert "a_2.out>b_2" in arrows(view)
    hand.key(Qt.Key.Key_D, CTRL | SHIFT)
    assert "a_2.out>b_3" not in arrows(view)


def test_a_frame_is_copied_with_what_it_holds_and_a_note_alone(view: Any, hand: Any) -> None:
    document = view.document
    made, note = add_note(document.workflow, "read me", (10.0, -60.0), (100.0, 48.0))
    made, frame = add_group(made, ["a", "b"], "Pair")
    document.apply(made, "Make")
    view.selection.set(decor=[frame])
    hand.key(Qt.Key.Key_C, CTRL)
    hand.key(Qt.Key.Key_V, CTRL)
    assert groups(document.workflow)["frame:f2"].nodes == ("a_2", "b_2")
    assert groups(document.workflow)["frame:f2"].title == "Pair"
    assert "a_2.out>b_2" in arrows(view)
    assert view.selection.decor == {"frame:f2"}
    document.undo_stack.undo()
    assert document.workflow is made, "one step"
    view.selection.set(decor=[note])
    hand.key(Qt.Key.Key_D, CTRL)
    assert [found.text for found in notes(document.workflow).values()] == ["read me"] * 2
    hand.key(Qt.Key.Key_X, CTRL)
    assert len(notes(document.workflow)) == 1
    view.selection.set(decor=[frame])
    hand.key(Qt.Key.Key_X, CTRL)
    assert not groups(document.workflow)
    assert "a" not in document.workflow.nodes, "a cut frame takes its nodes along"
    hand.key(Qt.Key.Key_V, CTRL)
    assert groups(document.workflow)["frame:f1"].nodes == ("a", "b")


def test_a_paste_with_links_follows_what_the_originals_followed(view: Any, hand: Any) -> None:
    view.selection.set(["b"])
    hand.key(Qt.Key.Key_C, CTRL)
    hand.key(Qt.Key.Key_V, CTRL | SHIFT)
    assert "a.out>b_2" in arrows(view)
    assert "b_2.out>c" not in arrows(view), "what follows the original does not wait for the copy too"
    view.document.undo_stack.undo()
    view.commands.delete()
    view.selection.set(["a"])
    view.commands.delete()
    hand.key(Qt.Key.Key_V, CTRL | SHIFT)
    assert not [arrow for arrow in arrows(view) if arrow.endswith(">b_2")], "what is gone is not connected"


def test_alt_click_selects_what_follows_and_with_ctrl_what_leads_there(view: Any, hand: Any) -> None:
    alt = Qt.KeyboardModifier.AltModifier
    hand.click(hand.card("b"), alt)
    assert (view.selection.nodes, view.selection.primary) == ({"b", "c"}, "b")
    hand.click(hand.card("b"), alt | CTRL)
    assert view.selection.nodes == {"a", "b"}
    assert view.document.undo_stack.count() == 0, "nothing was duplicated"


@pytest.mark.parametrize(
    "chosen", [("n0", "n1", "n2", "n3"), ("n0", "n4", "n5"), ("n4", "n5", "n7"), ("n0", "n1", "n4"), ("n2", "n8", "n9")]
)
def test_a_selection_is_arranged_with_the_bodies_of_its_frames_and_inside_their_own(view: Any, chosen: Any) -> None:
    view.document.reset(kit.nested())
    view.commands.arrange(everything=True)
    view.selection.set([chosen[-1]])
    view.commands.nudge(60.0, 90.0)
    moved = view.document.workflow
    view.selection.set(chosen)
    view.commands.arrange()
    assert view.document.workflow is not moved
    boxes = view.graph.boxes
    names = sorted(boxes)
    pairs = [
        (a, b) for at, a in enumerate(names) for b in names[at + 1 :] if boxes[a].node.parent == boxes[b].node.parent
    ]
    assert not [pair for pair in pairs if overlaps(boxes[pair[0]].rect, boxes[pair[1]].rect)]
    view.document.undo_stack.undo()
    assert view.document.workflow is moved
