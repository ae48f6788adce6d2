"""The definition that grows while something is read."""

from __future__ import annotations

import pytest

from floworch import UsageError
from floworch.exchange import imported
from floworch.exchange.imported import Skeleton, escaped, identifier, literal_text
from floworch.expr import compile_value


def test_names_become_ids_that_expressions_can_write() -> None:
    assert [identifier(text) for text in ("Get Orders!", "2 b", "\u00fc", "a" * 99)] == [
        "get_orders",
        "step_2_b",
        "step",
        "a" * 48,
    ]


def test_texts_with_braces_stay_what_they_are() -> None:
    values = {"a": ["{{ x }}", "{% if %}", "{# c #}", "plain"], "b": 1, "c": {"d": 'quo"te {{'}}
    assert compile_value(escaped(values)).evaluate({}) == values
    assert literal_text("plain") == "plain"


def test_branches_meet_in_any_and_a_join_waits_for_all() -> None:
    skeleton = Skeleton("Flow")
    a, b = (skeleton.add(name, "util.log", {"message": name}) for name in "ab")
    c = skeleton.add("c", "util.log", {"message": "c"})
    d = skeleton.add("d", "flow.join", {"combine": "list"})
    for source in (a, b):
        for target in (c, d):
            skeleton.edge(source, target)
            skeleton.edge(source, target)
    workflow = skeleton.finish().workflow
    assert (workflow.nodes[c].join, workflow.nodes[d].join, len(workflow.edges)) == ("any", "all", 4)


def test_wrong_parameters_are_told() -> None:
    skeleton = Skeleton("Flow")
    skeleton.add("a", "util.log", {"message": "x", "level": "loud"}, title="A")
    (finding,) = skeleton.finish().findings
    assert (finding.where, finding.node) == ("A", "a")
    assert "level" in finding.message


def test_an_empty_and_a_too_large_import_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no step"):
        Skeleton("x").finish()
    monkeypatch.setattr(imported, "MOST_NODES", 1)
    skeleton = Skeleton("x")
    skeleton.add("a", "util.log", {})
    with pytest.raises(UsageError, match="more than 1 steps"):
        skeleton.add("b", "util.log", {})
