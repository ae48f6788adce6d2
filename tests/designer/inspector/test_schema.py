"""Schemas become fields: kinds, hints, references, conditions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from floworch.actions.registry import registry
from floworch.actions.widgets import Code, Duration, Expression, FilePath, Folder, KeyValue, show_if, widget
from floworch_designer.inspector.schema import MISSING, Kind, fields_of, is_expression


class Case(BaseModel):
    when: str
    port: str = "out"


class Everything(BaseModel):
    text: str
    body: Annotated[str, widget("multiline")] = ""
    sql: Annotated[Code, widget("code", language="sql")] = ""
    count: Annotated[int, Field(ge=1, le=9)] = 3
    ratio: float = 0.5
    on: bool = True
    mode: Literal["a", "b"] = "a"
    names: list[str] = []
    headers: KeyValue = {}
    cases: list[Case] = []
    path: FilePath = "x"
    folder: Folder = "y"
    timeout: Duration | None = None
    value: Expression = None
    anything: Any = None
    hidden: Annotated[str, show_if(mode="b")] = ""


@pytest.fixture(scope="module")
def fields():
    return {field.name: field for field in fields_of(Everything.model_json_schema())}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("text", Kind.MULTILINE), ("body", Kind.MULTILINE), ("sql", Kind.CODE), ("count", Kind.INTEGER),
        ("ratio", Kind.NUMBER), ("on", Kind.BOOLEAN), ("mode", Kind.ENUM), ("names", Kind.LIST),
        ("headers", Kind.MAPPING), ("cases", Kind.OBJECTS), ("path", Kind.FILE), ("folder", Kind.FOLDER),
        ("timeout", Kind.DURATION), ("value", Kind.EXPRESSION), ("anything", Kind.JSON),
    ],
)  # fmt: skip
def test_kinds(fields, name, kind):
    assert fields[name].kind is kind


def test_details(fields):
    assert fields["text"].required
    assert fields["text"].default is MISSING
    assert (fields["count"].minimum, fields["count"].maximum, fields["count"].default) == (1, 9, 3)
    assert fields["mode"].choices == ("a", "b")
    assert fields["sql"].language == "sql"
    assert [column.name for column in fields["cases"].fields] == ["when", "port"]
    assert fields["names"].item.kind is Kind.TEXT
    assert fields["hidden"].show_if == (("mode", ("b",)),)
    assert fields["count"].title == "Count"


def test_raw_parameters_are_expressions_only_when_they_are_text():
    raw = {field.name: field for field in fields_of(Everything.model_json_schema(), frozenset({"text", "names"}))}
    assert raw["text"].raw
    assert raw["text"].kind is Kind.TEXT
    assert not raw["names"].raw
    assert raw["names"].kind is Kind.LIST


def test_a_reference_that_points_at_itself_ends():
    schema = {"$defs": {"A": {"$ref": "#/$defs/A"}}, "properties": {"a": {"$ref": "#/$defs/A"}}}
    assert fields_of(schema)[0].kind is Kind.JSON


def test_every_built_in_action_and_layer_has_a_form():
    for spec in registry.all_actions():
        fields_of(spec.params.model_json_schema(), spec.raw_params)
    import floworch  # noqa: F401 - installs the loader of the layers

    for layer in registry.all_layers():
        assert fields_of(layer.options.model_json_schema()) is not None


def test_expressions_are_told_by_their_braces():
    assert is_expression("{{ a }}")
    assert not is_expression("a")
    assert not is_expression(["{{"])
