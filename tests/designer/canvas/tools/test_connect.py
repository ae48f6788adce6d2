"""Pulling wires."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from floworch_designer.canvas import CanvasView


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


def test_esc_drops_the_wire(view: Any, hand: Any) -> None:
    hand.press(hand.port("a"))
    hand.move(hand.card("u"))
    hand.key(Qt.Key.Key_Escape)
    assert view.overlay.wire is None
    hand.release(hand.card("u"))
    assert "a.out>u" not in arrows(view)
