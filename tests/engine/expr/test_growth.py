"""Nothing an expression can write takes more memory or time than its allowance (C13)."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import hostile_expressions
import minijinja
import pytest

from floworch.errors import ExpressionError
from floworch.expr import growth, render_template
from floworch.expr.compiled import compile_text


def test_what_would_be_huge_is_refused_before_it_is_made() -> None:
    """In a process that may have no more memory than the allowance."""
    told = subprocess.run(
        [sys.executable, hostile_expressions.__file__], capture_output=True, text=True, timeout=300, check=False
    )
    assert told.returncode == 0, told.stdout[-300:] + told.stderr[-2000:]
    lines = told.stdout.splitlines()
    assert len(lines) == len(hostile_expressions.REFUSED) + len(hostile_expressions.TEMPLATES)
    assert [line for line in lines if not line.endswith(": ")] == []


CONTEXT: dict[str, Any] = {
    "n": 3, "x": 1.5, "s": "a,b", "l": [1, 2], "d": {"k": "v", "join": [7]}, "t": True, "e": [],
    "rows": [{"a": "p"}, {"a": "q"}],
}  # fmt: skip

ORDINARY = r"""
n + 1
1 + n * 2 - n / 2
-n + n * -1
- n ** 2 * 2
n * 2 ** 2
n // 2 * 2 % 4
x * 2
x + x
t + t
t * 3
n * t
s * 2
2 * s
s + s
s ~ n ~ x ~ l ~ t ~ none
l * 2
2 * l
l + l + [3]
(1, 2) + (3,)
(1, 2) * 2
l * -1
s * 0
s * 2.0
l * 2.0
e + e
e * 1000000000
'' * 1000000000
170141183460469231731687303715884105727 + 0
9223372036854775807 * 3
s.replace(',', ';')
s.replace(',', ';').split(';')[0]
s.split(',') + l
s.split()
'a\nb'.splitlines()
','.join(['a', 'b'])
'{}-{a}'.format(n, a=x)
'{:>5}|'.format(n)
d.join[0] + 1
d['k'] * 2
d.k + 'w'
{'a': n * 2, 'b': [n + 1]}
n * 2 if n + 1 > 3 else s * 2
not n * 2 == 7
n + 1 in l + [4]
n is divisibleby 3
n + 1 is divisibleby(2)
n is not none and n * 2 > 5
l | join('-')
l | map('string') | join(', ') ~ '!'
rows | join('+', attribute='a')
rows | map(attribute='a') | list
s | replace('a', 'b') | upper
'*+~' ~ '*'
'a*b' | replace('*', '+') * 2
l | batch(2) | list
l | batch(3, 0) | list
s | list
d | list
s | split(',')
s | split(',', 1)
'a b' | wordwrap(width=1)
'a b&' | urlencode
n | string ~ 'a'
'a\nb' | lines
l | chain(l) | list
dict(a=n * 2)
(n * 2) | string * 2
[n * 2, [n + 1, (n ~ 's')]]
l[0:n - 1]
l[n - 2] * 2
range(n + 1) | list
range(3) * 2
l | length * 2 + 1
n == 3 and s ~ 'x' or l * 2
'a' 'b' * 2
(n)
((n + 1) * (n - 1))
n*2+1
n+-1
n*-1
[1]*n+[2]
{'a':1}['a']*2
'\'' ~ "}}"
""".strip().splitlines()


@pytest.mark.parametrize("source", ORDINARY)
def test_what_is_small_means_what_it_meant(source: str) -> None:
    """The engine alone is the oracle (C6.4)."""
    alone = minijinja.Environment(undefined_behavior="strict")
    expected = alone.eval_expr(source, **CONTEXT)
    expected = list(expected) if isinstance(expected, tuple) else expected
    assert compile_text("{{ " + source + " }}").evaluate(CONTEXT) == expected
    assert render_template("{% set y = " + source + " %}{{ y == z }}", {**CONTEXT, "z": expected}) == "true"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{% for i in l -%}   {{ i * 2 }} {%- endfor %}", "24"),
        ("{%- for i in l %} {{ i ~ s }}{% else %}none{%- endfor -%}  ", " 1a,b 2a,b"),
        ("{% for k, v in d | items %}{{ k ~ '=' }}{% endfor %}", "k=join="),
        ("{% for i in l if i + 1 > 2 %}{{ i }}{% endfor %}", "2"),
        ("{% for i in l recursive %}{{ loop(l * 0) }}{{ i }}{% endfor %}", "12"),
        ("{% set a, b = n * 2, [n, [n]] %}{{ a }}{{ b }}", "6[3, [3]]"),
        ("{% set (a, b) = (1, n + 1) %}{{ a ~ b }}", "14"),
        ("{% for (a, b) in [(1, 2)] %}{{ a + b }}{% endfor %}", "3"),
        ("{% set m = namespace(l=e) %}{% for i in range(300) %}{% set m.l = m.l + [i] %}{% endfor %}{{ m.l[9] }}", "9"),
        ("{% with a = n * 2, b = [n] %}{{ a }}{{ b }}{% endwith %}", "6[3]"),
        ("{% macro m(a, b=n * 2) %}{{ a * b }}{% endmacro %}{{ m(3) }}", "18"),
        ("{% macro m() -%}  <{{ caller(1) }}>{% endmacro %}{% call(a) m() %}{{ a + 1 }}{% endcall %}", "<2>"),
        ("{% filter replace('a', 'b') %}aa{% endfilter %}{{ '}}' }}{{ {'a': {'b': n * 2}}.a.b }}", "bb}}6"),
        ("{# {{ n * #}{% raw %}{{ n * 2 }}{% for %}{% endraw %}{{ n -}}  !", "{{ n * 2 }}{% for %}3!"),
        ("{% if n * 2 == 6 %}a{% elif s ~ s %}b{% endif %}{% set x %}{{ s }}{% endset %}{{ x * 2 }}", "aa,ba,b"),
        ("{% for i in range(9) %}{% if i == 1 %}{% break %}{% endif %}{{ i + 1 }}{% endfor %}", "1"),
    ],
)  # fmt: skip
def test_templates_keep_their_meaning_and_their_spaces(template: str, text: str) -> None:
    """C6.4"""
    assert render_template(template, CONTEXT) == text


@pytest.mark.parametrize(
    "template",
    ["{% for i in range(90000) %}{% endfor %}", "{{ range(90000) | map('string') | map('regex_match', 'a') | list }}"],
)
def test_what_takes_too_long_is_stopped(template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at the processor's time finds a second more."""
    seconds = iter(range(10**9))
    monkeypatch.setitem(growth._clock, "now", lambda: float(next(seconds)))
    with pytest.raises(ExpressionError, match="takes longer than 10 s"):
        render_template(template, {})


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("d.zz ~ 'a'", "undefined"),
        ("l.a.b + 1", "undefined"),
        ("rows[0].zz + 1", "undefined"),
        ("rows[0].zz + l", "needs numbers, texts or lists, not null or something undefined"),
        ("s + n", "unsupported types"),
        ("10 ** 38 * 10", "unable to calculate"),
        ("rows[0].zz | join", "join cannot use null or undefined"),
        ("[1] * 2000000", "a list would have more than 1000000 items"),
        ("s * 9000000", "a value would be longer than 16777216 bytes"),
    ],
)
def test_the_message_says_what_is_wrong(source: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said):
        compile_text("{{ " + source + " }}").evaluate(CONTEXT)
