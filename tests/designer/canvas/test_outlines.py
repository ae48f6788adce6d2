"""The layout is told of every card as the canvas draws it."""

from __future__ import annotations

from tests.helpers import layout_kit as kit

from floworch_designer.canvas.geometry import FRAME_HEIGHT, FRAME_WIDTH
from floworch_designer.canvas.outlines import below_notes, outlines
from floworch_designer.document import outlines as plain
from floworch_designer.document.decor import add_note
from floworch_designer.document.layout import lay_out


def test_cards_frames_and_ports_are_as_they_are_drawn() -> None:
    graph = kit.drawn(kit.flow(4, [(0, 1), (0, 3, "error"), (3, 1, "left"), (3, 1, "right")], {2: 1}))
    found = outlines(graph)
    assert found["n0"].leave("error") == graph.boxes["n0"].port_point("error")[1] - graph.boxes["n0"].y
    assert found["n3"].height == graph.boxes["n3"].shape.height > 72.0
    assert found["n1"].enters == graph.boxes["n1"].input_point[1] - graph.boxes["n1"].y
    assert (found["n1"].width, found["n1"].height) == (FRAME_WIDTH, FRAME_HEIGHT), "its body makes it larger"


def test_what_the_layout_takes_for_granted_is_what_the_canvas_draws() -> None:
    found = outlines(kit.drawn(kit.flow(3, [], {2: 1})))
    assert found["n0"] == plain.CARD
    assert (found["n1"].width, found["n1"].height) == (plain.FRAME.width, plain.FRAME.height)
    assert found["n1"].enters == plain.FRAME.enters


def test_a_layout_lies_below_the_notes_that_it_would_cover_and_nowhere_else() -> None:
    workflow = kit.flow(3, [(0, 1), (1, 2)])
    beside, _ = add_note(workflow, "beside", (0, 600))
    laid = lay_out(beside, outlines(kit.drawn(beside)))
    assert below_notes(kit.drawn(beside), laid) is laid
    noted, _ = add_note(beside, "above", (100, -60))
    graph = kit.drawn(noted)
    moved = below_notes(graph, laid)
    above = min(graph.decor.notes.values(), key=lambda note: note.rect[1])
    assert min(y for _, y in moved.places.values()) >= above.rect[3] + 24
    assert {x for x, _ in moved.places.values()} == {x for x, _ in laid.places.values()}
