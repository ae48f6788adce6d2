"""Mouse and keyboard on the canvas: real events in, document and selection out."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from floworch.model.problem import Problem
from floworch_designer.canvas import CanvasView

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def arrows(view: CanvasView) -> set[str]:
    return {f"{edge.source}.{edge.port}>{edge.target}" for edge in view.document.workflow.edges}


# selecting


def test_a_click_selects_and_empty_canvas_deselects(view: Any, hand: Any) -> None:
    hand.click(hand.card("a"))
    assert view.selection.nodes == {"a"}
    hand.click(hand.card("b"), CTRL)
    assert view.selection.nodes == {"a", "b"}
    hand.click(hand.card("b"), CTRL)
    assert view.selection.nodes == {"a"}
    hand.click((900, 600))
    assert not view.selection


def test_a_rubber_band_selects_what_it_touches_and_shift_adds(view: Any, hand: Any) -> None:
    hand.drag((-40, -40), (560, 90))
    assert view.selection.nodes == {"a", "b"}
    hand.drag((600, -40), (900, 20), SHIFT)
    assert view.selection.nodes == {"a", "b", "c"}
    hand.drag((600, -40), (900, 20), CTRL)
    assert view.selection.nodes == {"a", "b"}


def test_esc_during_a_band_restores_the_selection(view: Any, hand: Any) -> None:
    hand.click(hand.card("c"))
    hand.press((-40, -40))
    hand.move((560, 90))
    assert view.selection.nodes == {"a", "b"}
    hand.key(Qt.Key.Key_Escape)
    assert view.selection.nodes == {"c"}
    hand.release((560, 90))
    assert view.selection.nodes == {"c"}


def test_an_edge_is_selected_by_clicking_near_its_curve_and_deleted(view: Any, hand: Any) -> None:
    hand.click((268, 38))
    assert view.selection.edges == {0}
    hand.key(Qt.Key.Key_Delete)
    assert "a.out>b" not in arrows(view)


# dragging


def test_dragging_a_node_moves_it_as_one_undo_step(view: Any, hand: Any) -> None:
    x, y = hand.card("u")
    hand.drag((x, y), (x + 50, y + 90))
    rect = view.node_rect("u")
    assert (rect.x(), rect.y()) == (370, 250)
    assert view.document.workflow.view["nodes"]["u"] == [370, 250]
    view.document.undo_stack.undo()
    assert view.node_rect("u").x() == 320


def test_dragging_one_of_several_selected_moves_all(view: Any, hand: Any) -> None:
    view.selection.set(["a", "b"])
    x, y = hand.card("a")
    hand.drag((x, y), (x, y + 64), CTRL)
    assert [view.node_rect(key).y() for key in "abc"] == [64, 64, 0]


def test_a_small_slip_is_a_click_and_esc_puts_a_drag_back(view: Any, hand: Any) -> None:
    x, y = hand.card("a")
    hand.drag((x, y), (x + 2, y + 2))
    assert view.document.undo_stack.count() == 0
    hand.press((x, y))
    hand.move((x + 80, y + 80))
    hand.key(Qt.Key.Key_Escape)
    hand.release((x + 80, y + 80))
    assert view.node_rect("a").x() == 0
    assert view.document.undo_stack.count() == 0


def test_a_nearly_straight_wire_is_pulled_straight(view: Any, hand: Any) -> None:
    x, y = hand.card("c")
    hand.drag((x, y), (x + 60, y + 4))
    assert view.node_rect("c").y() == 0


def test_moving_a_container_moves_its_body_and_its_frame(view: Any, hand: Any) -> None:
    before = view.node_rect("e")
    hand.drag((before.x() + 100, before.y() + 18), (before.x() + 160, before.y() + 48))
    assert (view.node_rect("x").x(), view.node_rect("x").y()) == (84, 430)
    after = view.node_rect("e")
    assert (after.x() - before.x(), after.y() - before.y()) == (60, 30)
    assert after.size() == before.size()


def test_a_node_dropped_into_a_frame_joins_its_body_and_leaves_it_again(view: Any, hand: Any) -> None:
    x, y = hand.card("u")
    hand.drag((x, y), (300, 480), CTRL)
    assert view.document.workflow.nodes["u"].parent == "e"
    x, y = hand.card("u")
    hand.drag((x, y), (950, 620), CTRL)
    assert view.document.workflow.nodes["u"].parent is None


def test_alt_drags_a_copy(view: Any, hand: Any) -> None:
    x, y = hand.card("u")
    hand.drag((x, y), (x + 50, y + 60), ALT)
    assert view.node_rect("u").x() == 320
    assert view.selection.nodes == {"u_2"}
    assert view.node_rect("u_2").x() == 370


# connecting


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


def test_esc_drops_the_wire(view: Any, hand: Any) -> None:
    hand.press(hand.port("a"))
    hand.move(hand.card("u"))
    hand.key(Qt.Key.Key_Escape)
    assert view.overlay.wire is None
    hand.release(hand.card("u"))
    assert "a.out>u" not in arrows(view)


# keys


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


def test_copy_and_paste_through_the_clipboard(view: Any, hand: Any) -> None:
    view.selection.set(["a", "b"])
    hand.key(Qt.Key.Key_C, CTRL)
    hand.key(Qt.Key.Key_V, CTRL)
    assert view.selection.nodes == {"a_2", "b_2"}
    assert "a_2.out>b_2" in arrows(view)
    hand.key(Qt.Key.Key_D, CTRL | SHIFT)
    assert "a_2.out>b_3" not in arrows(view)


def test_zoom_keys_fit_and_the_point_under_the_mouse_stays(view: Any, hand: Any) -> None:
    hand.key(Qt.Key.Key_1)
    assert view.zoom <= 1.0
    hand.key(Qt.Key.Key_0)
    assert view.zoom == 1.0
    spot = QPointF(300, 200)
    before = view.scene_point(spot)
    event = QWheelEvent(spot, QPointF(view.viewport().mapToGlobal(spot.toPoint())), QPointF(0, 0).toPoint(),
                        QPointF(0, 240).toPoint(), Qt.MouseButton.NoButton, CTRL, Qt.ScrollPhase.NoScrollPhase,
                        False)  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)
    after = view.scene_point(spot)
    assert view.zoom == pytest.approx(1.44)
    assert after == pytest.approx(before, abs=1.0)
    hand.click(hand.card("a"))
    hand.key(Qt.Key.Key_F)
    assert view.camera().rect(view.graph.boxes["a"].rect).center().x() == pytest.approx(600, abs=2)


def test_space_drag_pans_and_so_does_the_middle_button(view: Any, hand: Any) -> None:
    before = view.camera().dx
    QTest.keyPress(view, Qt.Key.Key_Space)
    hand.drag((300, 300), (250, 300))
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert view.camera().dx < before
    assert view.document.undo_stack.count() == 0
    before = view.camera().dx
    hand.press((300, 300), button=Qt.MouseButton.MiddleButton)
    hand.move((350, 300))
    hand.release((350, 300), button=Qt.MouseButton.MiddleButton)
    assert view.camera().dx > before


def test_double_click_opens_a_node_and_asks_for_one_on_empty_canvas(view: Any, hand: Any, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.node_activated) as opened:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=hand.at(*hand.card("a")))
    assert opened.args == ["a"]
    with qtbot.waitSignal(view.quick_add_requested) as asked:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=hand.at(1000, 600))
    assert asked.args is not None
    assert asked.args[2] is None


# dropping from the palette


def drop(view: CanvasView, kind: str, text: str, at: QPointF) -> bool:
    data = QMimeData()
    data.setData(kind, text.encode())
    spot = view.camera().point(at.x(), at.y())
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    view.dragMoveEvent(QDragMoveEvent(spot.toPoint(), copy, data, left, Qt.KeyboardModifier.NoModifier))
    event = QDropEvent(spot, copy, data, left, Qt.KeyboardModifier.NoModifier)
    event.setAccepted(False)
    view.dropEvent(event)
    return event.isAccepted()


ACTION, LAYER = "application/x-floworch-action", "application/x-floworch-layer"


def test_an_action_dropped_becomes_a_node_under_the_mouse(view: Any) -> None:
    assert drop(view, ACTION, "data.set", QPointF(1000, 600))
    assert view.selection.nodes == {"set"}
    assert view.node_rect("set").center().toPoint() == QPointF(1000, 600).toPoint()
    assert view.overlay.ghost is None


def test_an_action_dropped_on_an_edge_goes_in_between(view: Any) -> None:
    assert drop(view, ACTION, "data.set", QPointF(268, 36))
    assert {"a.out>set", "set.out>b"} <= arrows(view)
    assert "a.out>b" not in arrows(view)


def test_an_action_dropped_into_a_frame_joins_the_body(view: Any) -> None:
    assert drop(view, ACTION, "data.set", QPointF(280, 400))
    assert view.document.workflow.nodes["set"].parent == "e"


def test_a_layer_dropped_on_a_card_becomes_a_chip_and_on_nothing_is_refused(view: Any) -> None:
    assert drop(view, LAYER, "cache", QPointF(100, 30))
    assert view.document.workflow.nodes["a"].middleware[0].use == "cache"
    assert [chip.text for chip in view.graph.boxes["a"].content.chips] == ["cache"]
    assert not drop(view, LAYER, "cache", QPointF(1000, 650))


# problems


def test_problems_put_badges_on_cards_and_clicking_one_asks_for_the_reasons(view: Any, hand: Any, qtbot: QtBot) -> None:
    problems = [Problem("x", "warning", "nodes.a", "Hm", node="a"), Problem("y", "error", "nodes.a", "Bad", node="a")]
    view.document.problems_changed.emit(problems)
    assert view.graph.boxes["a"].badge == "error"
    with qtbot.waitSignal(view.badge_clicked) as signal:
        hand.click((214, 2))
    assert signal.args is not None
    assert signal.args[0] == "a"
    view.document.problems_changed.emit([])
    assert view.graph.boxes["a"].badge == ""


def test_after_any_edit_the_selection_holds_only_what_exists(view: Any) -> None:
    view.selection.set(["a", "b"], [0])
    view.document.new()
    assert not view.selection
    assert not view.graph.boxes
