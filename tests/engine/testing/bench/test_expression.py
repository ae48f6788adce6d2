"""The suite of the expressions measures expressions that give something."""

from __future__ import annotations

import pytest

from floworch.expr import compile_value
from floworch.testing.bench.expression import _VALUES, EXPRESSIONS


@pytest.mark.parametrize(
    ("name", "value"),
    [("a plain path", 7), ("arithmetic", 29), ("text with two places", "order o-1 of 12"), ("a filter", 2)],
)
def test_an_expression_of_the_suite_has_a_value(name: str, value: object) -> None:
    assert compile_value(EXPRESSIONS[name]).evaluate(_VALUES) == value
