"""Whole gestures with mouse and keys: Esc in the middle, modifiers, containers, refused targets, undo of each."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest

from floworch.model.workflow import Node, Workflow
from floworch_designer.canvas import CanvasView
from floworch_designer.document import edits
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.positions import positions, with_positions

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier
ACTION, LAYER = "application/x-floworch-action", "application/x-floworch-layer"


def arrows(view: CanvasView) -> set[str]:
    return {f"{edge.source}.{edge.port}>{edge.target}" for edge in view.document.workflow.edges}


def overlay_state(view: CanvasView) -> tuple[Any, ...]:
    """Everything that a gesture shows while it lasts."""
    o = view.overlay
    return o.wire, o.wire_open, o.wire_reversed, o.targets, o.aim, o.band, o.ghost, o.frame_aim, view._drag


CALM = (None, False, False, None, None, None, None, None, None)

GESTURES: dict[str, tuple[Any, Any, Any]] = {
    "drag a node": (lambda h: h.card("u"), (700, 560), NONE),
    "drag a copy": (lambda h: h.card("u"), (700, 560), ALT),
    "drag a node into a frame": (lambda h: h.card("u"), (280, 480), NONE),
    "drag a frame": (lambda h: (60, 355), (260, 555), NONE),
    "drag a member out": (lambda h: h.card("x"), (900, 600), NONE),
    "drag a selected group": (lambda h: h.card("a"), (200, 120), NONE),
    "pull a wire to a card": (lambda h: h.port("a"), (430, 190), NONE),
    "pull a wire to nothing": (lambda h: h.port("c"), (1000, 300), NONE),
    "pull a wire backwards": (lambda h: h.port("u", None), (100, 20), NONE),
    "pull an error wire": (lambda h: h.port("b", "error"), (430, 190), NONE),
    "rubber band": (lambda h: (-60, -60), (560, 110), NONE),
    "rubber band that adds": (lambda h: (-60, -60), (560, 110), SHIFT),
    "rubber band that toggles": (lambda h: (-60, -60), (560, 110), CTRL),
    "rubber band in a frame": (lambda h: (280, 480), (20, 400), NONE),
}


@pytest.mark.parametrize("name", GESTURES)
@pytest.mark.parametrize("how", ["esc", "right button"])
def test_a_gesture_that_is_broken_off_leaves_everything_as_it_was(view: Any, hand: Any, name: str, how: str) -> None:
    start, end, modifiers = GESTURES[name]
    view.selection.set(["a", "d"] if "group" in name else ["d"], [0])
    before = (view.document.workflow, view.selection.nodes, view.selection.edges, view.selection.primary)
    begin = start(hand)
    hand.press(begin, modifiers)
    hand.move(((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2), modifiers)
    hand.move(end, modifiers)
    assert overlay_state(view) != CALM
    if how == "esc":
        hand.key(Qt.Key.Key_Escape)
    else:
        hand.press(end, button=Qt.MouseButton.RightButton)
    assert overlay_state(view) == CALM
    assert view._interaction.tool is None
    hand.release(end, modifiers)
    assert (view.document.workflow, view.selection.nodes, view.selection.edges, view.selection.primary) == before
    assert view.document.undo_stack.count() == 0


@pytest.mark.parametrize("name", [name for name in GESTURES if name.startswith(("drag", "pull a wire to a card"))])
def test_a_gesture_that_is_carried_out_is_one_step_and_undo_brings_everything_back(
    view: Any, hand: Any, name: str
) -> None:
    start, end, modifiers = GESTURES[name]
    before = view.document.workflow
    rects = {key: box.rect for key, box in view.graph.boxes.items()}
    hand.drag(start(hand), end, modifiers)
    assert overlay_state(view) == CALM
    assert view.document.undo_stack.count() == 1
    after = view.document.workflow
    assert after != before
    view.document.undo_stack.undo()
    assert view.document.workflow is before
    assert {key: box.rect for key, box in view.graph.boxes.items()} == rects
    view.document.undo_stack.redo()
    assert view.document.workflow is after


def test_esc_in_the_middle_of_panning_puts_the_view_back(view: Any, hand: Any) -> None:
    before = view.camera()
    hand.press((400, 400), button=Qt.MouseButton.MiddleButton)
    hand.move((460, 430))
    hand.move((300, 350))
    assert view.camera() != before
    hand.key(Qt.Key.Key_Escape)
    assert view.camera() == before
    hand.release((300, 350), button=Qt.MouseButton.MiddleButton)
    assert view.camera() == before


def test_esc_without_a_gesture_clears_the_selection(view: Any, hand: Any) -> None:
    view.selection.set(["a"], [1])
    hand.key(Qt.Key.Key_Escape)
    assert not view.selection


def test_a_change_of_the_document_ends_a_drag(view: Any, hand: Any) -> None:
    hand.press(hand.card("u"))
    hand.move((700, 560))
    view.document.apply(edits.remove(view.document.workflow, {"u"}), "Delete elsewhere")
    hand.move((710, 560))
    hand.release((710, 560))
    assert overlay_state(view) == CALM
    assert "u" not in view.document.workflow.nodes
    assert view.document.undo_stack.count() == 1


# clicks and bands


@pytest.mark.parametrize(
    ("selected", "modifiers", "expected"),
    [
        ([], NONE, {"b"}),
        (["a"], NONE, {"b"}),
        (["a", "b"], NONE, {"b"}),
        (["a"], CTRL, {"a", "b"}),
        (["a"], SHIFT, {"a", "b"}),
        (["a", "b"], CTRL, {"a"}),
        (["a", "b"], SHIFT, {"a"}),
        (["b"], CTRL, set()),
    ],
)
def test_clicks_on_a_card(view: Any, hand: Any, selected: list[str], modifiers: Any, expected: set[str]) -> None:
    view.selection.set(selected)
    hand.click(hand.card("b"), modifiers)
    assert view.selection.nodes == expected
    assert view.document.undo_stack.count() == 0


@pytest.mark.parametrize(
    ("selected", "modifiers", "expected"),
    [
        (["u"], NONE, {"a", "b"}),
        (["u"], SHIFT, {"a", "b", "u"}),
        (["u", "a"], CTRL, {"b", "u"}),
        (["a", "b"], SHIFT, {"a", "b"}),
        (["a", "b"], CTRL, set()),
    ],
)
def test_rubber_bands(view: Any, hand: Any, selected: list[str], modifiers: Any, expected: set[str]) -> None:
    view.selection.set(selected)
    hand.drag((-60, -60), (560, 110), modifiers)
    assert view.selection.nodes == expected


def test_a_band_that_shrinks_again_lets_go_what_it_no_longer_touches(view: Any, hand: Any) -> None:
    hand.press((-60, -60))
    hand.move((560, 110))
    assert view.selection.nodes == {"a", "b"}
    hand.move((100, 110))
    assert view.selection.nodes == {"a"}
    hand.move((-40, -40))
    hand.release((-40, -40))
    assert view.selection.nodes == set()


@pytest.mark.parametrize("modifiers", [NONE, CTRL, SHIFT])
def test_clicks_on_an_edge(view: Any, hand: Any, modifiers: Any) -> None:
    view.selection.set(["d"])
    hand.click((268, 36), modifiers)
    assert view.selection.edges == {0}
    assert view.selection.nodes == (set() if modifiers == NONE else {"d"})
    hand.click((268, 36), modifiers)
    assert view.selection.edges == ({0} if modifiers == NONE else set())


@pytest.mark.parametrize(("modifiers", "kept"), [(NONE, False), (CTRL, True), (SHIFT, True)])
def test_a_click_on_nothing_clears_unless_a_modifier_is_held(view: Any, hand: Any, modifiers: Any, kept: bool) -> None:
    view.selection.set(["a"], [1])
    hand.click((1000, 620), modifiers)
    assert bool(view.selection) is kept


def test_a_click_into_a_frame_selects_it_and_a_click_on_a_port_its_node(view: Any, hand: Any) -> None:
    hand.click((280, 480))
    assert view.selection.nodes == {"e"}
    hand.click(hand.port("d", "false"))
    assert view.selection.nodes == {"d"}
    assert view.document.undo_stack.count() == 0


def test_a_selected_edge_stays_selected_when_one_before_it_goes(view: Any) -> None:
    view.selection.set([], [1])
    view.document.apply(edits.disconnect(view.document.workflow, [0]), "Cut elsewhere")
    (index,) = view.selection.edges
    edge = view.document.workflow.edges[index]
    assert (edge.source, edge.target) == ("b", "c")
    view.document.undo_stack.undo()
    assert view.selection.edges == {1}
    view.document.apply(edits.disconnect(view.document.workflow, [1]), "Cut it")
    assert view.selection.edges == set()


# moving


@pytest.mark.parametrize(("dy", "modifiers", "y"), [(5, NONE, 0), (-5, NONE, 0), (5, CTRL, 5), (8, NONE, 8)])
def test_a_wire_that_is_nearly_straight_becomes_straight_unless_ctrl_is_held(
    view: Any, hand: Any, dy: int, modifiers: Any, y: int
) -> None:
    x, top = hand.card("c")
    hand.drag((x, top), (x + 40, top + dy), modifiers)
    assert (view.node_rect("c").x(), view.node_rect("c").y()) == (680, y)


def test_dragging_one_that_is_not_selected_with_shift_adds_it_and_moves_both(view: Any, hand: Any) -> None:
    view.selection.set(["d"])
    x, y = hand.card("u")
    hand.drag((x, y), (x + 30, y + 50), SHIFT)
    assert view.selection.nodes == {"d", "u"}
    places = positions(view.document.workflow)
    assert places["u"] == pytest.approx((350, 210), abs=6)
    assert places["d"] == (places["u"][0] - 320, places["u"][1])


def test_moving_a_frame_and_its_member_together_moves_the_member_once(view: Any, hand: Any) -> None:
    view.selection.set(["e", "x"])
    hand.drag((60, 355), (160, 455), CTRL)
    assert positions(view.document.workflow)["x"] == (124, 500)
    assert positions(view.document.workflow)["y"] == (430, 500)
    assert view.document.workflow.nodes["x"].parent == "e"


def test_a_member_dragged_out_loses_its_edges_inside(view: Any, hand: Any) -> None:
    hand.drag(hand.card("x"), (900, 560), CTRL)
    assert view.document.workflow.nodes["x"].parent is None
    assert "x.out>y" not in arrows(view)
    view.document.undo_stack.undo()
    assert "x.out>y" in arrows(view)


def test_the_frame_under_the_mouse_is_marked_while_dragging_and_not_ones_own(view: Any, hand: Any) -> None:
    hand.press(hand.card("u"))
    hand.move((300, 480))
    assert view.overlay.frame_aim == "e"
    hand.move((1000, 620))
    assert view.overlay.frame_aim is None
    hand.key(Qt.Key.Key_Escape)
    hand.press((60, 355))
    hand.move((120, 420))
    assert view.overlay.frame_aim is None
    hand.key(Qt.Key.Key_Escape)


def nested() -> Workflow:
    nodes = {"p": Node(action="flow.each"), "q": Node(action="flow.each", parent="p"),
             "r": Node(action="data.set", parent="q"), "s": Node(action="data.set", parent="p"),
             "t": Node(action="data.set")}  # fmt: skip
    places = {"p": (0, 0), "q": (30, 80), "r": (60, 160), "s": (500, 80), "t": (0, 450)}
    workflow = Workflow(id="w", nodes=nodes, edges=(make_edge("q", "out", "s"),))
    return with_positions(workflow, {key: (float(x), float(y)) for key, (x, y) in places.items()})


def test_nested_containers_move_as_one_and_frames_grow_with_what_is_inside(view: Any, hand: Any) -> None:
    view.document.reset(nested())
    before = {key: view.node_rect(key) for key in "pqrst"}
    title = (before["p"].x() + 60, before["p"].y() + 18)
    hand.drag(title, (title[0] + 72, title[1] + 24))
    for key in "pqrs":
        moved = view.node_rect(key)
        assert (moved.x() - before[key].x(), moved.y() - before[key].y()) == (72, 24)
    x, y = hand.card("r")
    hand.drag((x, y), (x, y + 100), CTRL)
    assert view.document.workflow.nodes["r"].parent in {"q", "p"}
    assert view.node_rect("p").contains(view.node_rect("r"))


def test_a_node_falls_into_the_innermost_frame(view: Any, hand: Any) -> None:
    view.document.reset(nested())
    inner = view.node_rect("q")
    hand.drag(hand.card("t"), (inner.x() + 12, inner.bottom() - 10), CTRL)
    assert view.document.workflow.nodes["t"].parent == "q"


def test_a_container_cannot_fall_into_its_own_body(view: Any, hand: Any) -> None:
    view.document.reset(nested())
    outer = view.node_rect("p")
    hand.drag((outer.x() + 60, outer.y() + 18), (outer.x() + 150, outer.y() + 110), CTRL)
    nodes = view.document.workflow.nodes
    assert (nodes["p"].parent, nodes["q"].parent) == (None, "p")


# wires


@pytest.mark.parametrize(
    ("source", "target", "possible"),
    [("a", "c", True), ("a", "b", False), ("c", "a", False), ("c", "b", False), ("a", "x", False), ("x", "a", False),
     ("x", "y", False), ("y", "x", False), ("a", "e", True), ("e", "x", False), ("u", "a", True), ("a", "a", False)],
)  # fmt: skip
def test_only_compatible_targets_take_a_wire_and_the_others_say_why(
    view: Any, hand: Any, source: str, target: str, possible: bool
) -> None:
    before = arrows(view)
    spot = (60, 355) if target == "e" else hand.card(target)
    hand.press(hand.port(source))
    hand.move((hand.port(source)[0] + 20, hand.port(source)[1] + 20))
    hand.move(spot)
    assert (target in view.overlay.targets) is possible
    assert view.overlay.aim == (target if possible else None)
    assert (edits.may_connect(view.document.workflow, source, target, "out") == "") is possible
    hand.release(spot)
    assert (f"{source}.out>{target}" in arrows(view) - before) is possible
    assert view.document.undo_stack.count() == int(possible)


def test_a_wire_snaps_to_the_port_of_its_target(view: Any, hand: Any) -> None:
    hand.press(hand.port("a"))
    hand.move(hand.card("u"))
    assert view.overlay.wire == ((216.0, 36.0), view.graph.boxes["u"].input_point)
    hand.move((1000, 620))
    assert view.overlay.wire_open
    assert view.overlay.aim is None
    hand.key(Qt.Key.Key_Escape)


def test_a_wire_backwards_from_a_branch_takes_its_free_port(view: Any, hand: Any) -> None:
    hand.drag(hand.port("u", None), hand.card("d"))
    assert "d.true>u" in arrows(view)
    hand.drag(hand.port("n", None), hand.card("d"))
    assert "d.false>n" in arrows(view)
    assert view.document.workflow.nodes["n"].params == {"value": "{{ nodes.d.output }}"}


@pytest.mark.parametrize(("port", "filled"), [("out", True), ("error", False), ("done", False)])
def test_only_ports_that_carry_a_value_fill_a_field(view: Any, port: str, filled: bool) -> None:
    view.connect_nodes("c", port, "n")
    assert bool(view.document.workflow.nodes["n"].params) is filled
    view.document.undo_stack.undo()
    assert view.document.workflow.nodes["n"].params == {}
    assert f"c.{port}>n" not in arrows(view)


# drops


def drop(view: CanvasView, kind: str, text: str, at: tuple[float, float]) -> bool:
    data = QMimeData()
    data.setData(kind, text.encode())
    spot = view.camera().point(*at)
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    view.dragMoveEvent(QDragMoveEvent(spot.toPoint(), copy, data, left, NONE))
    event = QDropEvent(QPointF(spot), copy, data, left, NONE)
    event.setAccepted(False)
    view.dropEvent(event)
    return event.isAccepted()


@pytest.mark.parametrize(
    ("action", "at", "parent", "gone", "made"),
    [
        ("data.set", (268, 36), None, {"a.out>b"}, {"a.out>set", "set.out>b"}),
        ("flow.if", (268, 36), None, {"a.out>b"}, {"a.out>if", "if.true>b"}),
        ("data.need", (588, 36), None, {"b.out>c"}, {"b.out>need", "need.out>c"}),
        ("acme.odd", (268, 36), None, {"a.out>b"}, {"a.out>odd", "odd.out>b"}),
        ("data.set", (285, 436), "e", {"x.out>y"}, {"x.out>set", "set.out>y"}),
        ("data.set", (280, 488), "e", set(), set()),
        ("data.set", (1000, 600), None, set(), set()),
    ],
)
def test_actions_dropped_on_edges_frames_and_nothing(
    view: Any, action: str, at: tuple[float, float], parent: str | None, gone: set[str], made: set[str]
) -> None:
    before, old = arrows(view), view.document.workflow
    assert drop(view, ACTION, action, at)
    (node,) = view.selection.nodes
    assert view.document.workflow.nodes[node].parent == parent
    assert before - arrows(view) == gone
    assert arrows(view) - before == made
    assert overlay_state(view) == CALM
    assert view.document.undo_stack.count() == 1
    view.document.undo_stack.undo()
    assert view.document.workflow is old


@pytest.mark.parametrize("key", ["a", "d", "u", "e", "x"])
def test_layers_drop_on_any_card_or_frame(view: Any, hand: Any, key: str) -> None:
    at = (60, 355) if key == "e" else hand.card(key)
    assert drop(view, LAYER, "cache", at)
    assert [layer.use for layer in view.document.workflow.nodes[key].middleware] == ["cache"]
    assert view.selection.nodes == {key}


def test_foreign_data_is_not_taken(view: Any) -> None:
    data = QMimeData()
    data.setText("hello")
    assert not view._drop.accepts(data)
    data.setData(ACTION, b"data.set")
    assert view._drop.accepts(data)


# keys

KEYS: list[tuple[Any, Any, set[str]]] = [
    (Qt.Key.Key_Right, NONE, {"b"}),
    (Qt.Key.Key_Left, NONE, {"a"}),
    (Qt.Key.Key_Down, NONE, {"d"}),
    (Qt.Key.Key_Right, SHIFT, {"a", "b", "c"}),
    (Qt.Key.Key_Left, SHIFT, {"a"}),
    (Qt.Key.Key_A, CTRL, set("abcdunexy")),
    (Qt.Key.Key_D, CTRL, {"a_2"}),
    (Qt.Key.Key_Delete, NONE, set()),
    (Qt.Key.Key_Backspace, CTRL, set()),
    (Qt.Key.Key_X, CTRL, set()),
    (Qt.Key.Key_Z, NONE, {"a"}),
]


@pytest.mark.parametrize(("key", "modifiers", "expected"), KEYS)
def test_keys_on_one_selected_node(view: Any, hand: Any, key: Any, modifiers: Any, expected: set[str]) -> None:
    view.selection.set(["a"])
    hand.key(key, modifiers)
    assert view.selection.nodes == expected


EDITING: list[tuple[Any, Any]] = [
    (Qt.Key.Key_D, NONE), (Qt.Key.Key_D, CTRL), (Qt.Key.Key_D, CTRL | SHIFT), (Qt.Key.Key_Delete, NONE),
    (Qt.Key.Key_Delete, CTRL), (Qt.Key.Key_X, CTRL), (Qt.Key.Key_Left, CTRL), (Qt.Key.Key_Down, CTRL | SHIFT),
]  # fmt: skip


@pytest.mark.parametrize(("key", "modifiers"), EDITING)
@pytest.mark.parametrize("selected", [["b"], ["a", "b"], ["e"], ["e", "x", "u"]])
def test_keys_that_edit_are_one_step_each_and_do_nothing_without_a_selection(
    view: Any, hand: Any, key: Any, modifiers: Any, selected: list[str]
) -> None:
    before = view.document.workflow
    hand.key(key, modifiers)
    assert view.document.workflow is before
    view.selection.set(selected)
    hand.key(key, modifiers)
    assert view.document.undo_stack.count() == 1
    assert view.document.workflow != before
    view.document.undo_stack.undo()
    assert view.document.workflow is before
    assert set(view.graph.boxes) == set(before.nodes)


def test_space_turns_the_left_button_into_a_hand_until_it_is_let_go(view: Any, hand: Any) -> None:
    before, place = view.camera(), view.node_rect("a")
    QTest.keyPress(view, Qt.Key.Key_Space)
    hand.press(hand.card("a"))
    start = hand.at(*hand.card("a"))
    hand.move((150, 60))
    hand.release((150, 60))
    assert view.camera() != before
    assert hand.at(*hand.card("a")) != start
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert view.node_rect("a") == place
    assert not view.selection
    hand.click(hand.card("a"))
    assert view.selection.nodes == {"a"}


def test_losing_the_focus_lets_space_go(view: Any) -> None:
    QTest.keyPress(view, Qt.Key.Key_Space)
    assert view._interaction.space
    view.clearFocus()
    assert not view._interaction.space
