"""What is known of values."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.model.completion.shapes import MISSING, Late, Later, Shape, short, type_word

SCHEMA: dict[str, Any] = {
    "$defs": {"Row": {"type": "object", "properties": {"id": {"type": "integer", "description": "Its number"}}}},
    "type": "object",
    "properties": {
        "rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}},
        "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "round": {"$ref": "#/$defs/Round"},
    },
}
SCHEMA["$defs"]["Round"] = {"$ref": "#/$defs/Round"}


def test_schemas_are_followed_into_lists_references_and_alternatives() -> None:
    shape = Shape(SCHEMA)
    rows = shape.step("rows")
    assert rows is not None
    row = rows.step(0)
    assert row is not None
    assert (row.named()["id"].type(), row.named()["id"].detail()) == ("whole number", "Its number")
    assert {name: each.type() for name, each in shape.named().items()} == {"rows": "list", "maybe": "text", "round": ""}


def test_values_add_fields_and_are_shown() -> None:
    shape = Shape(SCHEMA, {"rows": [{"id": 3, "extra": "x"}], "more": None})
    row = (shape.step("rows") or Shape()).step(-1)
    assert row is not None
    assert {name: each.detail() for name, each in row.named().items()} == {"id": "3", "extra": "x"}
    assert shape.named()["more"].type() == "null"
    assert shape.step("rows") is not None
    assert (shape.step("rows") or Shape()).step(5) is not None, "by its schema"
    assert Shape(value=[1]).step(5) is None


@pytest.mark.parametrize("junk", [7, [], {"properties": 3}, {"anyOf": [1]}, {"$ref": "#/x"}, {"type": [{}]}])
def test_a_broken_schema_tells_nothing(junk: Any) -> None:
    assert Shape(junk).named() == {}
    assert Shape(junk).step(0) is None


def test_late_shapes_are_made_once() -> None:
    made: list[int] = []

    def make() -> Shape:
        made.append(1)
        return Shape(value=1)

    late = Late({"a": make})
    assert list(late) == ["a"]
    assert not made
    assert late["a"] is late["a"]
    assert made == [1]


def test_values_in_short() -> None:
    assert [short(each) for each in (True, None, 3, {"a": 1}, [1, 2], "a  b")] == [
        "true", "null", "3", "1 field", "2 items", "a b",
    ]  # fmt: skip
    assert len(short("x" * 500)) == 48
    assert [type_word(each) for each in (b"x", 1.5, None)] == ["bytes", "number", "null"]
    assert Shape().value is MISSING


def test_shapes_that_are_found_together_are_found_when_one_is_asked_for_and_once() -> None:
    made: list[int] = []

    def make() -> dict[str, Shape]:
        made.append(1)
        return {"a": Shape(value=1), "b": Shape()}

    later = Later(make)
    assert made == []
    assert (list(later), len(later), "a" in later, later["a"].type()) == (["a", "b"], 2, True, "whole number")
    assert made == [1]
