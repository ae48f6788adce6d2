"""Filters, tests and functions by name, with their places."""

from __future__ import annotations

import minijinja
import pytest

from floworch.expr.engine import environment
from floworch.expr.used import (
    FUNCTIONS,
    TESTS,
    Used,
    code_of,
    private_names,
    unknown_names,
    used_names,
    whole_roots,
)


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


@pytest.mark.parametrize(
    ("text", "whole", "found"),
    [
        ("nodes", True, [("nodes", 0)]),
        ("nodes | length", True, [("nodes", 0)]),
        ("nodes.a.output", True, []),
        ("nodes['a'].output + nodes [data.which].output", True, []),
        ("data.nodes + item.secrets", True, []),
        ("'nodes' ~ data['secrets']", True, []),
        ("data.x in nodes", True, []),
        ("nodes {{ 'nodes' }} {% for id in nodes %}{{ id }}{% endfor %}", False, []),
        ("nodes {{ nodes }}{{ secrets|list }}", False, [("nodes", 9), ("secrets", 20)]),
    ],
)
def test_nodes_and_secrets_taken_as_a_whole(text: str, whole: bool, found: list[tuple[str, int]]) -> None:
    """(C6.4)"""
    assert list(whole_roots(text, whole)) == found


@pytest.mark.parametrize(
    ("text", "whole", "found"),
    [
        ("data.x.__class__", True, [("__class__", 7)]),
        ("data['__class__'] + data.x__y + data.__x + data.____", True, []),
        ("__a__ {{ data.__a__ }}", False, [("__a__", 14)]),
    ],
)
def test_names_that_only_objects_of_python_have(text: str, whole: bool, found: list[tuple[str, int]]) -> None:
    """(C6.4)"""
    assert list(private_names(text, whole)) == found
