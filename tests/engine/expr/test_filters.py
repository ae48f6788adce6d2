from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from floworch.errors import ExpressionError
from floworch.expr import compile_value, known_filters
from floworch.expr import filters as module
from floworch.expr.filters import use_environment

DATA: dict[str, Any] = {
    "rows": [{"n": 2}, {"n": 1}],
    "text": " Ann Lee ",
    "price": Decimal("1.10"),
    "big": 2**200,
    "none": None,
    "parts": ["a", "b"],
}


def value_of(source: str) -> Any:
    return compile_value("{{ " + source + " }}").evaluate({"data": DATA})


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("[3, 4] | first", 3),
        ("[3, 4] | last", 4),
        ("'aXbX' | replace('X', '-')", "a-b-"),
        ("[1, 2] | join(', ')", "1, 2"),
        ("data.rows | map(attribute='n') | list", [2, 1]),
        ("data.rows | selectattr('n', 'gt', 1) | list", [{"n": 2}]),
        ("[1, 2, 3] | select('odd') | list", [1, 3]),
        ("'%s-%03d' | format('a', 7)", "a-007"),
        ("'%(a)s' | format(a=1)", "1"),
        ("'a,b' | split(',')", ["a", "b"]),
        ("data.text | trim", "Ann Lee"),
        ("'Ab' | lower", "ab"),
        ("'Ab' | upper", "AB"),
        ("'abcdef' | slice(1, 3)", "bc"),
        ("[1, 2, 3] | slice(-2)", [2, 3]),
        ("data.zz | default('x')", "x"),
        ("data.rows | length", 2),
        ("data.rows | to_json", '[{"n": 2}, {"n": 1}]'),
        ("{'a': none} | to_json(indent=2)", '{\n  "a": null\n}'),
        ("data.price | to_json", "1.10"),
        ("data.big | to_json", str(2**200)),
        ("[data.big] | tojson", f"[{2**200}]"),
        ("'[1, {\"a\": null}]' | from_json", [1, {"a": None}]),
        ("'9999999999999999999999999999999999999999999' | from_json", 10**43 - 1),
        ("'12' | int", 12),
        ("'-1.9' | int", -1),
        ("'x' | int(0)", 0),
        (f"'{2**200}' | int", 2**200),
        ("2.7 | int", 2),
        ("true | int", 1),
        ("'abc' | regex_match('b')", True),
        ("'abc' | regex_match('^b')", False),
        ("'ABC' | regex_match('b', ignore_case=true)", True),
        ("'a1b22' | regex_find('[0-9]+')", ["1", "22"]),
        ("'a=1' | regex_find('(.)=(.)')", [["a", "1"]]),
        (r"'ann lee' | regex_replace('(\\w+) (\\w+)', '\\2 \\1')", "lee ann"),
        ("5000 | filesizeformat", "5.0 kB"),
        ("2.567 | round(1)", 2.6),
        ("'a' | path_join('b', 'c.txt')", "a/b/c.txt"),
        ("data.parts | path_join", "a/b"),
        ("'x; touch pwned' | quote", "'x; touch pwned'"),
        ('"it\'s" | quote', "'it'\"'\"'s'"),
        ("'' | quote", "''"),
        ("'plain' | quote", "plain"),
        ("none | quote", "null"),
        ("data.price | quote", "1.10"),
        ("data.big | quote", str(2**200)),
        ("data.parts | quote", '\'["a", "b"]\''),
        ("'a\nb' | indent(2)", "a\n  b"),
        ("'a\n\nb' | indent(1, true, true)", " a\n \n b"),
        ("'NAME' | env", "value"),
        ("'OTHER' | env('d')", "d"),
    ],
)
def test_filters(source: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_environment", {})
    use_environment({"NAME": "value"}.get)
    assert value_of(source) == value


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("'{' | from_json", "not JSON at line 1, column 2"),
        ("'NaN' | from_json", "NaN is not a JSON value"),
        ("data.none | from_json", "needs a text"),
        ("'x' | int", "'x' is not a number"),
        ("'1e999999999' | int", "not a number"),
        ("'a' | regex_match('(')", "not a regular expression"),
        ("'a' | regex_replace('a', '\\\\9')", "not a replacement"),
        ("data.none | slice(1)", "slice needs a text or a list, not null"),
        ("'OTHER' | env", "no environment variable 'OTHER'"),
        ("5 | regex_match('a')", "needs a text, not int"),
        ("'%d' | format('x')", "does not fit"),
        ("'%9999d' | format(1)", "at most three digits"),
        ("'a' | indent(100000)", "between 0 and 1000"),
        ("1 | to_json(indent=99)", "indent"),
        ("(['x' * 1000] * 20000) | to_json", "a value would be longer than 16777216 bytes"),
        ("data.rows | path_join", "needs a text"),
        ("data.zz | quote", "undefined"),
        ("('[' * 3000) | from_json", ""),
    ],
)
def test_filters_say_what_they_need(source: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value_of(source)
    assert said in caught.value.message


def test_the_filters_users_need_first_are_there() -> None:
    wanted = (
        "first last replace join map select format to_json from_json split regex_match regex_replace trim lower upper "
        "parse_date date_format date_add slice default length path_join env filesizeformat round"
    )
    assert set(wanted.split()) <= known_filters()


def test_json_of_exact_numbers_is_read_back_exactly() -> None:
    text = value_of("{'p': data.price, 'b': [data.big, true, none, 'ä']} | to_json")
    assert json.loads(text, parse_float=Decimal) == {"p": Decimal("1.10"), "b": [2**200, True, None, "ä"]}
