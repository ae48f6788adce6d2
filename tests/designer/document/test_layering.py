"""Which column a node comes to, and what hangs together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from floworch_designer.document.layering import acyclic, layers_of, parts_of


def test_cycles_are_broken_and_doubles_dropped() -> None:
    kept = acyclic(3, [(0, 1), (1, 2), (2, 0), (0, 1), (1, 1)])
    assert set(kept) == {(0, 1), (1, 2), (0, 2)}
    assert layers_of(3, kept) == [0, 1, 2]


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]), max_size=20))
def test_every_edge_leads_to_a_later_column(pairs: list[tuple[int, int]]) -> None:
    layer = layers_of(8, pairs)
    assert all(layer[target] > layer[source] for source, target in pairs)
    assert min(layer) >= 0


def test_what_only_feeds_a_later_step_stands_right_before_it() -> None:
    # 0 -> 1 -> 2 -> 3, and 4 -> 5 -> 3
    assert layers_of(6, [(0, 1), (1, 2), (2, 3), (4, 5), (5, 3)]) == [0, 1, 2, 3, 1, 2]


def test_a_branch_begins_right_behind_where_it_leaves() -> None:
    # 0 -> 1 -> 2 -> 3, and the short branch 0 -> 4 -> 3
    assert layers_of(5, [(0, 1), (1, 2), (2, 3), (0, 4), (4, 3)])[4] == 1


def test_what_hangs_together_is_one_part() -> None:
    assert parts_of(6, [(4, 1), (0, 2)]) == [[0, 2], [1, 4], [3], [5]]
