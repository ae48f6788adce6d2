"""Stored places: whole numbers without fractions, other view data untouched."""

from __future__ import annotations

import pytest

from floworch.model.workflow import Node, Workflow
from floworch_designer.document.positions import as_point, has_positions, with_positions, without_positions


@pytest.mark.parametrize("bad", [None, 5, [1], ["a", 2], [True, 1], [float("inf"), 0], [1e9, 0], [float("nan"), 0]])
def test_what_is_no_place_is_none(bad: object) -> None:
    assert as_point(bad) is None


def test_places_are_written_short_and_keep_the_rest_of_the_view() -> None:
    workflow = Workflow(id="w", nodes={"a": Node(action="x")}, view={"notes": [1]})
    made = with_positions(workflow, {"a": (1.0, 2.26)})
    assert made.view == {"notes": [1], "nodes": {"a": [1, 2]}}
    assert has_positions(made)
    assert not has_positions(workflow)
    assert without_positions(made, {"a"}).view == {"notes": [1], "nodes": {}}
    assert without_positions(made, {"b"}) is made
