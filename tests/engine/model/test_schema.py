from __future__ import annotations

from importlib import resources

from floworch.model.schema import json_schema, schema_text
from floworch.model.workflow import Node, Workflow


def test_the_shipped_schema_is_in_step_with_the_model() -> None:
    shipped = resources.files("floworch_resources") / "schema" / "workflow-1.schema.json"
    assert shipped.read_text(encoding="utf-8") == schema_text()


def test_the_schema_speaks_of_file_names_and_keeps_unknown_keys() -> None:
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["id", "nodes"]
    assert set(schema["properties"]) == {field.alias or name for name, field in Workflow.model_fields.items()}
    assert set(schema["$defs"]["Node"]["properties"]) == set(Node.model_fields)
    assert schema["$defs"]["Edge"]["required"] == ["from", "to"]
    assert schema["additionalProperties"] is True


def test_durations_and_words_are_described() -> None:
    node = json_schema()["$defs"]["Node"]["properties"]
    assert node["join"]["enum"] == ["all", "any", "first"]
    assert {"type": "null"} in node["timeout"]["anyOf"]
    assert {"type": "null"} not in json_schema()["$defs"]["RetryPolicy"]["properties"]["delay"]["anyOf"]
    assert json_schema()["properties"]["nodes"]["propertyNames"]["pattern"] == "^[a-z0-9][a-z0-9_-]{0,63}$"
