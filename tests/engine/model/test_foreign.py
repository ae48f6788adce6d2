"""What no definition can hold is found with its place before anything tries to write it (C6.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from floworch import validate
from floworch.model.foreign import foreign


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "nan is not a finite number"),
        ({1, 2}, "set is not a JSON value; use a list"),
        (Decimal("Infinity"), "decimal Infinity is not a finite number"),
        ("\ud800", "text with a lone surrogate"),
        (object(), "object is not a JSON value"),
    ],
)
def test_each_is_named_with_its_place_and_its_type(value: Any, said: str) -> None:
    """C6.2: refused where it is set, naming the key and the type. C2.1: each of them at once."""
    data = {"id": "w", "nodes": {"a": {"action": "data.set", "params": {"fields": {"x": [value], "y": value}}}}}
    problems = [each for each in validate(data) if each.code == "foreign_value"]
    assert [each.path for each in problems] == ["nodes.a.params.fields.x[0]", "nodes.a.params.fields.y"]
    assert all(said in each.message and each.severity == "error" and each.node == "a" for each in problems)


def test_what_holds_itself_is_one_problem() -> None:
    around: list[Any] = []
    around.append(around)
    (problem,) = validate({"id": "w", "nodes": {"a": {"action": "data.set", "params": {"fields": {"x": around}}}}})
    assert problem.code == "too_deep"


def test_values_of_the_contract_are_none() -> None:
    assert foreign({"id": "w", "x": [None, True, 10**50, 1.5, "é", {}, (1, 2), b"x", Decimal("1.10")]}) == []
