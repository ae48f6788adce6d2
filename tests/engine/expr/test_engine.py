from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.errors import ExpressionError
from floworch.expr import compile_text, engine
from floworch.expr.filters import known_filters
from floworch.expr.frozen import freeze, thaw


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


@pytest.mark.parametrize(
    "source",
    ["[1] * 100000000", "{'a': [[1] * n]}", "['xy' * 1000000] * 1000", "l * n", "[s, s, s, s, s]", "[[s] * 9, 'a']"],
)
def test_a_native_result_is_bounded_as_text_is(source: str) -> None:
    """C13"""
    began = time.process_time()
    with pytest.raises(ExpressionError, match=r"longer than|too many steps|too large"):
        engine.evaluate(source, {"n": 50_000_000, "l": freeze([1, 2]), "s": "x" * 4_000_000})
    assert time.process_time() - began < 10


def test_what_multiplies_in_text_is_bounded_too() -> None:
    """C13"""
    with pytest.raises(ExpressionError, match="would be longer"):
        engine.render("a {{ [1] * 100000000 }}", {})
    assert engine.render("{% for x in l %}{{ x * 2 }},{% endfor %}", {"l": freeze([1, 2])}) == "2,4,"


def test_ordinary_products_are_as_they_were() -> None:
    assert engine.evaluate("a * 2 ** 3", {"a": 4}) == 32
    assert engine.evaluate("[0] * 3 + ['*'] * 2", {}) == [0, 0, 0, "*", "*"]
    with pytest.raises(ExpressionError, match="undefined"):
        engine.evaluate("a.b * 2", {"a": freeze({})})


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


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "big + 1",
            "big + 1: tried to use + operator on unsupported types decimal or integer beyond 128 bits and number.",
        ),
        ("[big] | sum", "[big] | sum: can only sum numbers, got decimal or integer beyond 128 bits."),
        ("near * near", f"unable to calculate {2**126} * {2**126}: the result is beyond 128 bits, or is no number in"),
    ],
)
def test_what_would_be_rounded_is_refused_in_words_for_people(source: str, said: str) -> None:
    """(C6.2)"""
    with pytest.raises(ExpressionError) as caught:
        engine.evaluate(source, {"big": freeze(2**128), "near": 2**126})
    assert caught.value.message.startswith(said)
    assert caught.value.hint == "Do it in an action such as python.code, which keeps every digit."


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("4 / 2", 2.0), ("4.0", 4.0), ("1e3", 1000.0), ("4.0 + 1", 5.0), ("2.0 * n", 6.0), ("f + n", 5.0),
        ("f * 1", 2.0),
        ("n / 1", 3.0), ("-f", -2.0), ("deep.f - 1", 1.0), ("l | sum", 4.0), ("l | first", 1.0), ("n | float", 3.0),
        ("4 // 2", 2), ("n + 1", 4), ("n * 2", 6), ("f | int", 2), ("l | length", 2), ("2 ** 3", 8), ("true", True),
    ],
)  # fmt: skip
def test_a_whole_float_stays_one(source: str, value: object) -> None:
    """C6.4: a parameter that is one whole expression keeps its native type."""
    found = engine.evaluate(source, {"n": 3, "f": 2.0, "l": freeze([1.0, 3.0]), "deep": freeze({"f": 2.0})})
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("[f, 2.0, 2]", [2.0, 2.0, 2]), ("{'a': f, 'b': [n, {'c': 4 / 2}]}", {"a": 2.0, "b": [3, {"c": 2.0}]}),
        ("l + [1.0]", [1.0, 3.0, 1.0]), ("(f, n)", (2.0, 3)), ("l | sort", [1.0, 3.0]),
        ("rows | map(attribute='x') | list", [1.0, 2]), ("rows | map(attribute='x') | list | first", 1.0),
        ("l | batch(1) | list", [[1.0], [3.0]]), ("[-0.0, 1e22]", [-0.0, 1e22]), ("{'<&>': f}", {"<&>": 2.0}),
        ("[big, f]", [freeze(2**128), 2.0]), ("[raw, f]", [b"x", 2.0]), ("range(2) | list", [0, 1]),
    ],
)  # fmt: skip
def test_a_whole_float_stays_one_in_what_an_expression_makes(source: str, value: object) -> None:
    """C6.4: the native type of a list is that of what is in it."""
    rows = freeze([{"x": 1.0}, {"x": 2}])
    names = {"n": 3, "f": 2.0, "l": freeze([1.0, 3.0]), "rows": rows, "big": freeze(2**128), "raw": b"x"}
    assert repr(thaw(engine.evaluate(source, names))) == repr(thaw(value))


def test_a_whole_float_in_text_is_written_as_one() -> None:
    """As in Jinja and in JSON; an integer of any size keeps its digits (C6.2)."""
    names = {"f": 2.0, "n": 3, "near": 2**100}
    assert engine.render("{{ f }} {{ 4 / 2 }} {{ n }} {{ near }}", names) == f"2.0 2.0 3 {2**100}"


