from __future__ import annotations

from typing import Any

from floworch.model.diff import FieldChange, diff


def test_equal_definitions_do_not_differ(workflow: Any) -> None:
    one = workflow({"a": {"params": {"x": [1, {"y": None}]}}, "b": None}, ["a>b"])
    two = workflow({"b": None, "a": {"params": {"x": [1, {"y": None}]}, "join": "all"}}, ["a:out>b"])
    assert diff(one, two).empty
    assert not diff(one, two).logic


def test_nodes_edges_and_fields_are_compared_by_themselves(workflow: Any) -> None:
    old = workflow({"a": None, "b": {"timeout": 5}, "c": None}, ["a>b", "b>c"])
    new = workflow(
        {"a": None, "b": {"timeout": 6, "x-mine": 1}, "d": None}, ["a>b", "a:done>d"], settings={"fail_fast": False}
    )
    found = diff(old, new)
    assert (found.added, found.removed) == (("d",), ("c",))
    assert found.changed == {"b": (FieldChange("timeout", 5, 6), FieldChange("x-mine", None, 1))}
    assert found.edges_added == (("a", "done", "d"),)
    assert found.edges_removed == (("b", "out", "c"),)
    assert [(each.field, each.new) for each in found.fields] == [("settings", {"fail_fast": False})]
    assert found.logic


def test_titles_and_notes_are_cosmetic(workflow: Any) -> None:
    """(C15)"""
    found = diff(workflow({"a": None}), workflow({"a": {"title": "T", "notes": "N"}}, [], name="W", view={"nodes": {}}))
    assert not found.empty
    assert not found.logic
    assert found.stale == ()
    assert all(change.cosmetic for change in found.changed["a"])


def test_changed_logic_makes_a_node_stale(workflow: Any) -> None:
    """(C7.5)"""
    found = diff(workflow({"a": {"params": {"x": 1}}}), workflow({"a": {"params": {"x": True}}}))
    assert found.stale == ("a",)


def test_the_json_form_is_plain(workflow: Any) -> None:
    old = workflow({"a": {"retry": {"max_attempts": 2}}})
    new = workflow({"a": {"middleware": [{"use": "logging", "with": {"level": "info"}}]}, "b": None}, ["a>b"])
    assert diff(old, new).to_json() == {
        "added": ["b"],
        "removed": [],
        "changed": {
            "a": [
                {"field": "retry", "old": {"max_attempts": 2}, "new": None},
                {"field": "middleware", "old": [], "new": [{"use": "logging", "with": {"level": "info"}}]},
            ]
        },
        "edges_added": [["a", "out", "b"]],
        "edges_removed": [],
        "fields": [],
    }
