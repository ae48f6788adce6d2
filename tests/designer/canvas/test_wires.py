"""Knots and portals under mouse and keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.helpers import layout_kit as kit

from floworch.model.pictures.lengths import flatten, halfway
from floworch_designer.canvas import wires as canvas_wires
from floworch_designer.canvas.geometry import bounds
from floworch_designer.canvas.hits import hit
from floworch_designer.document import edits
from floworch_designer.document import wires as stored

AB = ("a", "out", "b")
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def apart(view: Any) -> None:
    """The card b stands lower, so that its wire is no line."""
    view.selection.set(["b"])
    view.commands.nudge(40.0, 60.0)
    view.selection.clear()


def wire(view: Any, ends: tuple[str, str, str] = AB) -> Any:
    return next(each for each in view.graph.wires if each.ends == ends)


def twice(hand: Any, at: tuple[float, float]) -> None:
    """A double click, with the click that comes before it."""
    hand.click(at)
    QTest.mouseDClick(hand.view.viewport(), LEFT, NONE, hand.at(*at))
    QTest.mouseRelease(hand.view.viewport(), LEFT, NONE, hand.at(*at))


def knots(view: Any) -> list[Any]:
    return list(stored.knots(view.document.workflow).values())


def middle(view: Any) -> tuple[float, float]:
    line = wire(view).points
    return (line[0][0] + line[-1][0]) / 2, (line[0][1] + line[-1][1]) / 2


def test_a_double_click_on_a_wire_makes_a_knot_and_one_on_the_knot_takes_it_away(view: Any, hand: Any) -> None:
    at = middle(view)
    twice(hand, at)
    (knot,) = knots(view)
    assert knot.ends == AB
    assert abs(knot.at[0] - at[0]) <= 1
    assert abs(knot.at[1] - at[1]) <= 1
    assert view.selection.decor == {"knot:k1"}
    view.document.undo_stack.undo()
    assert not knots(view)
    assert not view.graph.decor.knots
    view.document.undo_stack.redo()
    twice(hand, knot.at)
    assert not knots(view)
    assert not view.selection


def test_a_knot_made_without_the_mouse_is_where_a_label_would_stand(view: Any) -> None:
    """At half the length, not at the nearest of the points that the curve is drawn through."""
    x, y = halfway(flatten(wire(view).points))
    key = view.wires.add_knot(wire(view))
    assert view.graph.decor.knots[key].at == (round(x), round(y))


def test_a_knot_is_dragged_and_the_wire_follows(view: Any, hand: Any) -> None:
    key = view.wires.add_knot(wire(view))
    x, y = view.graph.decor.knots[key].at
    before = bounds(wire(view).points)
    hand.drag((x, y), (x - 10.0, y + 300.0), Qt.KeyboardModifier.ControlModifier)
    assert view.graph.decor.knots[key].at == (round(x - 10.0), round(y + 300.0))
    assert bounds(wire(view).points)[3] > before[3] + 200
    assert view.document.undo_stack.undo_text() == "Move knot"
    view.document.undo_stack.undo()
    assert bounds(wire(view).points) == before


def test_a_knot_snaps_to_the_level_of_its_neighbour(view: Any, hand: Any) -> None:
    key = view.wires.add_knot(wire(view))
    x, y = view.graph.decor.knots[key].at
    level = wire(view).points[0][1]
    hand.drag((x, y), (x + 3.0, level + 4.0))
    assert view.graph.decor.knots[key].at[1] == level


def test_knots_are_hit_banded_deleted_and_move_with_their_nodes(view: Any, hand: Any) -> None:
    key = view.wires.add_knot(wire(view), (270.0, -60.0))
    found = hit(view.graph, (270.0, -60.0), 1.0)
    assert (found.kind, found.decor, found.edge) == ("knot", key, wire(view).index)
    hand.drag((255.0, -80.0), (285.0, -40.0))
    assert view.selection.decor == {key}
    hand.key(Qt.Key.Key_Delete)
    assert not knots(view)
    assert len(view.graph.wires) == 3
    view.document.undo_stack.undo()
    view.selection.set(["a", "b"])
    hand.drag(hand.card("a"), (150.0, 60.0), Qt.KeyboardModifier.ControlModifier)
    moved = view.node_rect("a").topLeft()
    assert view.graph.decor.knots[key].at == (270.0 + moved.x(), -60.0 + moved.y())


def test_copies_have_the_knots_of_what_was_copied(view: Any, hand: Any) -> None:
    view.wires.add_knot(wire(view), (270.0, -60.0))
    view.selection.set(["a", "b"])
    hand.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert sorted(knot.at for knot in knots(view)) == [(270.0, -60.0), (306.0, -24.0)]


def test_a_second_knot_goes_where_the_mouse_was_along_the_wire(view: Any, hand: Any) -> None:
    view.wires.add_knot(wire(view), (270.0, 200.0))
    line = wire(view).points
    first = view.wires.add_knot(wire(view), ((line[0][0] + 270.0) / 2, (line[0][1] + 200.0) / 2))
    last = view.wires.add_knot(wire(view), ((line[-1][0] + 270.0) / 2, (line[-1][1] + 200.0) / 2))
    assert [knot.key for knot in wire(view).bends] == [first, "knot:k1", last]


def test_wires_and_knots_by_keys_alone(view: Any, hand: Any) -> None:
    view.selection.set(["b"])
    order = []
    for _ in range(2):
        view.wires.next()
        order.append([each.ends for each in view.wires.chosen()])
    assert order == [[("b", "out", "c")], [AB]]
    view.wires.add_knots()
    (key,) = view.selection.decor
    y = view.graph.decor.knots[key].at[1]
    hand.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert view.graph.decor.knots[key].at[1] == y + 12
    view.wires.next()  # from the knot: its wire's source, first of all the wire itself
    assert view.selection.edges == {wire(view).index}
    view.wires.next()
    assert view.selection.decor == {key}
    hand.key(Qt.Key.Key_Right)
    assert view.selection.nodes == {"b"}


def test_the_layout_spreads_the_knots_off_the_cards(view: Any) -> None:
    for x in (240.0, 250.0):
        view.wires.add_knot(wire(view), (x, 500.0))
    view.commands.arrange(everything=True)
    start, end = wire(view).points[0], wire(view).points[-1]
    xs = [knot.at[0] for knot in wire(view).bends]
    assert start[0] < xs[0] < xs[1] < end[0]
    assert all(abs(knot.at[1] - start[1]) < 200 for knot in wire(view).bends)
    view.document.undo_stack.undo()
    assert {knot.at for knot in knots(view)} == {(240.0, 500.0), (250.0, 500.0)}


def test_the_layout_leads_a_long_wire_around_cards_and_undo_takes_its_knots_away(view: Any) -> None:
    view.document.reset(kit.skips())
    view.commands.arrange(everything=True)
    laid = [wire for wire in view.graph.wires if wire.bends]
    assert laid
    assert kit.look(view.graph).under == 0
    arranged = view.document.workflow
    view.commands.arrange(everything=True)
    assert view.document.workflow is arranged, "arranged twice, nothing moves"
    view.document.undo_stack.undo()
    assert not any(wire.bends for wire in view.graph.wires)


@pytest.mark.parametrize("way", ["drag", "nudge", "align"])
def test_the_layout_leaves_a_knot_that_it_laid_and_a_person_moved(view: Any, hand: Any, way: str) -> None:
    view.document.reset(kit.skips())
    view.commands.arrange(everything=True)
    knot = next(knot for knot in view.graph.decor.knots.values())
    view.selection.set(decor=[knot.key])
    view.reveal_rect(knot.rect)
    if way == "drag":
        hand.drag(knot.at, (knot.at[0] + 10.0, knot.at[1] + 60.0))
    elif way == "nudge":
        hand.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    else:
        beside = next(key for key, box in view.graph.boxes.items() if box.rect[3] > knot.at[1] + 20.0)
        view.selection.set([beside], decor=[knot.key], primary=beside)
        view.aligning.align("bottom")
    moved = view.graph.decor.knots[knot.key]
    assert moved.at != knot.at
    assert not moved.laid
    view.commands.arrange(everything=True)
    assert [each.key for each in view.graph.decor.knots.values() if each.wire.ends == knot.wire.ends] == [knot.key]


def test_nodes_that_move_with_their_wire_leave_its_knots_to_the_layout(view: Any, hand: Any) -> None:
    view.document.reset(kit.skips())
    view.commands.arrange(everything=True)
    arranged = view.document.workflow
    view.selection.set(arranged.nodes)
    hand.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert all(knot.laid for knot in view.graph.decor.knots.values())
    view.commands.arrange(everything=True)
    assert len(view.graph.decor.knots) == len(stored.knots(arranged))


def test_a_layout_asks_no_place_for_what_an_earlier_one_laid(view: Any, monkeypatch: Any) -> None:
    """designer.md: no operation over 100 ms; of 10 000 nodes with 3 600 such knots it took 13 s, in the window."""
    view.document.reset(kit.skips())
    view.commands.arrange(everything=True)
    asked: list[Any] = []
    monkeypatch.setattr(canvas_wires, "_beside", lambda at, cards: asked.append(at) or at)
    view.commands.arrange(everything=True)
    assert not asked
    view.wires.add_knot(next(wire for wire in view.graph.wires if not wire.bends))
    view.commands.arrange(everything=True)
    assert len(asked) == 1


def test_a_wire_as_portals_is_hit_at_its_tags_jumped_through_and_renamed(view: Any, hand: Any) -> None:
    view.selection.set([], [wire(view).index])
    view.wires.toggle_portals()
    out, into = wire(view).tags
    assert out.text == into.text == "a"
    between = ((out.rect[2] + into.rect[0]) / 2, (out.rect[1] + into.rect[3]) / 2)
    assert hit(view.graph, between, 1.0).kind == "void"
    centre = ((out.rect[0] + out.rect[2]) / 2, (out.rect[1] + out.rect[3]) / 2)
    assert hit(view.graph, centre, 1.0).part == "out"
    hand.move(centre)
    assert view.overlay.hover_edge == wire(view).index, "both tags light up"
    twice(hand, centre)
    assert view.centre() == pytest.approx(((into.rect[0] + into.rect[2]) / 2, (into.rect[1] + into.rect[3]) / 2), abs=1)
    view.go()
    view.edit_title()
    QTest.keyClicks(view._title, "Checked")
    QTest.keyClick(view._title, Qt.Key.Key_Return)
    assert wire(view).tags[0].text == "Checked"
    view.wires.toggle_portals()
    assert not wire(view).tags
    assert not stored.portals(view.document.workflow)


def test_tags_follow_the_cards_and_stand_below_one_another(view: Any, hand: Any) -> None:
    view.connect_nodes("a", "out", "c")
    view.selection.set([], [each.index for each in view.graph.wires if each.source.id == "a"])
    view.wires.toggle_portals()
    first, second = (each.tags[0].rect for each in view.graph.wires if each.source.id == "a")
    assert first[3] <= second[1]
    hand.drag(hand.card("a"), (100.0, 200.0), Qt.KeyboardModifier.ControlModifier)
    assert wire(view).tags[0].rect[0] == wire(view).points[0][0] + 20.0
    assert wire(view).tags[0].rect != first


def test_a_cut_goes_through_tags_and_not_through_what_is_between(view: Any, hand: Any) -> None:
    view.selection.set([], [wire(view).index])
    view.wires.toggle_portals()
    count = len(view.graph.wires)
    x = (wire(view).tags[0].rect[2] + wire(view).tags[1].rect[0]) / 2
    held = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    hand.drag((x, -60.0), (x, 140.0), held)
    assert len(view.graph.wires) == count
    x = wire(view).tags[0].strand[0][0] + 10
    hand.drag((x, -60.0), (x, 140.0), held)
    assert len(view.graph.wires) == count - 1


@pytest.mark.parametrize("square", [False, True])
def test_wires_in_right_angles_are_hit_where_they_run(view: Any, hand: Any, square: bool) -> None:
    view.wires.set_square(square)
    (x1, y1), (x2, _) = wire(view).points[0], wire(view).points[-1]
    hand.click(((x1 + x2) / 2, y1 + 14.0))
    assert (view.selection.edges == {wire(view).index}) is square


def test_tags_of_portals_stand_at_a_folded_frame_below_one_another(view: Any, hand: Any) -> None:
    workflow = view.document.workflow
    for name in ("p", "q"):
        workflow, _ = edits.add_node(workflow, "data.set", None, (900.0, 700.0 if name == "p" else 900.0))
    added = [key for key in workflow.nodes if key not in view.document.workflow.nodes]
    for key in added:
        workflow = edits.connect(workflow, "b", "out", key)
    view.document.apply(workflow, "Add")
    leaving = [each for each in view.graph.wires if each.target.id in added]
    view.selection.set([], [each.index for each in leaving])
    view.wires.toggle_portals()
    view.selection.set(["a", "b"])
    group = view.areas.group()
    view._title.give_up()
    view.areas.fold([group], True)
    frame = view.graph.decor.groups[group]
    outs = [each.tags[0].rect for each in view.graph.wires if each.target.id in added]
    assert len(outs) == 2
    assert all(rect[0] > frame.rect[2] for rect in outs), "right of the folded frame"
    first, second = sorted(outs, key=lambda rect: rect[1])
    assert first[3] <= second[1], "one below the other"
    x1, y1, x2, y2 = outs[1]
    hand.click(((x1 + x2) / 2, (y1 + y2) / 2))
    assert len(view.selection.edges) == 1
    view.areas.fold([group], False)
    assert all(len(each.tags) == 2 for each in view.graph.wires if each.target.id in added)


def test_a_folded_frame_takes_knots_and_tags_in(view: Any) -> None:
    key = view.wires.add_knot(wire(view), (270.0, -60.0))
    view.selection.set(["a", "b"])
    group = view.areas.group()
    view._title.give_up()
    assert not view.graph.decor.knots[key].hidden
    view.areas.fold([group], True)
    assert view.graph.decor.knots[key].hidden
