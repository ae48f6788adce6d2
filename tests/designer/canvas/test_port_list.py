"""Alt over a node lists its ports; a row takes a wire in hand."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from floworch.run.status import NodeStatus
from floworch_designer.canvas.bar import CanvasBar
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


def opened_by_key(view: Any, node: str = "a") -> Any:
    view.setFocus()
    view.port_list.show_for(node, keep=True)
    assert view.port_list.isAncestorOf(QApplication.focusWidget())
    return view.port_list


def test_what_a_key_opened_goes_with_a_click_elsewhere(view: Any, hand: Any) -> None:
    listed = opened_by_key(view)
    hand.click((900.0, 600.0))
    assert not listed.isVisible()
    assert view.hasFocus()


def test_a_press_between_its_rows_is_none_elsewhere(view: Any, hand: Any) -> None:
    listed = opened_by_key(view)
    QTest.mouseClick(listed, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert listed.isVisible()


def test_esc_closes_it_wherever_the_focus_is_on_the_canvas_and_nothing_else(view: Any) -> None:
    view.selection.set(["a"])
    for focused in (lambda listed: listed.rows[0], lambda _listed: view):
        listed = opened_by_key(view)
        QTest.keyClick(focused(listed), Qt.Key.Key_Escape)
        assert not listed.isVisible()
        assert view.selection.nodes == {"a"}
        assert view.hasFocus()


def test_it_goes_when_the_focus_leaves_and_when_a_gesture_begins(view: Any, hand: Any, qtbot: Any) -> None:
    listed = opened_by_key(view)
    view.setFocus()
    assert not listed.isVisible()
    for began in (view.gesture_changed, view.held_changed):
        opened_by_key(view)
        began.emit(True)
        assert not listed.isVisible()


def test_a_key_that_means_something_else_closes_it_and_is_heard(view: Any) -> None:
    listed = opened_by_key(view)
    window = view.window().windowHandle()
    QTest.keyClick(window, Qt.Key.Key_Down)
    assert listed.rows[1].hasFocus()
    QTest.keyClick(window, Qt.Key.Key_Up)
    QTest.keyClick(window, Qt.Key.Key_Up)
    assert listed.rows[-1].hasFocus(), "the arrows stay in the list"
    QTest.keyClick(window, Qt.Key.Key_Plus)
    assert not listed.isVisible()
    assert view.zoom > 1


def test_it_lies_whole_within_the_canvas_and_above_its_bar(view: Any) -> None:
    bar = CanvasBar(view)
    bar.set_shown(True)
    bar.layout().setContentsMargins(8, 8, 8, 8)  # a theme that comes later makes it higher
    for high in (260, 130):  # where there is no room for all of it, it scrolls
        view.resize(500, high)
        view.reveal("c")
        listed = opened_by_key(view, "c")
        assert view.rect().contains(listed.geometry())
        assert not listed.geometry().intersects(bar.geometry())
        listed.rows[-1].setFocus()
        assert listed.isVisible()
        view.setFocus()
