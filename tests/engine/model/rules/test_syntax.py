from __future__ import annotations

import pytest

from floworch.errors import ExpressionError
from floworch.expr import compile_text
from floworch.model.rules.syntax import syntax_fix


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("{{ 1 + }}", "Add a value at character 4, after '+'."),
        ("{{ x | }}", "Add a name at character 4, after '|'."),
        ("{{ a b }}", "Remove 'b' at character 3, or write an operator before it."),
        ("{{ a.status = 'paid' }}", "Write == to compare, instead of '=' at character 10."),
        ("{{ a != b =c }}", "Write == to compare, instead of '=' at character 8."),
        ("{{ a =! b }}", "Remove '=!' at character 3, or write an operator before it."),
        ("{{ a && b }}", "Remove or replace '&&' at character 3, after 'a'."),
        ("{{ nodes.b.output", "Close the expression: write }} after its end."),
        ("{% if x", "Close the expression: write %} after its end."),
        ("{% for %}", "Add 'in' at character 8, after 'for'."),
    ],
)
def test_the_fix_names_the_place_and_what_belongs_there(text: str, fix: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_text(text)
    assert syntax_fix(caught.value) == fix


def test_without_a_place_it_shows_an_example() -> None:
    assert "inputs.x" in syntax_fix(ExpressionError("The condition is empty."))


def test_only_the_surroundings_of_the_place_are_quoted() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_text("word " * 100 + "here {{ 1 + }} there " + "x" * 5000)
    assert "here {{ 1 + }} there" in caught.value.message
    assert len(caught.value.message) < 160
    assert len(syntax_fix(caught.value)) < 100
