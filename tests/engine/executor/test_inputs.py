"""Inputs against their declaration: every complaint at once (interfaces.md section 3)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import workflow

from floworch import UsageError
from floworch.executor.inputs import complete_inputs

DEFINITION = workflow(
    {"a": {}},
    inputs={"n": {"type": "integer", "required": True}, "s": {"type": "string", "default": "x"}, "o": {"type": "any"}},
)


def test_defaults_are_filled_in() -> None:
    assert complete_inputs(DEFINITION, {"n": 1}) == {"n": 1, "s": "x", "o": None}
    assert complete_inputs(DEFINITION, {"n": 1, "s": None})["s"] is None


@pytest.mark.parametrize("given", ["n", 5, [("n", 1)]])
def test_inputs_that_are_no_object_are_refused_in_words(given: Any) -> None:
    with pytest.raises(UsageError, match="Inputs are an object of names and values, not") as caught:
        complete_inputs(DEFINITION, given)
    assert "n (integer, required)" in caught.value.hint


def test_every_complaint_is_named_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        complete_inputs(DEFINITION, {"s": 3, "zzz": 1, "o": {1}})
    for word in ("'n' is required", "'s' must be of type string", "no input 'zzz'", "'o'"):
        assert word in caught.value.message
    assert "n (integer, required)" in caught.value.hint


@pytest.mark.parametrize(("kind", "good", "bad"), [
    ("integer", 10**30, True), ("number", 1.5, "1"), ("boolean", False, 0), ("object", {}, []), ("array", [], {}),
    ("string", "", 1), ("number", 2, float("nan")),
])  # fmt: skip
def test_types(kind: str, good: Any, bad: Any) -> None:
    definition = workflow({"a": {}}, inputs={"v": {"type": kind, "required": True}})
    assert complete_inputs(definition, {"v": good}) == {"v": good}
    with pytest.raises(UsageError):
        complete_inputs(definition, {"v": bad})


def test_a_workflow_without_inputs_says_so() -> None:
    with pytest.raises(UsageError) as caught:
        complete_inputs(workflow({"a": {}}), {"x": 1})
    assert caught.value.hint == "This workflow takes no inputs."
