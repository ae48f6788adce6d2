"""What lies in which frame, as the layout sees it (designer.md section 3: groups, padding 24, title bar 28)."""

from __future__ import annotations

from tests.helpers import layout_kit as kit

from floworch_designer.document.decor import add_group
from floworch_designer.document.framing import GAP, PADDING, TIGHT, Frame, frames_of, nest, noted


def frame(key: str, *nodes: int) -> Frame:
    return Frame(key, frozenset(f"n{at}" for at in nodes))


def test_a_node_lies_in_the_smallest_frame_around_it_and_that_in_the_next_larger_one() -> None:
    found = nest(kit.flow(4, []), [frame("outer", 0, 1, 2), frame("inner", 1, 2)])
    assert found.homes == {"n0": "outer", "n1": "inner", "n2": "inner", "n3": None, "inner": "outer", "outer": None}


def test_a_frame_around_a_container_holds_its_body_and_one_in_a_container_lies_there() -> None:
    workflow = kit.flow(4, [], {1: 0, 2: 0})
    found = nest(workflow, [frame("around", 0, 1, 2), frame("within", 1)])
    assert found.homes["n0"] == "around"
    assert found.homes["n1"] == "within"
    assert found.homes["within"] == "n0" == found.homes["n2"]
    assert found.homes["around"] is None


def test_frames_that_share_some_of_their_nodes_are_one_block() -> None:
    found = nest(kit.flow(4, []), [frame("a", 0, 1), frame("b", 1, 2)])
    assert len({found.homes[f"n{at}"] for at in range(3)}) == 1
    assert len(found.frames) == 1
    assert found.homes["n3"] is None


def test_a_frame_whose_nodes_lie_in_several_containers_is_none_for_the_layout() -> None:
    workflow = kit.flow(4, [], {2: 0, 3: 1})
    assert nest(workflow, [frame("torn", 2, 3)]).frames == {}


def test_frames_of_a_definition_hold_the_bodies_of_containers_and_are_tight_inside_them_only() -> None:
    workflow = kit.flow(4, [], {1: 0, 2: 1})
    workflow, around = add_group(workflow, ["n0"])
    workflow, within = add_group(workflow, ["n2"])
    found = {each.key: each for each in frames_of(workflow)}
    assert found[around].nodes == {"n0", "n1", "n2"}
    assert (found[around].padding, found[within].padding) == (PADDING, TIGHT)


def test_notes_stay_above_or_below_what_a_frame_holds() -> None:
    notes = {
        "under": (0.0, 300.0, 240.0, 344.0),
        "over": (0.0, -90.0, 240.0, 10.0),
        "right": (300.0, -80.0, 400.0, 0.0),
    }
    places, begin, height = noted(Frame("f", frozenset(), notes=notes), (0.0, 20.0, 216.0, 92.0), (500.0, 72.0))
    assert places["over"] == (0.0, 0.0)
    assert places["right"] == (240.0 + GAP, 0.0), "beside one another, from left to right"
    assert begin == 100.0 + GAP
    assert places["under"] == (0.0, begin + 72.0 + GAP)
    assert height == places["under"][1] + 44.0


def test_notes_break_into_lines_and_a_frame_without_any_is_as_high_as_its_nodes() -> None:
    notes = {str(at): (at * 100.0, -90.0, at * 100.0 + 240.0, -40.0) for at in range(3)}
    places, begin, _ = noted(Frame("f", frozenset(), notes=notes), (0.0, 0.0, 9.0, 9.0), (300.0, 72.0))
    assert [places[str(at)] for at in range(3)] == [(0.0, at * (50.0 + GAP)) for at in range(3)]
    assert begin == 3 * (50.0 + GAP)
    assert noted(Frame("f", frozenset()), (0.0, 0.0, 9.0, 9.0), (300.0, 72.0)) == ({}, 0.0, 72.0)
