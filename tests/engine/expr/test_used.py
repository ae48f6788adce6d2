"""Filters, tests and functions by name, with their places."""

from __future__ import annotations

import minijinja
import pytest

from floworch.expr.engine import environment
from floworch.expr.used import FUNCTIONS, TESTS, Used, code_of, unknown_names, used_names


def test_names_are_found_with_their_places_and_only_in_code() -> None:
    text = "is odd | x {{ a | f(b | g) }} | no {{ 'x | no is no' | h }}{% if a|i is not even %}{{ k(1) }}{% endif %}"
    assert list(used_names(text, whole=False)) == [
        Used("filter", "f", text.index("f(b")),
        Used("filter", "g", text.index("g)")),
        Used("filter", "h", text.index("h }}{%")),
        Used("filter", "i", text.index("i is")),
        Used("test", "even", text.index("even")),
        Used("function", "k", text.index("k(1")),
    ]
    assert list(used_names("a | f", whole=True)) == [Used("filter", "f", 4)]


@pytest.mark.parametrize("text", ["a.is", "a.b(1)", "not (a)", "a in (1, 2)", "a if (b) else (c)", "a['is bogus']"])
def test_what_is_no_such_name_is_left_alone(text: str) -> None:
    assert list(used_names(text, whole=True)) == []


def test_names_within_texts_count_where_a_filter_reads_them_so() -> None:
    text = "l | map('f') | select('t') | selectattr('x', \"t2\") | map(attribute='y') | reject('>', 3) | join('z')"
    inside = [used for used in used_names(text, whole=True) if text[used.place - 1] in "'\""]
    assert inside == [
        Used("filter", "f", text.index("f')")),
        Used("test", "t", text.index("t')")),
        Used("test", "t2", text.index("t2")),
    ]


def test_the_tests_and_functions_are_those_of_the_engine() -> None:
    for name in TESTS:
        said = ""
        try:
            environment().eval_expr(f"1 is {name}")
        except minijinja.TemplateError as error:  # some want an argument
            said = str(error)
        assert "unknown" not in said, name
    for name in FUNCTIONS:
        assert environment().eval_expr(f"{name} is defined"), name
    assert [used.name for used, _ in unknown_names("1 is odd and 1 is oddly", whole=True)] == ["oddly"]


def test_what_is_evaluated_of_a_text() -> None:
    assert code_of(" {{ a }} ") == ("a", True)
    assert code_of("x {{ a }}") == ("x {{ a }}", False)
    assert code_of("a > 1") == ("a > 1", True)
