from __future__ import annotations

import threading

import pytest

from floworch.errors import ExpressionError
from floworch.expr import engine
from floworch.expr.filters import known_filters


def test_expressions_give_native_values_and_templates_text() -> None:
    assert engine.evaluate("a + 1", {"a": 1}) == 2
    assert engine.render("a {{ a }}\n", {"a": 1}) == "a 1\n"
    assert engine.render("{{ a }}", {"a": "<"}, autoescape=True) == "&lt;"


def test_a_top_level_undefined_fails() -> None:
    with pytest.raises(ExpressionError, match=r"a\.b is undefined"):
        engine.evaluate("a.b", {"a": {}})


def test_names_are_those_an_expression_does_not_define_itself() -> None:
    assert engine.names("{% for x in xs %}{{ x }}{{ y.z }}{% endfor %}", whole=False) == {"xs", "y"}
    assert engine.names("a.b + c", whole=True) == {"a", "c"}


def test_names_in_the_target_of_a_slice_are_seen() -> None:
    """C6.4"""
    assert engine.names("a.b[1:]", whole=True) == {"a"}
    assert engine.names("(a | list)[b:c[::d]]", whole=True) == {"a", "b", "c", "d"}
    assert engine.names("{% for x in xs[1:] %}{{ x[:2] }}{{ y[2:] }}{% endfor %}", whole=False) == {"xs", "y"}


def test_known_filters_are_those_the_engine_has() -> None:
    missing = []
    for name in sorted(known_filters()):
        try:
            engine.evaluate(f"'1' | {name}", {})
        except ExpressionError as error:
            missing += [name] if "is unknown" in error.message else []
    assert missing == []


def test_the_state_of_the_engine_is_not_shown() -> None:
    with pytest.raises(ExpressionError):
        engine.evaluate("debug()", {"secrets": {"T": "hidden"}})


def test_two_threads_share_one_engine() -> None:
    results: list[list[int]] = [[], []]

    def work(place: int) -> None:
        results[place] = [engine.evaluate("a * 2", {"a": number}) for number in range(300)]

    threads = [threading.Thread(target=work, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [[number * 2 for number in range(300)]] * 2


def test_text_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(ExpressionError, match="surrogate"):
        engine.names("\ud800 {{ a }}", whole=False)
