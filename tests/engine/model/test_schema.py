from __future__ import annotations

from importlib import resources
from typing import Any

import jsonschema
import pytest

from floworch.actions.registry import registry
from floworch.model.schema import json_schema, schema_text
from floworch.model.validate import check_data, is_valid
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


VALIDATOR = jsonschema.Draft202012Validator(json_schema())


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        ("nodes.a.timeout", [1, 0.5, "250ms", " 30s ", "1.5h", "0.1s"], [0, 0.0, "0s", "0.0ms", -1, "1", "30 s", True]),
        ("nodes.a.retry", [{}, {"delay": 0, "max_delay": "0s"}, {"on": ["transient", "timeout_error"]}, {"backoff": 1}],
         [{"on": ["timout"]}, {"on": "all"}, {"delay": "x"}, {"max_attempts": 0},
          {"max_attempts": 10_001}, {"jitter": 2}]),
        ("nodes.a.version", [1, 1.0, None], [1.5, "1", True]),
        ("nodes.a.compensate", [{"action": "util.log", "params": {"message": "x"}, "timeout": "1s"}],
         [{"params": {}}, {"action": "util.log", "params": {"message": "x"}, "timeout": 0}]),
        ("nodes.a.middleware", [[{"use": "logging", "with": {}, "when": True}]], [[{"with": {}}], ["logging"], {}]),
        ("format", [1, 1.0], [0, 2, "1", True, None]),
        ("settings", [{"max_concurrency": 16.0, "timeout": None}, {"max_crashes": 1, "mine": []}],
         [{"max_concurrency": 0}, {"max_concurrency": 10_001}, {"timeout": 0}, {"fail_fast": 1},
          {"max_crashes": True}]),
        ("inputs", [{"i": {}}, {"i": {"type": "array", "default": [1]}}], [{"i": {"type": "list"}}, {"i": None}, []]),
        ("mine", [1, None, {"a": []}], []),
    ],
)  # fmt: skip
def test_the_schema_takes_what_the_validator_takes(path: str, good: list[Any], bad: list[Any]) -> None:
    """(interfaces section 1)"""
    for value, fits in (*((each, True) for each in good), *((each, False) for each in bad)):
        data: dict[str, Any] = {"id": "w", "nodes": {"a": {"action": "util.log", "params": {"message": "x"}}}}
        place = data
        *above, last = path.split(".")
        for step in above:
            place = place[step]
        place[last] = value
        _, problems = check_data(data, registry)
        said = [(problem.code, problem.message) for problem in problems]
        assert is_valid(problems) == fits, (value, said)
        assert VALIDATOR.is_valid(data) == fits, (value, said)
