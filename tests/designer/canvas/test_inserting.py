"""A node put into a wire: dragged upon it, added to it, with room made for it. designer.md: insert by dropping on an
edge."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt

from floworch_designer.canvas.inserting import GAP, takes
from floworch_designer.document import edits

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def arrows(view: Any) -> set[str]:
    return {f"{edge.source}.{edge.port}>{edge.target}" for edge in view.document.workflow.edges}


def aimed(view: Any) -> int | None:
    """The wire that is marked while a card is dragged."""
    layer = view._drag
    return layer.aimed.index if layer is not None and layer.aimed is not None else None


def grab(hand: Any, node: str) -> tuple[float, float]:
    """Press in the middle of a card, away from its ports."""
    rect = hand.view.node_rect(node)
    at = (rect.center().x(), rect.center().y())
    hand.press(at)
    return at


def pull(hand: Any, node: str, to: tuple[float, float], held: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """Drag the middle of a card to a place, with the button still down."""
    x, y = grab(hand, node)
    hand.move(((x + to[0]) / 2, (y + to[1]) / 2), held)
    hand.move(to, held)


def test_a_card_without_wires_that_is_dropped_on_a_wire_goes_in_between(view: Any, hand: Any) -> None:
    pull(hand, "n", (268, 40))
    assert aimed(view) == 0
    hand.release((268, 40))
    assert aimed(view) is None
    assert {"a.out>n", "n.out>b"} <= arrows(view)
    assert "a.out>b" not in arrows(view)
    assert view.document.workflow.nodes["n"].params == {"value": "{{ nodes.a.output }}"}, "as by any wire"
    stack = view.document.undo_stack
    assert stack.count() == 1
    stack.undo()
    assert "a.out>b" in arrows(view)
    assert view.node_rect("n").topLeft() == QPointF(640, 160)


def test_what_follows_steps_aside_where_there_is_no_room(view: Any, hand: Any) -> None:
    pull(hand, "n", (268, 40))
    hand.release((268, 40))
    boxes = {key: view.node_rect(key) for key in "abcnd"}
    assert boxes["n"].left() == boxes["a"].right() + GAP
    assert boxes["b"].left() == boxes["n"].right() + GAP
    assert boxes["c"].left() - boxes["b"].left() == 320, "all that follows, as it stood"
    assert (boxes["a"].left(), boxes["d"].left()) == (0, 0)


def test_with_room_nothing_but_the_card_moves(view: Any, hand: Any) -> None:
    view.document.apply(edits.move(view.document.workflow, {"b": (700.0, 0.0), "c": (950.0, 0.0)}), "Move")
    pull(hand, "n", (458, 40))
    hand.release((458, 40))
    assert {"a.out>n", "n.out>b"} <= arrows(view)
    assert [view.node_rect(key).left() for key in "abcn"] == [0, 700, 950, pytest.approx(350, abs=6)]  # guides align it


@pytest.mark.parametrize("held", [CTRL, ALT])
def test_with_ctrl_it_lies_on_the_wire_only_and_with_alt_its_copy_does(view: Any, hand: Any, held: Any) -> None:
    before = arrows(view)
    pull(hand, "n", (268, 40), held)
    assert aimed(view) is None
    hand.release((268, 40), held)
    assert arrows(view) == before


def test_a_card_that_has_wires_goes_into_no_other(view: Any, hand: Any) -> None:
    pull(hand, "c", (268, 40))
    assert aimed(view) is None


def test_escape_forgets_the_wire(view: Any, hand: Any) -> None:
    pull(hand, "n", (268, 40))
    hand.key(Qt.Key.Key_Escape)
    assert aimed(view) is None
    hand.release((268, 40))
    assert view.document.undo_stack.count() == 0


def test_a_card_is_put_into_a_wire_of_a_body_when_it_falls_into_that(view: Any, hand: Any) -> None:
    pull(hand, "u", (285, 440))
    hand.release((285, 440))
    assert view.document.workflow.nodes["u"].parent == "e"
    assert {"x.out>u", "u.out>y"} <= arrows(view)


def test_neither_a_trigger_nor_a_node_of_another_container_goes_into_a_wire(view: Any) -> None:
    workflow = view.document.workflow
    assert takes(workflow, 0, "data.set", None)
    assert not takes(workflow, 0, "trigger.manual", None)
    assert not takes(workflow, 0, "data.set", "e")
    assert not takes(workflow, 99, "data.set", None)


def test_tab_with_a_wire_selected_asks_for_a_node_to_go_into_it(view: Any, hand: Any) -> None:
    asked: list[Any] = []
    view.quick_add_requested.connect(lambda *given: asked.append(given))
    hand.click((268, 36))
    assert view.selection.edges == {0}
    hand.key(Qt.Key.Key_Tab)
    _, scene, wire = asked[0]
    assert tuple(wire) == ("a", "out", "b")
    assert (round(scene.x()), round(scene.y())) == (268, 36)
    node = view.add_action("data.set", scene, wire)
    assert {f"a.out>{node}", f"{node}.out>b"} <= arrows(view)
    assert view.document.undo_stack.count() == 1


def test_a_wire_that_went_meanwhile_takes_nothing(view: Any) -> None:
    view.document.apply(edits.disconnect(view.document.workflow, [0]), "Disconnect")
    node = view.add_action("data.set", QPointF(268, 36), ("a", "out", "b"))
    assert not {edge for edge in arrows(view) if node in edge}


def test_a_copy_that_is_dragged_into_a_container_is_in_it(view: Any, hand: Any) -> None:
    """designer.md 4, Alt-drag: the container was marked, and the copy lay upon it without being in it."""
    x, y = hand.card("u")
    hand.drag((x, y), (300, 480), ALT)
    assert view.document.workflow.nodes["u_2"].parent == "e"
    x, y = hand.card("u_2")
    hand.drag((x, y), (950, 620), ALT)
    assert view.document.workflow.nodes["u_3"].parent is None
    assert view.document.workflow.nodes["u"].parent is None
