"""What an action is in words, for the reference pages and the command line."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from floworch.actions.context import Context
from floworch.actions.describe import about, example, output_fields, output_text, parameters, ports_text, type_text
from floworch.actions.functions import spec_of
from floworch.actions.registry import registry


class Row(BaseModel):
    """One row."""

    key: str = Field(description="Its key.")
    rows: list[Row] = Field(default=[], description="Rows below it.")


class Options(BaseModel):
    """Parameters of a test."""

    rows: list[Row] = Field(description="What to do.")
    limit: int = Field(default=3, description="At most so many.")


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "string"}, "text"),
        ({}, "any value"),
        ({"type": ["string", "null"]}, "text or null"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "whole number or null"),
        ({"type": "array", "items": {"$ref": "#/$defs/Row"}}, "list of {a, b}"),
        ({"type": "array"}, "list"),
        ({"enum": ["x", 1]}, "one of `x`, `1`"),
        ({"widget": "duration", "anyOf": [{"type": "number"}, {"type": "null"}]}, "duration or null"),
        ({"evaluation": "condition", "anyOf": [{"type": "boolean"}]}, "condition"),
    ],
)
def test_types_are_said_in_words(schema: dict[str, Any], text: str) -> None:
    assert type_text(schema, {"Row": {"type": "object", "properties": {"a": {}, "b": {}}}}) == text


def test_parameters_hold_type_default_meaning_and_the_fields_of_their_rows() -> None:
    rows, limit = parameters(Options)
    assert (rows.name, rows.type, rows.required, rows.default) == ("rows", "list of {key, rows}", True, "")
    assert (limit.type, limit.required, limit.default, limit.about) == ("whole number", False, "3", "At most so many.")
    key, below = rows.fields
    assert (key.name, key.type, key.required, key.about) == ("key", "text", True, "Its key.")
    assert below.fields == ()  # a model that holds itself ends there


def test_ports_of_a_choice_are_those_of_its_example() -> None:
    switch, condition = registry.resolve("flow.switch"), registry.resolve("flow.if")
    assert ports_text(switch) == (
        "the ports named in its parameters (in the example below: review, auto); like every action also done and error"
    )
    assert ports_text(condition, "`") == "`true`, `false`; like every action also `done` and `error`"


def test_output_example_and_what_it_does() -> None:
    approve = registry.resolve("human.approve")
    assert "by" in {field.name for field in output_fields(approve.output_schema)}
    assert output_fields(None) == []
    assert (output_text(None), output_text({})) == ("Any value.", "None: it always fails.")
    assert output_text({"type": "string", "description": "Its name."}) == "Text. Its name."
    assert example(approve)["action"] == "human.approve"
    assert "Args:" not in about(approve)
    assert about(approve).startswith(approve.summary)


def test_an_example_that_was_not_given_shows_what_must_be() -> None:
    async def total(ctx: Context, rows: list[int], limit: int = 3) -> int:
        return sum(rows[:limit])

    spec = spec_of(total)
    assert example(spec) == {"action": spec.id, "params": {"rows": "<rows>"}}


def test_every_action_and_layer_can_be_described() -> None:
    for spec in registry.all_actions():
        assert about(spec)
        assert all(each.about for each in parameters(spec.params)), spec.id
    for layer in registry.all_layers():
        assert isinstance(parameters(layer.options), list)
