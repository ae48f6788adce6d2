"""Pulling wires."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from floworch_designer.canvas import CanvasView
from floworch_designer.canvas.hits import hit
from floworch_designer.document import edits
from floworch_designer.document.decor import add_group


def arrows(view: CanvasView) -> set[str]:
    return {f"{edge.source}.{edge.port}>{edge.target}" for edge in view.document.workflow.edges}


def test_pulling_a_wire_from_a_port_to_a_card_connects(view: Any, hand: Any) -> None:
    hand.drag(hand.port("a"), hand.card("u"))
    assert "a.out>u" in arrows(view)
    assert view.document.undo_stack.count() == 1


def test_the_wire_fills_the_first_empty_required_field(view: Any, hand: Any) -> None:
    hand.drag(hand.port("c"), hand.card("n"))
    assert view.document.workflow.nodes["n"].params == {"value": "{{ nodes.c.output }}"}


def test_every_port_of_a_branch_has_its_own_wire(view: Any, hand: Any) -> None:
    hand.drag(hand.port("d", "false"), hand.card("u"))
    hand.drag(hand.port("a", "error"), hand.card("u"))
    assert {"d.false>u", "a.error>u"} <= arrows(view)


def test_pulling_backwards_from_an_input_connects_too(view: Any, hand: Any) -> None:
    hand.drag(hand.port("u", None), hand.card("a"))
    assert "a.out>u" in arrows(view)


@pytest.mark.parametrize("target", ["a", "x", "b"])
def test_cycles_other_containers_and_doubles_are_refused(view: Any, hand: Any, target: str) -> None:
    before = arrows(view)
    source = {"a": "c", "x": "a", "b": "a"}[target]
    hand.press(hand.port(source))
    hand.move(hand.card(target))
    assert view.overlay.targets is not None
    assert target not in view.overlay.targets
    hand.release(hand.card(target))
    assert arrows(view) == before


def test_a_wire_dropped_on_nothing_asks_for_a_node_and_connects_it(view: Any, hand: Any, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.quick_add_requested) as signal:
        hand.drag(hand.port("c"), (1000, 300))
    assert signal.args is not None
    _, scene, source = signal.args
    assert source == ("c", "out")
    made = view.add_action("data.set", scene, source)
    assert f"c.out>{made}" in arrows(view)
    assert view.port_point(made).toPoint() == scene.toPoint()
    assert view.document.undo_stack.count() == 1


@pytest.mark.parametrize("action", ["data.set", "flow.if", "flow.foreach"])
@pytest.mark.parametrize(("off", "straight"), [(1, True), (-5, True), (9, False)])
def test_a_card_dropped_nearly_level_with_its_port_has_a_straight_wire(
    view: Any, action: str, off: int, straight: bool
) -> None:
    port = view.port_point("c", "out")
    made = view.add_action(action, QPointF(port.x() + 2000, port.y() + off), ("c", "out"))
    assert view.port_point(made).y() == (port.y() if straight else port.y() + off)


def test_a_wire_pulled_backwards_into_the_void_asks_for_a_node_that_leads_to_it(
    view: Any, hand: Any, qtbot: QtBot
) -> None:
    """designer.md 4, drag port to void: an input is a port, too."""
    with qtbot.waitSignal(view.quick_add_requested) as signal:
        hand.drag(hand.port("n", None), (1000, 300))
    assert signal.args is not None
    _, scene, source = signal.args
    made = view.add_action("data.set", scene, source)
    assert f"{made}.out>n" in arrows(view)
    assert view.document.workflow.nodes["n"].params == {"value": f"{{{{ nodes.{made}.output }}}}"}
    assert view.port_point(made, "out").toPoint() == scene.toPoint()
    assert view.document.undo_stack.count() == 1


def test_a_wire_dropped_on_nothing_in_the_body_of_a_container_asks_for_a_node_there(
    view: Any, hand: Any, qtbot: QtBot
) -> None:
    """The container's own frame was taken for a node that may not take the wire: nothing was asked, in any body."""
    left, top, right, _ = view.graph.boxes["e"].rect
    spot = ((left + right) / 2 + 10, top + 45)
    assert hit(view.graph, spot, 1.0).kind == "frame"
    hand.press(hand.port("y"))
    hand.move(spot)
    assert view.overlay.wire_open
    with qtbot.waitSignal(view.quick_add_requested) as signal:
        hand.release(spot)
    assert signal.args is not None
    _, scene, source = signal.args
    made = view.add_action("data.set", scene, source)
    assert view.document.workflow.nodes[made].parent == "e"
    assert f"y.out>{made}" in arrows(view)


def test_a_folded_frame_takes_no_wire_and_says_what_to_do(view: Any, hand: Any, qtbot: QtBot) -> None:
    """It was taken for the void: a node was added upon it."""
    made, key = add_group(view.document.workflow, ["n"], "Frame")
    view.document.apply(made, "Frame")
    view.areas.fold([key], True)
    left, top, right, bottom = view.graph.decor.groups[key].rect
    with qtbot.assertNotEmitted(view.quick_add_requested):
        hand.press(hand.port("a"))
        hand.move(((left + right) / 2, (top + bottom) / 2))
        assert not view.overlay.wire_open
        assert "Open the frame" in QToolTip.text()
        hand.release(((left + right) / 2, (top + bottom) / 2))
    assert view.document.undo_stack.count() == 1


def test_tab_with_a_wire_in_hand_that_was_taken_at_an_input_asks_as_well(view: Any, hand: Any, qtbot: QtBot) -> None:
    view.start_wire("n", "in")
    with qtbot.waitSignal(view.quick_add_requested) as signal:
        hand.key(Qt.Key.Key_Tab)
    assert signal.args is not None
    assert tuple(signal.args[2]) == ("", "", "n")


