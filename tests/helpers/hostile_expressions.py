"""Expressions and templates that try to take all memory or time (C13); run as a program it tries them under a limit.

The program prints a line for each: what it did wrong, else nothing after the colon. Where addresses can be limited,
memory that it cannot have ends it.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from floworch.errors import ExpressionError
from floworch.expr import render_template
from floworch.expr.compiled import compile_text

#: Bytes of memory that all of them may need, and seconds of the processor's time that each may take.
MEMORY = 700 * 1024 * 1024
SECONDS = 15.0

BIG = 3_500_000
DATA: dict[str, Any] = {
    "big": "x" * BIG, "quotes": "\"'\\%&<" * 100_000, "n": 90_000_000, "rows": [{"a": 1, "t": "abc"}] * 1000,
    "letters": list("abc"), "none": None,
}  # fmt: skip

#: Each tries to make something huge: operators, filters, methods, formats.
REFUSED = r"""
([1] * 90000000) | slice(0, 3)
([1] * data.n) | list | length
[1] * data.n
'x' * data.n
data.n * 'xy'
[[1] * 1000] * 100000
[[[1] * 1000] * 1000] * 1000
(1, 2) * data.n
'ab' * 9999999999999999999999
data.big * 5
data.big ~ data.big ~ data.big ~ data.big ~ data.big
data.big + data.big + data.big + data.big + data.big
[data.big] * 5
[data.big, data.big] * 3 + [1]
(range(100000) | list) * 100
range(100000) * 100 | sum
data.letters | join(data.big ~ data.big ~ data.big)
data.big | join('abcde')
(range(100000) | list) | join(data.big)
data.big.join(range(10))
','.join([1] * data.n)
data.big | replace('', data.big)
data.big | replace('x', 'yyyyyyy')
data.big.replace('x', 'yyyyyyy')
data.big.replace('', data.big)
data.quotes.replace('\\', data.big)
'%s' | format(data.big * 5)
'%(a)s%(a)s%(a)s%(a)s%(a)s' | format(a=data.big)
'%999999999d' | format(1)
'%*d' | format(999999999, 1)
('%999d' * 100000) | format()
'{:>999999999}'.format(1)
'{:>{}}'.format(1, 999999999)
'{0}{0}{0}{0}{0}'.format(data.big)
'{a}{a}{a}{a}{a}'.format(a=data.big)
[1] | batch(999999999, 0)
data.rows | batch(count=999999999, fill_with=0)
data.big | list
data.big.split('x')
data.big | split('x')
('\n' * 4000000) | lines
('\n' * 4000000).splitlines()
data.big | indent(1000) | indent(1000) | wordwrap(width=1, wrapstring=data.big)
data.big | wordwrap(width=1, wrapstring='abcdef')
(data.quotes * 9) | urlencode
(data.quotes * 9) | escape
data.letters | map('replace', '', data.big) | list
data.rows | map('join', data.big ~ data.big ~ data.big) | list
data.big | regex_replace('', data.big)
data.big | regex_replace('x', 'yyyyyyy')
data.big | regex_find('x')
data.big | regex_find('(((((x)))))')
2 ** 100000000
9 ** 9 ** 9
range(10 ** 9)
[data.big] | chain([data.big] * 4) | list
data.big | chain(data.big, data.big, data.big, data.big) | list
dict(a=[data.big] * 5)
data.letters | map('format', data.big) | join(data.big ~ data.big ~ data.big ~ data.big)
'a'.replace('a', 'b').replace('b', data.big * 5)
data.big[::-1] ~ data.big * 4
-1 * -1 * data.n * 'x'
(data.letters + data.letters) * data.n
data.letters * data.n if true else 1
[x for x in data.letters]
data.n * [1] if data.n > 1 else []
{'a': [1] * data.n}
[1, [2] * data.n][0]
(1 if false else [1]) * data.n
data.letters | map('string') | list * data.n
not ([1] * data.n)
1 in [1] * data.n
[1] * data.n == []
([1] * data.n)[0]
(data.big * 3 ~ 'a').split('x') | length
''.join([data.big] * 5)
('\n' * 4000000) | indent(1000)
('[],' * 4000000) | from_json
([[1]] * 300000) | to_json(indent=16)
data.none | join
data.none ~ data.missing
data.rows | map('replace', '1', data.big) | join
'%99d' * 9 | format(1) * 999999
'2026-01-01' | date_format('%Y' * 1000000)
'2026' | parse_date('%Y' * 100000)
""".strip().splitlines()

#: A value that becomes larger with every round of a loop: what it is at first, and in the next round.
ROUNDS = [
    ("'xy'", "ns.s ~ ns.s"),
    ("'xy'", "ns.s + ns.s"),
    ("[1]", "ns.s + ns.s"),
    ("[1]", "ns.s * 2"),
    ("[1]", "[ns.s, ns.s]"),
    ("[1]", "(ns.s, ns.s)"),
    ("1", "{'a': ns.s, 'b': ns.s}"),
    ("1", "dict(a=ns.s, b=ns.s)"),
    ("[1]", "ns.s | chain(ns.s)"),
    ("1", "[[[[[[[[[[ns.s]]]]]]]]]]"),
    ("'\\\\'", "[ns.s] | string"),
    ("'\\\\'", "dict(a=ns.s) | string"),
    ("'%'", "(ns.s * 9) | urlencode"),
]
LOOP = "{% for i in range(100000) %}"
TEXT = "raw text " * 10_000
TEMPLATES = [
    *(
        "{% set ns = namespace(s="
        + first
        + ") %}{% for i in range(60) %}{% set ns.s = "
        + then
        + " %}{% endfor %}{{ ns.s }}"
        for first, then in ROUNDS
    ),
    "{% set ns = namespace(s='a') %}" + LOOP + "{% set t %}{{ ns.s ~ ns.s }}{% endset %}{% set ns.s = t %}{% endfor %}",
    LOOP + TEXT + "{% endfor %}",
    "{% macro m(n) %}" + TEXT + "{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{% set x = m(40) %}",
    LOOP + "{{ big * 3 }}{% endfor %}",
    LOOP + "{{ big }}{% endfor %}",
    LOOP + "{% set x = big.replace('x', 'yy') %}{% endfor %}",
    LOOP + "{% set x = big | upper | lower | title %}{% endfor %}",
    LOOP + "{% if big ~ i == big %}a{% endif %}{% endfor %}",
    "{% filter replace('', big) %}{{ big }}{% endfilter %}",
]


def value_of(source: str) -> Any:
    """The value of an expression that may use ``DATA``."""
    return compile_text("{{ " + source + " }}").evaluate({"data": DATA})


def limit_memory() -> None:
    """Let this process have no more than ``MEMORY`` on top of what it has."""
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


def tried(source: str, template: bool) -> str:
    """What became of one: "" when it was refused in time, else what it did."""
    began = time.process_time()
    try:
        result = render_template(source, DATA) if template else value_of(source)
    except ExpressionError as error:
        took = time.process_time() - began
        return f"took {took:.1f} s" if took > SECONDS else "a bug" if "syntax" in error.message else ""
    return f"gave {str(result)[:40]!r}"


def main() -> None:
    """Try them all."""
    import floworch.executor.environment  # noqa: F401 - it tells expressions the time

    limit_memory()
    for template, sources in ((False, REFUSED), (True, TEMPLATES)):
        for source in sources:
            sys.stdout.write(f"{source[:100]!r}: ")
            sys.stdout.flush()
            sys.stdout.write(tried(source, template) + "\n")


if __name__ == "__main__":
    main()
