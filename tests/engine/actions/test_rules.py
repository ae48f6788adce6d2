from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from floworch.actions.rules import FieldRule, broken_rules, found_at

ORDER = {"id": "o-1", "amount": 0, "lines": [{"price": 3}, {"price": -1}], "note": None, "paid": True, "tags": []}


def broken(of: Any = ORDER, /, **rule: Any) -> list[str]:
    return broken_rules([FieldRule.model_validate(rule)], of, lambda check, part: eval(check, {"value": part}))


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"field": "amount", "min": 0.01}, ["'amount' must be at least 0.01, not 0"]),
        ({"field": "amount", "max": -1}, ["'amount' must be at most -1, not 0"]),
        ({"field": "lines[1].price", "min": 0}, ["'lines[1].price' must be at least 0, not -1"]),
        ({"field": "lines[0].price", "min": 0}, []),
        ({"field": "tags", "min": 1}, ["'tags' must have a length of at least 1, not a list of 0"]),
        ({"field": "id", "max": 2}, ["'id' must have a length of at most 2, not 'o-1'"]),
        ({"field": "paid", "min": 1}, ["'paid' must have a length of at least 1, not true"]),
        ({"field": "id", "pattern": "^o-[0-9]+$"}, []),
        ({"field": "amount", "pattern": "x"}, ["'amount' must match x, not 0"]),
        ({"field": "id", "in": ["a", "b"]}, ["'id' must be one of 'a', 'b', not 'o-1'"]),
        ({"field": "amount", "in": [False]}, ["'amount' must be one of false, not 0"]),
        ({"field": "amount", "in": [0.0]}, []),
        ({"field": "amount", "check": "value > 0"}, ["'amount' must fulfil value > 0, not 0"]),
        ({"field": "note", "required": True}, ["'note' is null"]),
        ({"field": "gone", "required": True}, ["'gone' is missing"]),
        ({"field": "lines[7]", "required": True}, ["'lines[7]' is missing"]),
        ({"field": "gone", "min": 1, "pattern": "x"}, []),
        ({"field": "note", "type": "null"}, []),
        ({"field": "paid", "type": "integer"}, ["'paid' must be of type integer, not true"]),
        ({"field": "amount", "type": "number"}, []),
        ({"field": "amount", "check": "min", "value": 1}, ["'amount' must be at least 1, not 0"]),
        ({"field": "id", "check": "pattern", "value": "^o-"}, []),
        ({"field": "id", "check": "in", "value": ["a"]}, ["'id' must be one of 'a', not 'o-1'"]),
        ({"field": "gone", "check": "required"}, ["'gone' is missing"]),
        ({"field": "amount", "check": ">", "value": 0}, ["'amount' must be > 0, not 0"]),
        ({"field": "amount", "check": "gte", "value": 0}, []),
        ({"field": "id", "check": "<", "value": 3}, ["'id' must be < 3, not 'o-1'"]),
        ({"field": "paid", "check": "eq", "value": 1}, ["'paid' must be == 1, not true"]),
        ({"field": "id", "check": "contains", "value": "z"}, ["'id' must contain 'z', not 'o-1'"]),
        ({"field": "id", "check": "not_in", "value": ["o-1"]}, ["'id' must be not in a list of 1, not 'o-1'"]),
        ({"field": "", "type": "array"}, ["the value must be of type array, not an object"]),
    ],
)
def test_a_rule_says_what_is_wrong(rule: dict[str, Any], found: list[str]) -> None:
    assert broken(**rule) == found


@pytest.mark.parametrize("word", ["string", "number", "integer", "boolean", "object", "array", "null"])
def test_every_type_knows_its_own(word: str) -> None:
    examples: dict[str, Any] = {
        "string": "x", "number": 1.5, "integer": 10**30, "boolean": False, "object": {}, "array": [], "null": None,
    }  # fmt: skip
    assert broken(examples[word], type=word) == []


def test_several_rules_and_several_parts_of_one_are_all_named() -> None:
    rules = [FieldRule(field="amount", min=1, among=[5]), FieldRule(field="gone", required=True)]
    assert len(broken_rules(rules, ORDER, lambda *_: True)) == 3


@pytest.mark.parametrize(
    "wrong", [{"pattern": "("}, {"type": "text"}, {"least": 1}, {"on": "both"}, {"check": "x", "value": 1}]
)
def test_a_malformed_rule_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FieldRule.model_validate({"field": "x", **wrong})


def test_what_stands_at_a_path_may_be_null() -> None:
    assert found_at(ORDER, "note") == (True, None)
    assert found_at(ORDER, "lines[1].price") == (True, -1)
    assert found_at(ORDER, "lines[2]") == (False, None)
