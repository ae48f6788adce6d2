"""The JSON Schema (2020-12) of definition files, made from the model."""

from __future__ import annotations

import json
from typing import Any

from floworch.model.rules.structure import NODE_ID
from floworch.model.workflow import Workflow

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DURATION = {
    "anyOf": [
        {"type": "number", "minimum": 0},
        {"type": "string", "pattern": r"^\s*\d+(\.\d+)?(ms|s|m|h|d)\s*$"},
    ],
    "description": "Seconds, or a text such as 250ms, 30s, 5m, 2h or 7d.",
}
_HELP = {
    ("Node", "action"): "Id of the action, such as file.read.",
    ("Node", "params"): "Parameters of the action; texts may hold {{ expressions }}.",
    ("Node", "join"): "When it runs: all edges taken, any of them, or at the first.",
    ("Node", "parent"): "Id of the container whose body it belongs to.",
    ("Edge", "port"): "Port of the source that it leaves, out by default.",
}


def json_schema() -> dict[str, Any]:
    """Return the schema of ``*.flow.json``; what it cannot say (names, cycles, types of parameters) validation says."""
    schema = Workflow.model_json_schema(by_alias=True, mode="validation")
    definitions = schema["$defs"]
    _durations(schema)
    for (kind, name), text in _HELP.items():
        definitions[kind]["properties"][name]["description"] = text
    for definition in (schema, *definitions.values()):
        definition.pop("description", None)
    schema["properties"]["nodes"]["propertyNames"] = {"pattern": f"^{NODE_ID.pattern}$"}
    schema["properties"]["nodes"]["minProperties"] = 1
    schema["required"] = ["id", "nodes"]
    return {"$schema": _DIALECT, "$id": "floworch:workflow/1", **schema, "title": "Flow Orchestrator workflow"}


def _durations(schema: dict[str, Any]) -> None:
    places = {"Node": ["timeout"], "Compensation": ["timeout"], "Settings": ["timeout"],
              "RetryPolicy": ["delay", "max_delay"]}  # fmt: skip
    for kind, names in places.items():
        for name in names:
            field = schema["$defs"][kind]["properties"][name]
            optional = {"type": "null"} in field.pop("anyOf", [])
            branches = [*_DURATION["anyOf"], *([{"type": "null"}] if optional else [])]
            field |= {"anyOf": branches, "description": _DURATION["description"]}


def schema_text() -> str:
    """The schema as the file that ships with the product: two spaces, a newline at the end."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
