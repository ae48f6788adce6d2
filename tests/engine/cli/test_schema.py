"""``floworch schema``: the JSON Schema of definitions and of events."""

from __future__ import annotations

from importlib import resources
from typing import Any


def test_it_is_a_schema_of_2020_12(cli: Any) -> None:
    schema = cli.json("schema")
    assert schema["$schema"].endswith("2020-12/schema")
    assert {"id", "nodes", "edges"} <= set(schema["properties"])


def test_the_schema_of_events_is_the_shipped_one(cli: Any) -> None:
    """C12"""
    shipped = resources.files("floworch_resources") / "schema" / "events-1.schema.json"
    assert cli("schema", "--events").stdout == shipped.read_text(encoding="utf-8")
