"""Knots and portals in the definition: kept with their edges through every edit."""

from __future__ import annotations

import pytest

from floworch.model.codec import dumps, loads, logic_hash
from floworch.model.workflow import Node, Workflow
from floworch_designer.document import edits, wires
from floworch_designer.document.clipboard import Fragment, insert
from floworch_designer.document.decor import move_decor
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.positions import with_positions
from floworch_designer.document.subflow import make_subflow

AB, BC = ("a", "out", "b"), ("b", "error", "c")


@pytest.fixture
def flow():
    nodes = {key: Node(action="data.set", title=key.upper()) for key in "abc"}
    made = Workflow(id="w", nodes=nodes, edges=(make_edge(*AB), make_edge(*BC)))
    made = with_positions(made, {"a": (0.0, 0.0), "b": (400.0, 0.0), "c": (800.0, 0.0)})
    made, _ = wires.add_knot(made, AB, (300.0, 100.0), 0)
    made, _ = wires.add_knot(made, AB, (200.0, 100.0), 0)
    return wires.add_portal(made, BC, wires.portal_name(made, BC))


def test_knots_stand_in_the_order_of_their_edge_and_change_nothing_of_the_logic(flow):
    assert [knot.at for knot in wires.knots(flow).values()] == [(200.0, 100.0), (300.0, 100.0)]
    assert {portal.name for portal in wires.portals(flow).values()} == {"B"}
    assert loads(dumps(flow)).view == flow.view
    assert logic_hash(flow) == logic_hash(flow.replace(view={}))


def test_a_name_is_given_once(flow):
    assert wires.portal_name(flow, ("b", "out", "a")) == "B 2"


def test_they_go_with_their_edge_and_with_its_nodes(flow):
    cut = edits.disconnect(flow, [0])
    assert not wires.knots(cut)
    assert wires.portals(cut)
    assert not wires.portals(edits.remove(flow, ["c"]))
    assert wires.knots(edits.remove(flow, ["c"]))
    inside = edits.set_parent(flow.replace(nodes={**flow.nodes, "e": Node(action="flow.each")}), ["a"], "e")
    assert not wires.knots(inside)


def test_what_belongs_to_no_edge_stays_in_the_file_as_it_is(flow):
    odd = [{"from": "x", "to": "y", "at": [1, 2], "mine": 1}, "?"]
    made = edits.disconnect(flow.replace(view={**flow.view, "knots": [*flow.view["knots"], *odd]}), [0])
    assert [entry["mine"] for entry in made.view["knots"][:-1]] == [1]
    assert made.view["knots"][-1] == "?"


def test_they_follow_a_new_id(flow):
    made = edits.rename(flow, "b", "bill")
    assert {knot.ends for knot in wires.knots(made).values()} == {("a", "out", "bill")}
    assert {portal.ends for portal in wires.portals(made).values()} == {("bill", "error", "c")}


def test_a_copy_of_both_ends_has_copies_of_them(flow):
    made, names = edits.duplicate(flow, ["a", "b", "c"], (0.0, 500.0))
    copied = [knot for knot in wires.knots(made).values() if knot.ends[0] not in flow.nodes]
    assert len(wires.knots(made)) == 4
    assert len(wires.portals(made)) == 2
    assert [knot.at for knot in copied] == [(200.0, 600.0), (300.0, 600.0)]
    assert {knot.ends for knot in copied} == {(names["a"], "out", names["b"])}


def test_a_copy_of_one_end_or_of_a_knot_alone_has_none(flow):
    assert not Fragment.of(flow, ["a"], list(wires.knots(flow))).areas
    assert not Fragment.of(flow, [], list(wires.knots(flow)))


def test_they_are_pasted_from_text(flow):
    fragment = Fragment.from_text(Fragment.of(flow, ["a", "b", "c"]).to_text())
    made, _ = insert(Workflow(id="other"), fragment)
    assert [knot.at for knot in wires.knots(made).values()] == [(200.0, 100.0), (300.0, 100.0)]
    assert len(wires.portals(made)) == 1


def test_they_go_into_a_subflow_with_their_nodes(flow):
    more = flow.replace(edges=(*flow.edges, make_edge("b", "out", "c")))
    _, child, _ = make_subflow(more.replace(edges=more.edges[::2]), ["a", "b"], "part", "part.flow.json")
    assert len(wires.knots(child)) == 2


def test_they_are_moved_and_given_to_the_halves_of_a_split_edge(flow):
    first = next(iter(wires.knots(flow)))
    assert wires.knots(move_decor(flow, [first], (5.0, 6.0)))[first].at == (205.0, 106.0)
    assert wires.knots(wires.move_knots(flow, {first: (1.0, 2.0)}))[first].at == (1.0, 2.0)
    made, new = edits.add_node(edits.disconnect(flow, [0]), "data.set", None, (250.0, 0.0))
    made = edits.connect(edits.connect(made, "a", "out", new), new, "out", "b")
    halves = wires.split(made, flow, AB, new, 250.0)
    assert {knot.ends for knot in wires.knots(halves).values()} == {("a", "out", new), (new, "out", "b")}


# knots that a layout lays

WAY = {("a", "out", "c"): [(100.0, -40.0), (300.4, -40.0)]}


def laid_flow() -> Workflow:
    nodes = {key: Node(action="x") for key in "abc"}
    return Workflow(id="w", nodes=nodes, edges=(make_edge("a", "out", "b"), make_edge("a", "out", "c")))


def test_a_layout_lays_knots_and_takes_them_away_again() -> None:
    made = wires.lay_knots(laid_flow(), WAY, "abc")
    assert [knot.at for knot in wires.knots(made).values()] == [(100, -40), (300, -40)]
    assert wires.lay_knots(made, WAY, "abc") is made
    assert not wires.knots(wires.lay_knots(made, {}, "abc"))
    assert wires.lay_knots(made, {}, "ab") is made, "an edge between others is not its business"


def test_a_layout_leaves_what_a_person_bent_or_made_portals_of() -> None:
    bent, key = wires.add_knot(laid_flow(), ("a", "out", "c"), (5.0, 5.0), 0)
    assert list(wires.knots(wires.lay_knots(bent, WAY, "abc"))) == [key]
    portals = wires.add_portal(laid_flow(), ("a", "out", "c"), "c")
    assert not wires.knots(wires.lay_knots(portals, WAY, "abc"))


def test_a_knot_of_a_layout_is_a_persons_once_that_moved_it_and_not_when_its_wire_went_along() -> None:
    made = wires.lay_knots(laid_flow(), WAY, "abc")
    first, second = wires.knots(made)
    assert wires.moved_by_hand(made, {first, second}, {"a", "c"}) is made
    bent = wires.moved_by_hand(made, {first}, {"a"})
    assert [knot.laid for knot in wires.knots(bent).values()] == [False, True]
    assert list(wires.knots(wires.lay_knots(bent, WAY, "abc"))) == [first], "designer.md: what a person set stays"
