"""JavaScript expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.exchange.js_expression import NotConverted, Step, convert
from floworch.expr import compile_text

CONTEXT = {"inputs": {"a": 3, "s": " Hi ", "x y": {"z": [7, 8]}, "t": ["p", "q"], "no": None, "f": False}}


def resolve(name: str, path: Sequence[Step]) -> tuple[str, Sequence[Step]] | None:
    return ("inputs", path) if name == "$json" else None


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("$json.a", 3),
        ("$json['x y'].z[1]", 8),
        ("$json?.t?.[0]", "p"),
        ("$json.a === 3 && !$json.f", True),
        ("$json.a !== 3 || $json.f", False),
        ("$json.a > 2 ? 'big' : \"small\"", "big"),
        ("$json.s.trim().toUpperCase()", "HI"),
        ("'n=' + $json.a + 1", "n=31"),
        ("`${$json.a} and ${$json.t[0]}`", "3 and p"),
        ("$json.t.length * 2 - 1", 3),
        ("($json.a + 1) * 2", 8),
        ("-$json.a + 1", -2),
        ("$json.f || 'none'", "none"),
        ("$json.t.join('-')", "p-q"),
        ("$json.t.includes('q')", True),
        ("$json.s.replace('Hi', 'Ho').trim()", "Ho"),
        ("JSON.stringify($json.t)", '["p", "q"]'),
        ("Math.round(2.6)", 3.0),
        ("{a: 1, 'b c': [$json.a, null]}", {"a": 1, "b c": [3, None]}),
        ("'it\\'s \"so\"'", 'it\'s "so"'),
        ("undefined", None),
    ],
)
def test_it_means_the_same(source: str, value: Any) -> None:
    assert compile_text("{{ " + convert(source, resolve) + " }}").evaluate(CONTEXT) == value


@pytest.mark.parametrize(
    "source",
    ["$json.t.map(x => x)", "$now.toISO()", "new Date()", "a;b", "1 +", "", "$json.", "(() => 1)()", "((((" * 40,
     "$json.t.filter((x) => x)", "$json.a.constructor()", "{[k]: 1}", "`unclosed", "$json(1)"],
)  # fmt: skip
def test_what_has_no_counterpart_is_refused(source: str) -> None:
    with pytest.raises(NotConverted):
        convert(source, resolve)


@given(st.text(alphabet=st.sampled_from("$json.ab[]()'\"`{}?:|&=!+-* 01,\\"), max_size=30))
def test_nothing_makes_it_fail_in_another_way(source: str) -> None:
    try:
        convert(source, resolve)
    except NotConverted:
        return
