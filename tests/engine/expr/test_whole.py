"""Outputs that are one thing are read as it, and by the name of what they hold."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.errors import ExpressionError
from floworch.expr import compile_text
from floworch.model.values import to_plain

TABLE = {"path": "a.parquet", "rows": 3, "schema": {"n": "BIGINT"}}


def value(text: str, output: Any) -> Any:
    found = compile_text(text).evaluate({"nodes": {"a": {"output": output, "status": "completed", "error": None}}})
    return to_plain(found)


@pytest.mark.parametrize(
    ("text", "output", "wanted"),
    [
        ("{{ nodes.a.output.items }}", [1, 2], [1, 2]),
        ("{{ nodes.a.output.rows[1].n }}", [{"n": 1}, {"n": 2}], 2),
        ("{{ nodes.a.output.results | length }}", [1, 2], 2),
        ("{{ nodes['a'].output.items | map(attribute='n') | join(',') }}", [{"n": 1}, {"n": 2}], "1,2"),
        ("all: {{ nodes.a.output.items | length }}", [1], "all: 1"),
        ("{{ nodes.a.output.text }}", "hello", "hello"),
        ("{{ nodes.a.output.hex | upper }}", "ab", "AB"),
        ("{{ nodes.a.output.value }}", False, False),
        ("{{ nodes.a.output.items }}", TABLE, TABLE),
        ("{{ nodes.a.output.rows }}", TABLE, 3),
        ("{{ nodes.a.output.items }}", {"items": [7]}, [7]),
    ],
)
def test_the_name_of_what_it_holds_is_the_whole(text: str, output: Any, wanted: Any) -> None:
    assert value(text, output) == wanted


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("{{ nodes.a.output.value }}", {"a": 1}),
        ("{{ nodes.a.output.itms }}", [1]),
        ("{{ nodes.a.output.items }}", None),
        ("{{ nodes.a.output.items | length }}", "text"),
        ("{{ nodes.a.error.items }}", []),
    ],
)
def test_any_other_name_is_missing(text: str, output: Any) -> None:
    with pytest.raises(ExpressionError, match="is undefined"):
        value(text, output)
