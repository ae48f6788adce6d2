"""``a if c else b`` taken apart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from floworch.errors import ExpressionError
from floworch.expr import compile_condition, compile_text
from floworch.expr.choice import arms_of

CONTEXT: dict[str, Any] = {
    "inputs": {"yes": True, "no": False, "price": Decimal("1.50"), "huge": 10**50, "whole": 2.0, "n": 3},
    "data": {},
}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("a if b else c", ([("b", "a")], "c")),
        ("1.5 if b else .2", ([("b", "1.5")], ".2")),
        ("a if b else c if d else e", ([("b", "a"), ("d", "c")], "e")),
        ("(a if b else c) if d else e", ([("d", "(a if b else c)")], "e")),
        ("'x if y else z' if b else c", ([("b", "'x if y else z'")], "c")),
        ("a if b", None),
        ("a", None),
        ("[a if b else c]", None),
        ("a.if else b", None),
        ("a if b if c else d", None),
        ("a, b if c else d", None),
        ("a if b else", None),
    ],
)
def test_only_what_is_a_choice_as_a_whole_is_taken_apart(source: str, found: Any) -> None:
    assert arms_of(source) == found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ inputs.price if inputs.yes else 2 }}", Decimal("1.50")),
        ("{{ 2 if inputs.no else inputs.price }}", Decimal("1.50")),
        ("{{ inputs.huge if inputs.n > 2 else 0 }}", 10**50),
        ("{{ 0 if inputs.no else 1 if inputs.no else inputs.huge }}", 10**50),
        ("{{ 1.5 if inputs.yes else 2 }}", 1.5),
        ("{{ inputs.missing if inputs.missing is defined else inputs.price }}", Decimal("1.50")),
        ("{{ inputs.n if data else inputs.n + 1 }}", 4),
    ],
)
def test_a_chosen_value_is_given_on_untouched(text: str, value: Any) -> None:
    """(C6.2) Choosing a decimal rounds nothing."""
    found = compile_text(text).evaluate(CONTEXT)
    assert found == value
    assert type(found) is type(value)


def test_a_decimal_that_decides_is_refused_and_named() -> None:
    with pytest.raises(ExpressionError, match=r"^inputs\.price > 1 compares a decimal"):
        compile_text("{{ 1 if inputs.price > 1 else 2 }}").evaluate(CONTEXT)


def test_what_is_not_chosen_is_not_evaluated_and_what_decides_must_be_there() -> None:
    assert compile_text("{{ 1 if inputs.yes else 1 / 0 }}").evaluate(CONTEXT) == 1
    with pytest.raises(ExpressionError, match="missing"):
        compile_text("{{ 1 if inputs.missing else 2 }}").evaluate(CONTEXT)
    assert compile_condition("inputs.no if inputs.yes else true").evaluate(CONTEXT) is False


def test_every_part_is_among_what_it_reads() -> None:
    found = compile_text("{{ inputs.a if inputs.b else inputs.c }}")
    assert found.references == {("inputs", "a"), ("inputs", "b"), ("inputs", "c")}
