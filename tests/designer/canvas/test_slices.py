"""Arranging thousands of cards never holds the window up for long (designer.md: nothing blocks the window)."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from tests.helpers import layout_kit as kit

from floworch_designer.canvas import slices
from floworch_designer.document import edits
from floworch_designer.document.layout import lay_out
from floworch_designer.document.positions import positions

MANY = 30


@pytest.fixture
def chain(view: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    for module in ("slices", "arranging"):
        monkeypatch.setattr(f"floworch_designer.canvas.{module}.SLICE", 8)
    workflow = kit.skips(MANY)
    view.document.reset(edits.move(workflow, {key: (at * 40.0, at * 90.0) for at, key in enumerate(workflow.nodes)}))
    return view


def standing(view: Any) -> set[str]:
    """The nodes whose cards are where the document says."""
    places = positions(view.document.workflow)
    return {key for key, box in view.graph.boxes.items() if (box.x, box.y) == places[key]}


def test_cards_go_to_their_places_some_at_a_time_and_wires_are_right_in_the_end(chain: Any, qtbot: QtBot) -> None:
    chain.commands.arrange(everything=True)
    assert chain.document.undo_stack.undo_text() == "Arrange"
    assert chain.slices.going
    assert len(standing(chain)) < MANY
    qtbot.waitUntil(lambda: not chain.slices.going)
    assert standing(chain) == chain.graph.boxes.keys()
    fresh = kit.drawn(chain.document.workflow)
    assert [wire.points for wire in chain.graph.wires] == [wire.points for wire in fresh.wires]
    assert chain.graph.box_grid.near((-1e6, -1e6, 1e6, 1e6)).keys() == fresh.boxes.keys()


def test_the_whole_is_shown_once_all_cards_are_there(chain: Any, qtbot: QtBot) -> None:
    chain.commands.arrange(everything=True)
    qtbot.waitUntil(lambda: not chain.slices.going)
    assert chain.fitting.fitted


def test_a_further_change_has_all_cards_follow_at_once(chain: Any) -> None:
    chain.commands.arrange(everything=True)
    chain.document.apply(edits.move(chain.document.workflow, {"n3": (5.0, 7.0)}), "Move")
    assert not chain.slices.going
    assert standing(chain) == chain.graph.boxes.keys()
    chain.document.undo_stack.undo()
    chain.document.undo_stack.undo()
    assert standing(chain) == chain.graph.boxes.keys()


def test_what_a_person_moves_is_never_cut_in_slices(chain: Any) -> None:
    places = lay_out(chain.document.workflow).places
    chain.document.apply(edits.move(chain.document.workflow, places), "Move")
    assert not chain.slices.going
    assert slices.SLICE == 8


def test_a_step_taken_back_is_cut_in_slices_only_where_it_moves_more_than_is_followed_in_time(
    chain: Any, qtbot: QtBot
) -> None:
    before = positions(chain.document.workflow)
    places = lay_out(chain.document.workflow).places
    chain.document.apply(edits.move(chain.document.workflow, places), "Move")
    moved = len([key for key, at in before.items() if at != places[key]])
    with chain.slices.over(least=moved):
        chain.document.undo_stack.undo()
    assert not chain.slices.going
    with chain.slices.over(least=moved - 1):
        chain.document.undo_stack.redo()
    assert chain.slices.going
    qtbot.waitUntil(lambda: not chain.slices.going)
    assert standing(chain) == chain.graph.boxes.keys()
