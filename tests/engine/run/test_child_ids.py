"""Ids of child runs (C10.3, C13)."""

from __future__ import annotations

from floworch.run.child_ids import child_id
from floworch.store.ids import check_run_id


def test_an_id_says_whose_child_it_is() -> None:
    assert child_id("order-1", "ship") == "order-1.ship"
    assert child_id("order-1", "ship", (3, 0)) == "order-1.ship._3._0"
    assert child_id("order-1", "ship", (), 2) == "order-1.ship._r2"


def test_ids_are_valid_different_and_the_same_every_time_however_long() -> None:
    """(C13)"""
    parents = ["a", "p" * 128, "p" * 127, "x" * 100]
    nodes = ["n" * 64, "0", "a-b_c"]
    made = [child_id(p, n, s, k) for p in parents for n in nodes for s in ((), (0,), (0, 999_999)) for k in (1, 2)]
    assert len(set(made)) == len(made)
    assert [check_run_id(name) for name in made] == made
    assert made == [
        child_id(p, n, s, k) for p in parents for n in nodes for s in ((), (0,), (0, 999_999)) for k in (1, 2)
    ]


def test_children_of_children_stay_apart_from_items_and_attempts() -> None:
    assert child_id(child_id("r", "a"), "0") != child_id("r", "a", (0,))
    assert child_id(child_id("r", "a"), "r2") != child_id("r", "a", (), 2)
