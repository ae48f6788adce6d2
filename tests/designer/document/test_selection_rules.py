"""Selection as a model: one signal per change, and a primary that is in it, whatever is set, added or toggled."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch_designer.document.selection import Selection

NODES = st.lists(st.sampled_from("abcd"), max_size=4)
EDGES = st.lists(st.integers(0, 4), max_size=3)
STEP = st.tuples(st.sampled_from(["set", "add", "toggle", "keep", "clear"]), NODES, EDGES)


@given(st.lists(STEP, max_size=15))
@settings(max_examples=150)
def test_it_behaves_like_two_sets_and_announces_each_change_once(steps: list[tuple[str, list[str], list[int]]]) -> None:
    selection = Selection()
    nodes: set[str] = set()
    edges: set[int] = set()
    for kind, some, cut in steps:
        before, seen = (selection.nodes, selection.edges, selection.primary), []
        connection = selection.changed.connect(lambda seen=seen: seen.append(1))
        if kind == "set":
            selection.set(some, cut)
            nodes, edges = set(some), set(cut)
        elif kind == "add":
            selection.add(some, cut)
            nodes, edges = nodes | set(some), edges | set(cut)
        elif kind == "toggle":
            selection.toggle(some, cut)
            nodes, edges = nodes ^ set(some), edges ^ set(cut)
        elif kind == "keep":
            selection.keep(some, len(cut))
            nodes, edges = nodes & set(some), {edge for edge in edges if edge < len(cut)}
        else:
            selection.clear()
            nodes, edges = set(), set()
        selection.changed.disconnect(connection)
        assert (selection.nodes, selection.edges) == (nodes, edges)
        assert bool(selection) is bool(nodes or edges)
        assert (selection.primary in nodes) if nodes else selection.primary is None
        assert len(seen) == (before != (selection.nodes, selection.edges, selection.primary))


@pytest.mark.parametrize(
    ("first", "then", "primary"),
    [
        (["a"], ["a", "b"], "a"),  # the inspector does not jump while a band grows
        (["a", "b"], ["a"], "a"),
        (["a"], ["b", "c"], "c"),
        (["a"], [], None),
        ([], ["a", "b", "c"], "c"),
        (["a", "b"], ["b", "a"], "b"),
    ],
)
def test_the_primary_stays_while_it_is_selected_among_others(
    first: list[str], then: list[str], primary: str | None
) -> None:
    selection = Selection()
    selection.set(first)
    selection.set(then)
    assert selection.primary == primary


@pytest.mark.parametrize(("named", "primary"), [("a", "a"), ("b", "b"), ("nobody", "c"), (None, "c")])
def test_another_primary_can_be_named_if_it_is_selected(named: str | None, primary: str) -> None:
    selection = Selection()
    selection.set(["a", "b", "c"], primary=named)
    assert selection.primary == primary


def test_naming_another_primary_alone_is_a_change() -> None:
    selection, seen = Selection(), []
    selection.set(["a", "b"])
    selection.changed.connect(lambda: seen.append(selection.primary))
    selection.set(["a", "b"], primary="a")
    selection.set(["a", "b"], primary="a")
    assert seen == ["a"]


def test_edges_alone_have_no_primary_and_do_not_touch_the_nodes_when_toggled() -> None:
    selection = Selection()
    selection.set([], [2])
    assert selection.primary is None
    assert selection
    selection.set(["a"])
    selection.toggle([], [1, 3])
    assert (selection.nodes, selection.edges, selection.primary) == ({"a"}, {1, 3}, "a")
    selection.toggle(["a"], [1])
    assert (selection.nodes, selection.edges, selection.primary) == (set(), {3}, None)


def test_adding_nothing_keeps_the_primary() -> None:
    selection, seen = Selection(), []
    selection.set(["a", "b"], primary="a")
    selection.changed.connect(lambda: seen.append(1))
    selection.add()
    assert selection.primary == "a"
    selection.add([], [1])
    assert selection.primary == "a"
    assert len(seen) == 1


def test_ids_are_taken_from_any_iterable_once() -> None:
    selection = Selection()
    selection.set((key for key in "ab"), (edge for edge in (1, 1, 2)))
    assert (selection.nodes, selection.edges, selection.primary) == ({"a", "b"}, {1, 2}, "b")
    selection.add(key for key in "c")
    assert selection.primary == "c"
