"""Arranging knows frames: what they hold stays together, and nothing else lies in them (designer.md section 3)."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from tests.helpers import layout_kit as kit

from floworch.model.workflow import Workflow
from floworch_designer.canvas.arranging import laid_out, still_fitting
from floworch_designer.canvas.folding import fold
from floworch_designer.canvas.geometry import FRAME_TITLE, Rect
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.canvas.outlines import frames, outlines
from floworch_designer.document import edits
from floworch_designer.document.decor import add_group, add_note, groups, set_decor
from floworch_designer.document.framing import BAR, PADDING
from floworch_designer.document.layout import lay_out
from floworch_designer.document.positions import positions


def arranged(
    workflow: Workflow, only: set[str] | None = None, folded: tuple[str, ...] = ()
) -> tuple[Workflow, CanvasGraph]:
    """The definition after arranging, and how it is drawn."""
    graph = kit.drawn(workflow)
    fold(graph, workflow, folded, True)
    made = laid_out(graph, workflow, lay_out(workflow, outlines(graph), only, frames(graph)))
    after = kit.drawn(made)
    fold(after, made, folded, True)
    return made, after


def meet(a: Rect, b: Rect) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def strangers(graph: CanvasGraph) -> list[tuple[str, str]]:
    """Cards that lie in a frame that does not hold them."""
    return [
        (group.key, box.id)
        for group in graph.decor.shown_groups()
        for box in graph.boxes.values()
        if box.proxy is None and box not in group.members and meet(box.rect, group.rect)
        if not any(member.id in graph.body_of([box.id]) for member in group.members)
    ]


@st.composite
def framed(draw: st.DrawFn) -> Workflow:
    """Nodes in all manner of places with wires, cycles among them, and frames, one of them in another one."""
    count = draw(st.integers(2, 14))
    chance = draw(st.randoms(use_true_random=False))
    pairs = {(chance.randrange(count), chance.randrange(count)) for _ in range(count * 2)}
    workflow = kit.flow(count, sorted((a, b) for a, b in pairs if a != b and (a < b or chance.random() < 0.1)))
    workflow = edits.move(workflow, {key: (chance.randrange(900), chance.randrange(900)) for key in workflow.nodes})
    names = list(workflow.nodes)
    chance.shuffle(names)
    first, second = sorted(chance.sample(range(count + 1), 2))
    workflow, _ = add_group(workflow, names[:first] or names[:1])
    workflow, _ = add_group(workflow, names[max(first, 1) : second] or names[:1])
    workflow, _ = add_group(workflow, names[: (first + 1) // 2] or names[:1])
    return workflow


@given(framed())
@settings(max_examples=60, deadline=None)
def test_no_stranger_lies_in_a_frame_and_frames_lie_apart_or_in_one_another(workflow: Workflow) -> None:
    made, graph = arranged(workflow)
    assert strangers(graph) == []
    assert kit.look(graph).overlaps == 0
    for a, b in combinations(graph.decor.groups.values(), 2):
        nested = set(a.group.nodes) <= set(b.group.nodes) or set(b.group.nodes) <= set(a.group.nodes)
        assert nested or not meet(a.rect, b.rect)
    assert arranged(made)[0] == made, "arranging twice changes nothing"


def test_a_frame_closes_tightly_around_what_it_holds() -> None:
    workflow, key = add_group(kit.flow(5, [(0, 1), (1, 2), (2, 3), (1, 4)]), ["n1", "n2"])
    workflow = set_decor(edits.move(workflow, {"n2": (3000.0, 900.0)}), key, at=[0, 0], size=[4000, 2000])
    made, graph = arranged(workflow)
    left, top, right, bottom = graph.decor.groups[key].rect
    assert (right - left, bottom - top) == (216 + 96 + 216 + 2 * PADDING, 72 + 2 * PADDING + BAR)
    assert groups(made)[key].size is None


def test_wires_into_and_out_of_frames_run_under_no_card_and_level_where_they_can() -> None:
    workflow = kit.flow(8, [(0, 1), (1, 2), (2, 3), (1, 4), (4, 5), (5, 3), (1, 3), (2, 6), (6, 7)])
    workflow, _ = add_group(workflow, ["n1", "n4", "n5"])
    workflow, _ = add_group(workflow, ["n2", "n6"])
    seen = kit.look(arranged(workflow)[1])
    assert seen.under == 0
    assert seen.crossings <= 1
    assert seen.straight >= 4


def test_notes_in_a_frame_move_along_and_the_frame_has_room_for_them() -> None:
    workflow, key = add_group(kit.flow(4, [(0, 1), (1, 2), (2, 3)]), ["n1", "n2"])
    workflow = edits.move(workflow, {"n1": (500.0, 700.0), "n2": (900.0, 700.0)})
    workflow = set_decor(workflow, key, at=[400, 400], size=[800, 600])
    workflow, over = add_note(workflow, "over", (500.0, 480.0))
    workflow, under = add_note(workflow, "under", (500.0, 820.0), (200.0, 100.0))
    workflow, apart = add_note(workflow, "apart", (-900.0, 0.0))
    made, graph = arranged(workflow)
    decor = graph.decor
    assert decor.notes[apart].note.at == (-900.0, 0.0)
    for note in (over, under):
        assert decor.moving_with([key], []) >= {note}, "it lies in the frame"
    cards = [graph.boxes[name].rect for name in ("n1", "n2")]
    assert decor.notes[over].rect[3] + PADDING == min(card[1] for card in cards)
    assert decor.notes[under].rect[1] - PADDING == max(card[3] for card in cards)
    assert strangers(graph) == []
    assert arranged(made)[0] == made


def test_a_folded_frame_is_the_card_it_is_drawn_as_and_what_it_hides_moves_along() -> None:
    workflow, key = add_group(kit.flow(5, [(0, 1), (1, 2), (2, 3), (1, 3), (3, 4)]), ["n1", "n2", "n3"])
    workflow = edits.move(workflow, {f"n{at}": (at * 400.0, at * 90.0) for at in range(5)})
    workflow, note = add_note(workflow, "inside", (440.0, 100.0), (100.0, 60.0))
    made, graph = arranged(workflow, folded=(key,))
    card = graph.decor.groups[key].rect
    assert (graph.boxes["n0"].rect[2] + 96, card[2] + 96) == (card[0], graph.boxes["n4"].rect[0])
    before, after = positions(workflow), positions(made)
    assert (
        len({(after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in ("n1", "n2", "n3")}) == 1
    )
    (x, y), moved = graph.decor.notes[note].note.at, after["n1"]
    assert (x - moved[0], y - moved[1]) == (440.0 - 400.0, 100.0 - 90.0)


def test_a_folded_container_is_the_card_it_is_drawn_as() -> None:
    workflow = kit.flow(5, [(0, 1), (2, 3), (1, 4)], {2: 1, 3: 1})
    workflow = edits.move(workflow, {f"n{at}": (at * 400.0, at * 90.0) for at in range(5)})
    made, graph = arranged(workflow, folded=("n1",))
    assert graph.boxes["n4"].x == graph.boxes["n1"].x + 216 + 96
    assert graph.boxes["n1"].x == graph.boxes["n0"].x + 216 + 96
    before, after = positions(workflow), positions(made)
    assert after["n3"][0] - after["n2"][0] == before["n3"][0] - before["n2"][0]


def test_of_a_frame_a_part_of_which_is_selected_that_part_is_laid_out_where_it_stands() -> None:
    workflow, _ = add_group(kit.flow(5, [(0, 1), (1, 2), (2, 3), (3, 4)]), ["n1", "n2", "n3"])
    workflow = edits.move(workflow, {f"n{at}": (at * 500.0, at * 100.0) for at in range(5)})
    made, _ = arranged(workflow, {"n0", "n1", "n2", "n4"})
    places = positions(made)
    assert places["n3"] == (1500.0, 300.0)
    assert places["n1"] == (500.0, 100.0), "those in the frame, among themselves"
    assert places["n2"] == (500.0 + 216 + 96, 100.0)
    assert places["n0"] == (0.0, 0.0)


def test_a_selected_frame_keeps_its_corner() -> None:
    workflow, key = add_group(kit.flow(4, [(0, 1), (1, 2), (2, 3)]), ["n1", "n2"])
    workflow = edits.move(workflow, {f"n{at}": (at * 500.0, at * 100.0) for at in range(4)})
    corner = kit.drawn(workflow).decor.groups[key].rect[:2]
    assert arranged(workflow, {"n1", "n2"})[1].decor.groups[key].rect[:2] == corner


def test_a_layout_lies_below_an_empty_frame() -> None:
    workflow, key = add_group(kit.flow(3, [(0, 1), (1, 2)]), ["n0"])
    workflow = set_decor(workflow, key, nodes=[], at=[100, -60], size=[400, 200])
    graph = arranged(workflow)[1]
    assert strangers(graph) == []


def test_a_selected_frame_is_arranged_as_what_it_holds_in_one_step(view: Any, hand: Any) -> None:
    """designer.md section 4: L arranges the selection."""
    workflow, key = add_group(kit.flow(4, [(0, 1), (1, 2), (2, 3)]), ["n1", "n2"])
    workflow = edits.move(workflow, {f"n{at}": (at * 500.0, at * 100.0) for at in range(4)})
    view.document.reset(workflow)
    view.selection.set(decor=[key])
    hand.key(Qt.Key.Key_L)
    places = positions(view.document.workflow)
    assert places["n2"] == (500.0 + 216 + 96, 100.0)
    assert places["n3"] == (1500.0, 300.0)
    view.document.undo_stack.undo()
    assert view.document.workflow is workflow


@pytest.mark.parametrize("several", [True, False])
def test_frames_in_containers_have_room_there(several: bool) -> None:
    workflow = kit.flow(7, [(0, 1), (2, 3), (3, 4), (2, 5), (5, 4), (1, 6)], dict.fromkeys((2, 3, 4, 5), 1))
    workflow, _ = add_group(workflow, ["n3", "n5"] if several else ["n2"])
    workflow, _ = add_group(workflow, ["n1", "n6"])
    made, graph = arranged(workflow)
    assert strangers(graph) == []
    assert kit.look(graph).overlaps == kit.look(graph).under == 0
    inside = next(iter(graph.decor.groups.values()))
    assert inside.rect[1] >= graph.boxes["n1"].y + FRAME_TITLE, "no frame lies upon the title of the loop around it"
    assert arranged(made)[0] == made
    assert graph.boxes["n1"].x + graph.boxes["n1"].shape.width + 96 == graph.boxes["n6"].x


def test_what_a_person_changed_meanwhile_stays() -> None:
    asked = edits.move(kit.flow(4, [(0, 1), (1, 2), (2, 3)]), {f"n{at}": (at * 9.0, 0.0) for at in range(4)})
    asked, note = add_note(asked, "moved", (5.0, 5.0))
    asked, key = add_group(asked, ["n0", "n1"])
    graph = kit.drawn(asked)
    laid = lay_out(asked, outlines(graph), frames=frames(graph))
    now = edits.move(edits.remove(asked, ["n3"]), {"n1": (700.0, 700.0)})
    fitting = still_fitting(asked, now, laid)
    assert set(fitting.places) == {"n0", "n2"}
    assert still_fitting(asked, asked, laid) == laid
    made = laid_out(kit.drawn(now), now, fitting)
    assert positions(made)["n1"] == (700.0, 700.0)
    assert {note, key} <= {*kit.drawn(made).decor.notes, *kit.drawn(made).decor.groups}
