"""Items of loops by their number: those that can be told, and those that cannot."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from floworch.artifact import SHOWN, Artifact
from floworch.model.values import encode
from floworch.run.items import ItemsState, StoredItems
from floworch_designer.runs.item_values import UNKNOWN, item_at, item_of


def run(items, scope=()):
    """A run whose node 1 is in the body of the loop 0."""
    return SimpleNamespace(parents={1: 0}, items={(0, scope): ItemsState(items, 4, "stop")})


def test_a_node_in_a_loop_works_on_its_item():
    assert item_of(run(["a", "b"]), 1, (1,)) == "b"
    assert item_of(run(["a", None], scope=(3,)), 1, (3, 1)) is None, "an item may be null"


@pytest.mark.parametrize(("node", "scope"), [(0, ()), (1, ()), (1, (2,)), (1, (5, 0))])
def test_what_is_in_no_loop_or_in_none_that_has_begun_has_no_item(node, scope):
    assert item_of(run(["a", "b"]), node, scope) is UNKNOWN


def test_rounds_are_no_items():
    state = run(["a"])
    state.items[0, ()].rounds = object()
    assert item_at(state, 0, (0,)) is UNKNOWN


def test_a_stored_list_is_read_while_it_is_small_and_whole():
    """designer.md 6: what is shown is bounded."""
    assert item_at(run(StoredItems(Artifact.of(encode(["a", "b"])), 2)), 0, (1,)) == "b"
    assert item_at(run(StoredItems(Artifact("0" * 64, 10), 2)), 0, (1,)) is UNKNOWN, "its file is gone"
    big = Artifact.of(encode(["x" * SHOWN, "b"]))
    assert item_at(run(StoredItems(big, 2)), 0, (1,)) is UNKNOWN
