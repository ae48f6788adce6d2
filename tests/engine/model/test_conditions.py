"""Conditions without braces, in a parameter and in the rows of one (C15)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.errors import ExpressionError
from floworch.model.conditions import bare_conditions, compile_param

MARKS = frozenset({"condition", "cases[].when"})
NAMES = {"inputs": {"n": 5}}


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("condition", "inputs.n > 1", True),
        ("cases", [{"when": "inputs.n > 1", "port": "inputs.n"}], [{"when": True, "port": "inputs.n"}]),
        ("cases", [{"when": "{{ inputs.n }}"}, {"when": False}, 3], [{"when": 5}, {"when": False}, 3]),
        ("cases", [{"when": ""}], [{"when": ""}]),
        ("cases", "{{ inputs.n }}", 5),
        ("other", [{"when": "inputs.n > 1"}], [{"when": "inputs.n > 1"}]),
    ],
)
def test_what_is_marked_is_an_expression_and_nothing_else(name: str, value: Any, wanted: Any) -> None:
    compiled = compile_param(MARKS, name, value)
    assert (compiled.value if compiled.constant else compiled.evaluate(NAMES)) == wanted


def test_the_definition_is_left_as_it_is() -> None:
    value = [{"when": "inputs.n > 1"}]
    compile_param(MARKS, "cases", value)
    assert value == [{"when": "inputs.n > 1"}]


def test_bare_ones_are_told_with_their_place() -> None:
    value = [{"when": "a b"}, {"when": "{{ x }}"}, {"port": "c"}, {"when": "d"}]
    assert list(bare_conditions(MARKS, "cases", value)) == [("[0].when", "a b"), ("[3].when", "d")]
    assert list(bare_conditions(MARKS, "cases", "text")) == []


def test_a_bad_one_says_so() -> None:
    with pytest.raises(ExpressionError):
        compile_param(MARKS, "cases", [{"when": "inputs.n >"}])
