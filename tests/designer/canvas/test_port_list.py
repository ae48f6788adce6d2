"""Alt over a node lists its ports; a row takes a wire in hand."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from floworch.run.status import NodeStatus
from floworch_designer.canvas.live import RunInfo


def rows(view: Any) -> list[str]:
    return [row.text() for row in view.port_list.rows]


def test_alt_lists_names_types_wires_and_counts_of_the_node_under_the_mouse(view: Any, hand: Any) -> None:
    view.set_statuses({"a": NodeStatus.COMPLETED, "b": NodeStatus.COMPLETED})
    view.set_run_info({"b": RunInfo(items_done=1200, items_total=1200)})
    hand.move(hand.card("a"))
    QTest.keyPress(view, Qt.Key.Key_Alt)
    assert view.port_list.isVisible()
    assert rows(view)[0] == "in  ·  any  ·  not wired  ·  1 value last"
    assert "out  ·  any  ·  1 wire  ·  1 value last" in rows(view)
    hand.move(hand.card("b"), Qt.KeyboardModifier.AltModifier)
    assert "out  ·  any  ·  1 wire  ·  1,200 last" in rows(view)
    assert "error  ·  not wired" in rows(view)
    QTest.keyRelease(view, Qt.Key.Key_Alt)
    assert not view.port_list.isVisible()


def test_a_click_on_a_row_takes_a_wire_in_hand_there(view: Any, hand: Any) -> None:
    view.zoom_to(0.55)
    hand.move(hand.card("c"))
    QTest.keyPress(view, Qt.Key.Key_Alt)
    row = next(row for row in view.port_list.rows if row.text().startswith("error"))
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert not view.port_list.isVisible()
    hand.click(hand.card("u"))
    assert view.document.workflow.edges[-1].source == "c"
    assert view.document.workflow.edges[-1].port == "error"


def test_by_keys_alone(view: Any, hand: Any) -> None:
    view.port_list.show_for("c", keep=True)
    QTest.keyRelease(view, Qt.Key.Key_Alt)
    assert view.port_list.isVisible(), "it was not Alt that opened it"
    QTest.keyClick(view.port_list, Qt.Key.Key_Escape)
    assert not view.port_list.isVisible()
    view.port_list.show_for("c", keep=True)
    QTest.keyClick(view.port_list, Qt.Key.Key_Return)
    assert view._interaction.busy
    assert view.overlay.wire_reversed, "the first row is the input"


def test_over_nothing_there_is_no_list_and_a_zoom_closes_it(view: Any, hand: Any) -> None:
    hand.move((900.0, 600.0))
    QTest.keyPress(view, Qt.Key.Key_Alt)
    assert not view.port_list.isVisible()
    view.port_list.show_for("a", keep=True)
    view.zoom_to(0.7)
    assert not view.port_list.isVisible()


def test_alt_tab_to_another_window_leaves_no_list_behind(view: Any, hand: Any) -> None:
    """The other window gets the release of Alt."""
    hand.hover(hand.card("a"))
    QTest.keyPress(view, Qt.Key.Key_Alt)
    assert view.port_list.isVisible()
    QApplication.sendEvent(view, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.ActiveWindowFocusReason))
    assert not view.port_list.isVisible()
