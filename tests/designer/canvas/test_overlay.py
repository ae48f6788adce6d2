"""Rings, hovering and the wire in hand are painted above the graph and leave it as it was."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFocusEvent

from floworch.run.status import NodeStatus
from floworch_designer.canvas import overlay
from floworch_designer.canvas.items.labels import label_on
from floworch_designer.document.nodes import make_edge


def test_the_selection_ring_shows_and_goes(view: Any, picture: Any) -> None:
    before = picture(view)
    view.selection.set(["u"])
    ringed = picture(view)
    point = view.camera().point(*view.graph.boxes["u"].rect[:2])
    assert ringed.pixelColor(round(point.x()) + 100, round(point.y()) - 1) == view.theme.color("selection")
    view.selection.clear()
    assert picture(view) == before


@pytest.mark.parametrize("zoom", [1.0, 0.3, 0.1])
def test_everything_can_be_shown_at_every_zoom(view: Any, picture: Any, zoom: float) -> None:
    view.zoom_to(zoom)
    before = picture(view)
    overlay = view.overlay
    view.selection.set(view.graph.boxes, [0])
    overlay.wire, overlay.targets, overlay.aim = ((0.0, 0.0), (300.0, 300.0)), frozenset({"u"}), "u"
    overlay.wire_open, overlay.band, overlay.ghost, overlay.frame_aim = True, (0, 0, 90, 90), (0, 0, 216, 72), "e"
    assert picture(view) != before
    overlay.wire = overlay.targets = overlay.aim = overlay.band = overlay.ghost = overlay.frame_aim = None
    overlay.wire_open = False
    view.selection.clear()
    assert picture(view) == before


def test_hovering_shows_the_ports_name(view: Any, hand: Any, picture: Any) -> None:
    before = picture(view)
    hand.move(hand.port("a", "error"))
    assert view.overlay.hover_port == "error"
    assert picture(view) != before
    hand.move((1000, 600))
    assert picture(view) == before


@pytest.fixture
def decided(view: Any) -> Any:
    """The wire that is taken when ``d`` says yes, with a label."""
    drawn = view.document.workflow
    node = drawn.nodes["d"].replace(params={"condition": "{{ inputs.n > 5 }}"})
    made = drawn.replace(nodes={**drawn.nodes, "d": node}, edges=(*drawn.edges, make_edge("d", "true", "u")))
    view.document.reset(made)
    return next(wire for wire in view.graph.wires if wire.ends == ("d", "true", "u"))


def test_the_stroke_of_a_selected_wire_does_not_run_over_its_label(view: Any, picture: Any, decided: Any) -> None:
    found = label_on(decided, view.graph.arriving)
    assert found is not None
    left, top, right, bottom = found[1]
    inside = view.camera().rect((left + 4, top + 4, right - 4, bottom - 4)).toRect()
    before = picture(view)
    view.selection.set([], [decided.index])
    after = picture(view)
    assert after != before
    assert after.copy(inside) == before.copy(inside)


def test_a_selected_wire_names_the_ports_at_both_ends(view: Any, picture: Any) -> None:
    """Not those that are named on the card."""
    wire = next(wire for wire in view.graph.wires if wire.ends == ("a", "out", "b"))
    view.selection.set([], [wire.index])
    shown = picture(view)
    raised = view.theme.color("raised")
    for (x, y), away in ((wire.points[0], 15.0), (wire.points[-1], -15.0)):
        point = view.camera().point(x + away, y - 7.0)
        assert shown.pixelColor(round(point.x()), round(point.y())) == raised


def test_wires_that_are_being_cut_name_no_ports(view: Any, picture: Any) -> None:
    """The names covered cards and the very place at which one cuts."""
    wire = next(wire for wire in view.graph.wires if wire.ends == ("a", "out", "b"))
    view.overlay.cut_edges = frozenset({wire.index})
    shown = picture(view)
    for (x, y), away in ((wire.points[0], 15.0), (wire.points[-1], -15.0)):
        point = view.camera().point(x + away, y - 7.0)
        assert shown.pixelColor(round(point.x()), round(point.y())) != view.theme.color("raised")


def at(view: Any, image: Any, x: float, y: float) -> str:
    """The colour of a picture at a scene point."""
    point = view.camera().point(x, y)
    return str(image.pixelColor(round(point.x()), round(point.y())).name())


def test_a_card_under_the_mouse_is_raised_and_its_wires_light_up(view: Any, hand: Any, picture: Any) -> None:
    """(designer.md section 3: "hover = raised fill + edge-active wires")"""
    before = picture(view)
    hand.move(hand.card("b"))
    shown = picture(view)
    raised, plain = view.theme.color("raised"), QColor(at(view, shown, 526.0, 60.0))
    assert max(abs(raised.red() - plain.red()), abs(raised.blue() - plain.blue())) <= 5
    assert at(view, before, 526.0, 60.0) == view.theme.color("card").name()
    for x in (300.0, 620.0):  # the wires a > b and b > c
        assert at(view, before, x, 36.0) == view.theme.color("edge").name()
        assert at(view, shown, x, 36.0) == view.theme.color("edge_active").name()
    hand.move((1000, 600))
    assert picture(view) == before, "all of it is painted anew"


def test_wires_do_not_light_up_while_one_is_in_hand_or_their_card_is_carried(view: Any) -> None:
    view.overlay.hover = "b"
    assert {wire.index for wire in view.overlay.lit(True)} == {0, 1}
    assert view.overlay.lit(False) == []
    assert [wire.index for wire in view.overlay.lit(True, {"a"})] == [1]
    assert view.overlay.lit(True, {"b"}) == []
    view.overlay.wire = ((0.0, 0.0), (9.0, 9.0))
    assert view.overlay.lit(True) == []


@pytest.mark.parametrize(("zoom", "named"), [(1.0, {"out", "error"}), (0.7, set())])
def test_ports_are_named_at_the_card_under_the_mouse_and_at_the_selected_one(
    view: Any, hand: Any, monkeypatch: pytest.MonkeyPatch, zoom: float, named: set[str]
) -> None:
    """(designer.md section 3: "label 11 px shown on hover/selection or when >1 port")"""
    said: list[str] = []
    monkeypatch.setattr(overlay, "_label", lambda *each, **_: said.append(each[4]))
    view.zoom_to(zoom)

    def shown() -> set[str]:
        said.clear()
        view.viewport().grab()
        return set(said)

    assert shown() == set()
    view.selection.set(["c"])
    assert shown() == named
    view.selection.set(["c", "u"])
    assert shown() == set()
    hand.move(hand.card("n"))
    assert shown() == named
    hand.move(hand.port("n", "done"))
    assert shown() >= {"done"}, "the one at the mouse at every zoom"
    hand.move(hand.card("d"))
    assert shown() == set(), "they are on the card"


def test_what_would_catch_what_is_dragged_is_four_px_thick(view: Any, picture: Any) -> None:
    """(designer.md section 3: "drop target edge = 4 px selection colour")"""
    view.overlay.drop_edge, view.overlay.frame_aim = 0, "e"
    image, mark = picture(view), view.theme.color("selection").name()
    wire = [at(view, image, 267.0, y) == mark for y in (33, 34, 35, 36, 37, 38)]
    assert wire == [False, True, True, True, True, False]
    left, top, _, _ = view.graph.boxes["e"].rect
    border = [at(view, image, left + x, top + 60.0) == mark for x in (-5, -4, -3, -2, -1, 0)]
    assert border == [False, True, True, True, True, False]


def test_what_is_worked_on_without_motion_has_a_hatched_bar(view: Any, picture: Any) -> None:
    """(designer.md section 3: "off under reduced motion -> static hatch")"""
    view.set_still(True)
    view.set_statuses({"c": NodeStatus.RUNNING})
    image, low = picture(view), 72.0
    colors = {at(view, image, x, low - y) for x in range(660, 840) for y in (3, 4, 5)}
    assert {view.theme.color("running").name(), view.theme.color("divider").name()} <= colors


def rings(view: Any, image: Any, node: str) -> str:
    """What lies above a card, pixel by pixel from its border on: ``r`` for a ring, ``-`` for none."""
    left, top, right, _ = view.graph.boxes[node].rect
    mark = view.theme.color("selection").name()
    return "".join("r" if at(view, image, (left + right) / 2, top - away) == mark else "-" for away in range(1, 8))


def test_the_keyboards_focus_is_a_second_ring_beside_a_gap(view: Any, hand: Any, picture: Any) -> None:
    """(designer.md section 3: "focus (keyboard) = 2 px neutral ring offset 2 px with 1 px canvas gap")"""
    hand.click(hand.card("a"))
    assert rings(view, picture(view), "a") == "rr-----", "the mouse needs none"
    hand.key(Qt.Key.Key_Right)
    assert view.selection.primary == "b"
    assert rings(view, picture(view), "b") == "rr-rr--"
    view.selection.set(["a", "b"], primary="b")
    image = picture(view)
    assert (rings(view, image, "a"), rings(view, image, "b")) == ("rr-----", "rrr-rr-")
    hand.click((1000.0, 600.0))
    hand.click(hand.card("b"))
    assert rings(view, picture(view), "b") == "rr-----"


@pytest.mark.parametrize(
    ("reason", "shown"), [(Qt.FocusReason.TabFocusReason, True), (Qt.FocusReason.ActiveWindowFocusReason, False)]
)
def test_the_ring_comes_and_goes_with_the_focus(view: Any, reason: Any, shown: bool) -> None:
    view.focusInEvent(QFocusEvent(QEvent.Type.FocusIn, reason))
    assert view.overlay.focused is shown
    view.focusOutEvent(QFocusEvent(QEvent.Type.FocusOut))
    assert not view.overlay.focused
