from __future__ import annotations

import pytest

from floworch.actions.schema_check import MOST, SchemaChecker, check_schema
from floworch.expr import patterns

SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {"amount": {"exclusiveMinimum": 0}, "when": {"format": "date"}, "lines": {"$ref": "#/$defs/lines"}},
    "$defs": {"lines": {"type": "array", "items": {"type": "integer"}}},
}


def test_every_finding_is_named_with_its_place() -> None:
    found = list(SchemaChecker(SCHEMA).problems({"amount": 0, "lines": [1, "x"], "when": "soon"}))
    assert found == [
        "'id' is a required property",
        "amount: 0 is less than or equal to the minimum of 0",
        "lines[1]: 'x' is not of type 'integer'",
        "when: 'soon' is not a 'date'",
    ]
    assert list(SchemaChecker(SCHEMA).problems({"id": 1, "amount": 1})) == []


def test_many_findings_are_counted_and_long_values_shortened() -> None:
    found = list(SchemaChecker({"items": {"type": "null"}}).problems(["x" * 500] * 30))
    assert len(found) == MOST + 1
    assert found[-1] == "and 10 more"
    assert all(len(line) < 250 for line in found)


def test_what_is_no_schema_is_refused() -> None:
    with pytest.raises(ValueError, match=r"not a JSON Schema: \$.type"):
        check_schema({"type": "text"})


def test_references_lead_nowhere_outside() -> None:
    with pytest.raises(ValueError, match=r"refers to 'http://127\.0\.0\.1:9/x', which is not in it"):
        list(SchemaChecker({"$ref": "http://127.0.0.1:9/x"}).problems(1))


PATTERNS = {
    "type": "object",
    "properties": {"id": {"pattern": "^[a-z]+$"}},
    "patternProperties": {"^x-": {"type": "integer"}, "^y": {}},
}


@pytest.mark.parametrize("rest", ["additionalProperties", "unevaluatedProperties"])
def test_patterns_are_those_of_json_schema(rest: str) -> None:
    checker = SchemaChecker({**PATTERNS, rest: False})
    assert list(checker.problems({"id": "ab", "x-a": 1, "y": None})) == []
    first, second, third = checker.problems({"id": "A", "x-a": "no", "z": 1})
    assert "('z' was unexpected)" in first
    assert second == "id: 'A' does not match '^[a-z]+$'"
    assert third.startswith("['x-a']: ")


SLOW = "^(a|a)*$"
LONG = "a" * 40 + "!"


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"pattern": SLOW}, LONG),
        ({"items": {"pattern": SLOW}}, [LONG] * 1000),
        ({"patternProperties": {SLOW: {}}}, {LONG: 1}),
        ({"additionalProperties": False, "patternProperties": {SLOW: {}}}, {LONG: 1}),
        ({"unevaluatedProperties": False, "patternProperties": {SLOW: {}}}, {LONG: 1}),
        ({"unevaluatedProperties": False, "allOf": [{"if": {"patternProperties": {SLOW: {}}}}]}, {LONG: 1}),
    ],
)
def test_a_pattern_that_would_take_for_ever_is_stopped(
    schema: dict[str, object], value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """(C13)"""
    monkeypatch.setattr(patterns, "MOST_SECONDS", 0.05)
    with pytest.raises(ValueError, match=r"a pattern of the JSON Schema: .*takes longer than 0.05 s.*without a repeat"):
        list(SchemaChecker(schema).problems(value))


@pytest.mark.parametrize("word", ["allOf", "anyOf", "oneOf"])
def test_patterns_of_the_schemas_inside_count_as_evaluated(word: str) -> None:
    inner = [{"properties": {"xa": {"minimum": 2}}, "patternProperties": {"^x": {"type": "integer"}}}]
    checker = SchemaChecker({word: inner, "unevaluatedProperties": False})
    assert list(checker.problems({"xa": 2, "xb": 1})) == []
    assert "'y' was unexpected" in " ".join(checker.problems({"xa": 2, "y": 1}))
    assert list(checker.problems({"xa": 1})) != []
    assert list(checker.problems({"xb": "text"})) != []


def test_a_schema_that_refers_to_itself_without_end_is_said() -> None:
    """C13"""
    with pytest.raises(ValueError, match="refers to itself without end"):
        list(SchemaChecker({"$ref": "#"}).problems({"a": 1}))