@pytest.mark.parametrize(("source", "text"), [
    ("{{ f * n }}", "6.0"), ("{{ n * f }}", "6.0"), ("{{ f + f }}", "4.0"), ("{{ f + n - n + n }}", "5.0"),
    ("{{ (f + n) * n }}", "15.0"), ("{{ deep.f * deep['f'] }}", "4.0"), ("{{ l[0] * n }}", "3.0"),
    ("{{ 2.0 * n }}", "6.0"), ("{{ 1e3 * n }}", "3000.0"), ("{{ 4 / 2 + n }}", "5.0"), ("{{ -f * n }}", "-6.0"),
    ("{{ f ~ ' kg' }}", "2.0 kg"), ("{{ (f * n) ~ s ~ n }}", "6.0x3"), ("{{ l[0] ~ '' }}", "1.0"),
    ("{% for i in l %}{{ i * f }},{% endfor %}", "2.0,6.0,"), ("{% set x = f * n %}{{ x }}", "6.0"),
    ("{{ n * n }} {{ n + n }} {{ n ~ n }} {{ (n + n) ~ s }}", "9 6 33 6x"), ("{{ s * n }} {{ s + s }}", "xxx xx"),
    ("{% set k = 1 %}{{ (f + n) }} {{ (f * n) ~ s }}", "5.0 6.0x"),
    ("{% set k = 1 %}{{ (s ~ s if k > n else deep.gone) | default(n) }}", "3"),
    ("{{ s * f }}", "xx"), ("{{ f ~ n if n > 2 else 0 }}", "2.03"), ("{{ l | sum + n }}", "7"),
])  # fmt: skip
def test_a_whole_float_that_text_calculates_is_written_as_one(source: str, text: str) -> None:
    """C6.4: as where it is read or divided; what a filter gives within a sum cannot be told."""
    names = {"f": 2.0, "n": 3, "s": "x", "l": freeze([1.0, 3.0]), "deep": freeze({"f": 2.0})}
    assert engine.render(source, names) == text


@pytest.mark.parametrize(("source", "value"), [("f ~ ' kg'", "2.0 kg"), ("(f + n) ~ ''", "5.0"), ("n ~ ''", "3")])
def test_a_whole_float_is_joined_as_one(source: str, value: str) -> None:
    """C6.4"""
    assert engine.evaluate(source, {"f": 2.0, "n": 3}) == value


def test_what_is_missing_is_refused_as_before_where_fractions_are_told() -> None:
    """C6.4"""
    for source in ("{{ n * gone.x }}", "{{ gone.x ~ n }}", "{{ n + n + gone }}", "{{ l[9] ~ n }}", "{{ n ~ l [n] }}"):
        with pytest.raises(ExpressionError):
            engine.render(source, {"n": 2, "gone": None, "l": freeze([1])})


@pytest.mark.parametrize("source", ["7 // 0", "7 / 0", "7 % 0", "7.5 / 0.0"])
def test_a_division_by_zero_is_called_one(source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        engine.evaluate(source, {})
    assert caught.value.message == f"{source}: unable to calculate {source}: there is no division by zero."
    assert "if b else" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ i.x | to_json }}", "2.0"),
        ("{{ i.x | string }} {{ -i.x | string }}", "2.0 -2.0"),
        ("{{ (i.x + 1) | to_json }}", "3.0"),
        ("{{ 4 / 2 }} {{ (4 / 2) | tojson }}", "2.0 2.0"),
        ("{{ i.n | to_json }} {{ i.n | string }}", "1 1"),
        ("{{ [i.x, i.n, 3.0, 'a'] | to_json }}", '[2.0, 1, 3.0, "a"]'),
        ("{{ {'a': i.x, 'b': [i.x]} | to_json }}", '{"a": 2.0, "b": [2.0]}'),
        ("n: {{ [2.0, i.n] }}", "n: [2.0, 1]"),
        ("n: {{ {'a': i.x if i.n else 1.0, 'b': i.x} }}", 'n: {"a": 2, "b": 2.0}'),
        ("{% set k = [2.0, i.n] %}{{ k }} {{ k[0] }} {{ k | to_json }}", "[2.0, 1] 2.0 [2.0, 1]"),
        ("{% set k = {'a': i.x} %}{{ k }} {{ k.a }}", '{"a": 2.0} 2.0'),
        ("{% for a in [i.x, i.n] %}{{ a }};{% endfor %}", "2.0;1;"),
        ("{{ '%s and %s' | format(i.x, i.n) }}", "2.0 and 1"),
        ("{{ '%(a)s' | format(a=i.x) }}", "2"),
        ("{{ '{}'.format(i.x) }}", "2.0"),
        ("{{ i.l | to_json }} {{ i.l[0] | to_json }}", "[2.0, 1] 2.0"),
    ],
)
def test_filters_lists_and_objects_keep_whole_fractions(text: str, expected: str) -> None:
    """C6.4: 2.0 is written as 2.0, wherever it can be told without working anything out twice."""
    assert compile_text(text).evaluate({"i": {"x": 2.0, "n": 1, "l": [2.0, 1]}}) == expected


@given(st.lists(st.one_of(st.integers(-9, 9), st.integers(-9, 9).map(float), st.booleans(), st.none()), max_size=6))
def test_a_list_of_paths_is_written_as_the_values_are(values: list[Any]) -> None:
    """C6.4"""
    names = {f"v{number}": value for number, value in enumerate(values)}
    for text in ("{{ [%s] | to_json }}", "{{ [%s] }}{{ '' }}", "{%% set k = [%s] %%}{{ k }}"):
        assert compile_text(text % ", ".join(names)).evaluate(names) == json.dumps(values)


def test_what_is_missing_is_said_as_before_where_filters_are_told() -> None:
    """C6.4"""
    for text in ("{{ i.zz | to_json }}", "{{ [i.zz] | to_json }}", "a {{ [i.zz, 1] }}", "{{ '%s' | format(i.zz) }}"):
        with pytest.raises(ExpressionError, match=r"i\.zz"):
            compile_text(text).evaluate({"i": {}})