def test_nothing_leads_to_a_trigger(view: Any, hand: Any, qtbot: QtBot) -> None:
    """It lit up as a target and took the wire, which then was a problem of the workflow."""
    made = edits.add_node(view.document.workflow, "trigger.manual", None, (900.0, 300.0))
    view.document.apply(made[0], "Add")
    start = made[1]
    before = arrows(view)
    hand.press(hand.port("c"))
    hand.move(hand.card(start))
    assert start not in view.overlay.targets
    hand.release(hand.card(start))
    assert arrows(view) == before
    assert hit(view.graph, hand.port(start, None), 1.0).kind == "node", "its input is not there to be pulled at"
    view.port_list.show_for(start)
    assert not any(row.text().startswith("in ") for row in view.port_list.rows)


def test_a_gesture_marks_what_it_is_about_and_not_what_was_under_the_mouse_before(view: Any, hand: Any) -> None:
    hand.hover((268, 36))
    assert view.overlay.hover_edge == 0
    hand.hover(hand.port("c"))
    hand.press(hand.port("c"))
    hand.move(hand.card("u"))
    assert (view.overlay.hover, view.overlay.hover_port, view.overlay.hover_edge) == (None, None, None)
    assert view.viewport().cursor().shape() == Qt.CursorShape.CrossCursor


def test_esc_drops_the_wire(view: Any, hand: Any) -> None:
    hand.press(hand.port("a"))
    hand.move(hand.card("u"))
    hand.key(Qt.Key.Key_Escape)
    assert view.overlay.wire is None
    hand.release(hand.card("u"))
    assert "a.out>u" not in arrows(view)


def pairs(view: Any) -> set[tuple[str, str, str]]:
    return {(edge.source, edge.port, edge.target) for edge in view.document.workflow.edges}


def test_two_clicks_wire_as_a_drag_does_and_valid_targets_light_up(view: Any, hand: Any) -> None:
    before = pairs(view)
    hand.click(hand.port("c"))
    assert "d" in view.overlay.targets
    assert "a" not in view.overlay.targets, "that would close a cycle"
    hand.move(hand.card("d"))
    assert view.overlay.aim == "d"
    hand.click(hand.card("d"))
    assert pairs(view) - before == {("c", "out", "d")}
    assert view.overlay.wire is None
    view.document.undo_stack.undo()
    assert pairs(view) == before


@pytest.mark.parametrize("way", ["esc", "void", "right", "same"])
def test_a_wire_in_hand_is_let_go(view: Any, hand: Any, way: str) -> None:
    asked: list[Any] = []
    view.quick_add_requested.connect(lambda *what: asked.append(what))
    before = pairs(view)
    hand.click(hand.port("c"))
    if way == "esc":
        hand.key(Qt.Key.Key_Escape)
    elif way == "right":
        hand.press((900.0, 600.0), button=Qt.MouseButton.RightButton)
        hand.release((900.0, 600.0), button=Qt.MouseButton.RightButton)
    else:
        hand.click((900.0, 600.0) if way == "void" else hand.port("c"))
    assert view.overlay.wire is None
    assert view.overlay.targets is None
    assert not view._interaction.busy
    assert pairs(view) == before
    assert not asked


def test_a_wire_is_taken_aimed_and_put_down_by_keys(view: Any, hand: Any) -> None:
    view.selection.set(["d"])
    view.start_wire()
    hand.key(Qt.Key.Key_Right)
    assert view.overlay.aim == "u"
    hand.key(Qt.Key.Key_Right)
    assert view.overlay.aim == "n"
    hand.key(Qt.Key.Key_Return)
    assert ("d", "true", "n") in pairs(view)
    assert not view._interaction.busy


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_N])
def test_tab_and_n_add_a_node_at_the_end_of_a_wire_in_hand(view: Any, hand: Any, key: Qt.Key) -> None:
    asked: list[Any] = []
    view.quick_add_requested.connect(lambda *what: asked.append(what))
    hand.click(hand.port("c"))
    hand.key(key)
    assert [what[2] for what in asked] == [("c", "out")]
    assert view.overlay.wire is None


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_N])
def test_tab_and_n_ask_for_a_node(view: Any, hand: Any, key: Qt.Key) -> None:
    asked: list[Any] = []
    view.quick_add_requested.connect(lambda *what: asked.append(what))
    hand.key(key)
    assert len(asked) == 1
    view.selection.set(["u"])
    hand.key(key)
    assert asked[1][2] == ("u", "out"), "after the node that nothing follows"


def test_shift_replaces_the_wire_and_its_value_and_offers_the_old_one(view: Any, hand: Any) -> None:
    value = "{{ nodes.a.output }}"
    view.document.apply(edits.set_param(view.document.workflow, "b", "value", value), "Set")
    shift = Qt.KeyboardModifier.ShiftModifier
    hand.press(hand.port("u"))
    hand.move(hand.card("b"), shift)
    assert view.overlay.cut_edges == {0}, "what would go is marked"
    hand.release(hand.card("b"), shift)
    assert pairs(view) == {("u", "out", "b"), ("b", "out", "c"), ("x", "out", "y")}
    assert view.document.workflow.nodes["b"].params["value"] == "{{ nodes.u.output }}"
    assert view.offer.isVisible()
    assert view.document.undo_stack.undo_text() == "Replace wire"
    view.document.undo_stack.undo()
    assert ("a", "out", "b") in pairs(view)
    assert not view.offer.isVisible()
