"""``floworch schema``: the JSON Schema of definitions."""

from __future__ import annotations

from typing import Any


def test_it_is_a_schema_of_2020_12(cli: Any) -> None:
    schema = cli.json("schema")
    assert schema["$schema"].endswith("2020-12/schema")
    assert {"id", "nodes", "edges"} <= set(schema["properties"])
