"""How expressions are rewritten before they are compiled (C13); what they then mean is in ``test_growth.py``."""

from __future__ import annotations

import pytest

from floworch.expr.guarded import guarded, guarded_template, may_grow


@pytest.mark.parametrize(
    ("source", "rewritten"),
    [
        ("a * b", "((a)|__mul(b))"),
        ("a + 1 - b", "a + 1 - b"),
        ("a + b * c", "((a)|__add(((b)|__mul(c))))"),
        ("f(a * b, *c)", "f(((a)|__mul(b)), *c)"),
        ("-a.x.replace('*', b)[0]", "-(a.x|__replace('*', b))[0]"),
        ("a ~ 'x' ~ b()", "__cat([a, 'x', b()], [a is undefined, false, false], [[a is float], [], []])"),
        ("a if b else c * 2", "a if b else ((c)|__mul(2))"),
        ("a.join", "a.join"),
        ("x is eq y.split()", "x is eq (y|__split())"),
    ],
)
def test_what_can_grow_asks(source: str, rewritten: str) -> None:
    assert guarded(source) == rewritten


def test_text_tells_sums_and_products_which_operands_are_fractions() -> None:
    """C6.4: those that can be named again without doing anything again."""
    assert guarded_template("{{ a * b.c[0] }}") == "{{ ((a)|__mul(b.c[0], [a is float, b.c[0] is float])) }}"
    assert (
        guarded_template("{{ (a + b) * 2.5 }}")
        == "{{ (((((a)|__add(b, [a is float, b is float]))))|__mul(2.5, [true])) }}"
    )
    assert guarded_template("{{ f(a) * b|int }}") == "{{ ((f(a))|__mul(b|int)) }}"
    assert "[" not in guarded_template("{{ " + " + ".join(f"a{n}" for n in range(99)) + " }}").rpartition("__add(")[2]


def test_only_what_can_grow_is_touched() -> None:
    assert not may_grow("a.b[0] | upper == 'c' and d")
    assert may_grow("a.split(',')")


def test_loops_and_macros_tick_and_literals_that_can_be_bound_again_are_measured() -> None:
    assert guarded_template("{% for a in b %}x{% endfor %}") == "{% for a in b %}{% do __tick(1) %}x{% endfor %}"
    assert guarded_template("{% set a = [b, {}] %}") == "{% set a = ([b, {}]|__fit([[b is float], []])) %}"
    assert guarded_template("{% set a = ['x', b()] %}") == "{% set a = (['x', b()]|__fit) %}"
    assert guarded_template("{% if [a] %}{% endif %}") == "{% if ([a]|__fit([[a is float]])) %}{% endif %}"
