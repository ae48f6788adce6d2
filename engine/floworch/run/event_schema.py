"""The JSON Schema (2020-12) of public events, made from the one table of kinds and keys (C12)."""

from __future__ import annotations

import json
from typing import Any

from floworch.run.event_table import EVENTS, KEYS
from floworch.run.events import EventKind
from floworch.run.public import public_key

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COMMON: dict[str, Any] = {
    "run_id": {"type": "string"},
    "seq": {"type": "integer", "minimum": 0, "description": "Number of the event, from 0, without gaps."},
    "at": {"type": "string", "format": "date-time", "description": "UTC with milliseconds."},
    "kind": {"type": "string"},
    "node": {"type": ["string", "null"], "description": "Id of the node, or null for facts of the whole run."},
    "attempt": {"type": ["integer", "null"], "minimum": 1},
    "item": {
        "anyOf": [
            {"type": "integer", "minimum": 0},
            {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 2},
            {"type": "null"},
        ],
        "description": "Index of the item inside a container, a list of them inside nested ones, or null.",
    },
}
_ERROR = {
    "type": "object",
    "properties": {
        "kind": {"type": ["string", "null"]},
        "message": {"type": ["string", "null"]},
        "node": {"type": ["string", "null"]},
        "traceback": {"type": "string"},
    },
    "required": ["kind", "message"],
}


def event_schema(strict: bool = False) -> dict[str, Any]:
    """Return the schema of one line of ``floworch events``.

    Args:
        strict: Refuse keys that the table does not name. The published schema lets them be, since later versions add
            keys and kinds stay.
    """
    shapes = {kind.public: _shape(kind, strict) for kind in sorted(EVENTS)}
    return {
        "$schema": _DIALECT,
        "$id": "floworch:events/1",
        "title": "Flow Orchestrator event",
        "type": "object",
        "required": [*_COMMON],
        "properties": {**_COMMON, "kind": {"enum": list(shapes)}},
        "allOf": [
            {"if": {"properties": {"kind": {"const": kind}}}, "then": {"$ref": f"#/$defs/{kind}"}} for kind in shapes
        ],
        "$defs": {"error": _ERROR, **shapes},
    }


def _shape(kind: EventKind, strict: bool) -> dict[str, Any]:
    shape = EVENTS[kind]
    found: dict[str, Any] = {"description": shape.means}
    if shape.keys:
        found["properties"] = {public_key(key): KEYS[key] for key in (*shape.always, *shape.maybe)}
    if shape.always:
        found["required"] = [public_key(key) for key in shape.always]
    if strict:
        found["properties"] = {**dict.fromkeys(_COMMON, True), **found.get("properties", {})}
        found["additionalProperties"] = False
    return found


def event_schema_text() -> str:
    """The schema as the file that ships with the product: two spaces, a newline at the end."""
    return json.dumps(event_schema(), indent=2, ensure_ascii=False) + "\n"
