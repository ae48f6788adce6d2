"""What is laid out together, and where wires are cut (designer.md section 3: groups)."""

from __future__ import annotations

from collections.abc import Collection

from tests.helpers import layout_kit as kit

from floworch.model.workflow import Workflow
from floworch_designer.document.bodies import Run
from floworch_designer.document.dividing import Division
from floworch_designer.document.framing import Frame
from floworch_designer.document.outlines import Outline


def divided(workflow: Workflow, frames: list[Frame], only: Collection[str] = (), folded: str = "") -> Division:
    known = {folded: Outline(stands=(0.0, 0.0))} if folded else {}
    return Division(workflow, known, frozenset(only or workflow.nodes), frames)


def frame(key: str, *nodes: int, folded: bool = False) -> Frame:
    return Frame(key, frozenset(f"n{at}" for at in nodes), folded=folded)


def test_a_wire_is_cut_at_every_border_that_it_passes() -> None:
    found = divided(kit.flow(4, [(1, 3), (0, 3)]), [frame("in", 1), frame("out", 0, 1), frame("other", 3)])
    ends = ("n1", "out", "n3")
    assert found.runs["in"] == [Run(ends, "n1", None)]
    assert found.runs["out"][0] == Run(ends, "in", None)
    assert found.runs[None][0] == Run(ends, "out", "other")
    assert found.runs["other"][0] == Run(ends, None, "n3")
    assert found.passing[ends] == (["in", "out", None, "other"], None)


def test_frames_stand_where_the_first_of_what_they_hold_does() -> None:
    found = divided(kit.flow(5, []), [frame("f", 3, 1)])
    assert found.bodies == {None: ["n0", "f", "n2", "n4"], "f": ["n1", "n3"]}
    assert found.deepest_first()[0] == "f"


def test_a_frame_that_is_wanted_in_part_does_not_move() -> None:
    found = divided(kit.flow(4, [(0, 1), (1, 2)]), [frame("f", 1, 2)], only=["n0", "n1"])
    assert "f" not in found.moving
    assert found.bodies == {None: ["n0"], "f": ["n1"]}
    assert found.runs == {None: [], "f": []}


def test_what_is_folded_is_one_thing_with_what_it_hides() -> None:
    workflow = kit.flow(6, [(0, 1), (1, 5), (2, 3)], {2: 1, 3: 1})
    found = divided(workflow, [frame("f", 5, 4, folded=True)], folded="n1")
    assert found.hidden == {"n2": "n1", "n3": "n1", "n4": "f", "n5": "f"}
    assert found.bodies == {None: ["n0", "n1", "f"]}
    assert found.runs[None] == [Run(("n0", "out", "n1"), "n0", "n1"), Run(("n1", "out", "n5"), "n1", "f")]


def test_the_outermost_of_what_is_folded_counts() -> None:
    found = divided(kit.flow(3, [], {2: 1}), [frame("f", 1, 2, folded=True)], folded="n1")
    assert found.hidden == {"n1": "f", "n2": "f"}
