"""The JSON Schema (2020-12) of definition files, made from the model."""

from __future__ import annotations

import json
from typing import Any

from floworch.model.policies import KINDS, MOST_ATTEMPTS
from floworch.model.rules.settings import MOST_CONCURRENCY
from floworch.model.rules.structure import NODE_ID
from floworch.model.workflow import Workflow

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DURATION = "Seconds, or a text such as 250ms, 30s, 5m, 2h or 7d."
_LONG = [
    {"type": "number", "minimum": 0},
    {"type": "string", "pattern": r"^\s*\d+(\.\d+)?(ms|s|m|h|d)\s*$"},
]
#: A bound is longer than nothing.
_LONGER = [
    {"type": "number", "exclusiveMinimum": 0},
    {"type": "string", "pattern": r"^\s*(?!0+(\.0+)?[a-z])\d+(\.\d+)?(ms|s|m|h|d)\s*$"},
]
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
    _bounds(definitions)
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
            branches = [
                *(_LONG if kind == "RetryPolicy" else _LONGER),
                *([{"type": "null"}] if optional else []),
            ]
            field |= {"anyOf": branches, "description": _DURATION}


def _bounds(definitions: dict[str, Any]) -> None:
    """Largest numbers and the words of error kinds, which rules look after."""
    settings, retry = definitions["Settings"]["properties"], definitions["RetryPolicy"]["properties"]
    settings["max_concurrency"]["maximum"] = MOST_CONCURRENCY
    settings["max_crashes"]["maximum"] = retry["max_attempts"]["maximum"] = MOST_ATTEMPTS
    for name in ("on", "give_up_on"):
        retry[name]["items"] = {"enum": sorted(KINDS)}


def schema_text() -> str:
    """The schema as the file that ships with the product: two spaces, a newline at the end."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
