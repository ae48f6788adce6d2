"""Selection: one signal per change, and a primary node."""

from __future__ import annotations

from floworch_designer.document.selection import Selection


def test_changes_are_announced_once_and_only_when_something_changed() -> None:
    selection, seen = Selection(), []
    selection.changed.connect(lambda: seen.append(1))
    selection.set(["a", "b"], [1])
    selection.set(["a", "b"], [1])
    assert (selection.nodes, selection.edges, selection.primary) == ({"a", "b"}, {1}, "b")
    assert len(seen) == 1
    selection.clear()
    assert not selection
    assert len(seen) == 2


def test_toggle_and_add_move_the_primary_to_what_came_last() -> None:
    selection = Selection()
    selection.set(["a"])
    selection.add(["b"])
    assert selection.primary == "b"
    selection.toggle(["b"])
    assert selection.nodes == {"a"}
    assert selection.primary == "a"
    selection.toggle(["c"], [3])
    assert selection.primary == "c"
    assert selection.edges == {3}


def test_what_is_gone_from_the_document_leaves_the_selection() -> None:
    selection = Selection()
    selection.set(["a", "b"], [0, 7])
    selection.keep(["a"], 3)
    assert selection.nodes == {"a"}
    assert selection.edges == {0}
    assert selection.primary == "a"
