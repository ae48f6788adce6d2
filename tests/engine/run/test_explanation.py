"""What a run will do, as a value and as JSON (C7.6)."""

from __future__ import annotations

import pytest

from floworch.run.explanation import Choice, Explanation, Form, Plan

SHAPE = {
    "workflow": "w", "to": ["b"], "from": [], "only_changed": True, "reuse": "one",
    "counts": {"runs": 1, "reused": 1, "pinned": 0, "out": 0},
    "nodes": {"b": {"plan": "runs", "reason": "it is new"}, "a": {"plan": "reused", "reason": "nothing changed"}},
}  # fmt: skip
EXPLANATION = Explanation(
    "w", Form(("b",), (), True), "one",
    {"b": Choice(Plan.RUNS, "it is new"), "a": Choice(Plan.REUSED, "nothing changed")},
)  # fmt: skip


def test_an_explanation_travels_as_json() -> None:
    assert EXPLANATION.to_json() == SHAPE
    again = Explanation.from_json(SHAPE)
    assert again == EXPLANATION
    assert list(again.nodes) == ["b", "a"]  # the order says how it will go
    assert EXPLANATION.of("runs") == ["b"]


@pytest.mark.parametrize("broken", [{}, {**SHAPE, "nodes": {"b": {"plan": "perhaps", "reason": ""}}}])
def test_what_is_no_explanation_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError)):
        Explanation.from_json(broken)


def test_a_form_says_whether_it_asks_for_a_part_and_for_results() -> None:
    assert (Form().partial, Form().reuses) == (False, False)
    assert (Form(to=("a",)).partial, Form(to=("a",)).reuses) == (True, False)
    assert Form(from_=("a",)).reuses
    assert Form(only_changed=True).reuses
