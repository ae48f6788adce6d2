"""Whatever is rewritten gives what it gave as it was written (C6.4, C13)."""

from __future__ import annotations

from typing import Any

import minijinja
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.errors import ExpressionError
from floworch.expr import engine
from floworch.expr.frozen import freeze

NAMES: dict[str, Any] = {
    "f": 2.0, "g": 1.5, "n": 3, "one": 1, "s": "ab", "l": freeze([1.0, 2]), "deep": freeze({"f": 4.0, "n": 5}),
}  # fmt: skip
_LEAVES = st.sampled_from(
    ["f", "g", "n", "one", "s", "l[0]", "l[one]", "l [1]", "deep.f", "deep['n']", "deep . f", "2", "2.0", "1.5", "1e1",
     "'+ ~ *'", "'x'", "-n", "-f"]
)  # fmt: skip
_BETWEEN = st.sampled_from(["+", "*", "~", " + ", " * ", " ~ ", "-", " - ", "/", " // ", " % ", "\n+ "])


def _longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"( {text} )"),
        st.tuples(inner, _BETWEEN, inner).map("".join),
    )


EXPRESSIONS = st.recursive(_LEAVES, _longer, max_leaves=7)
FRAMES = st.sampled_from([
    "{{ # }}", "a {{- # -}} b", "{% set k = # %}{{ k }}", "{% set k = n %}{{ # }}",
    "{% if # != 1 %}{{ # }}{% endif %}", "{{ # if n > 2 else s }}{{ s if n > 2 else # }}",
    "{% for k in l %}{{ # }}{{ k * f }}{{ loop.index + k }};{% endfor %}",
    "{% macro m(a, b=2.0 * n) %}{{ a }}{{ b }}{% endmacro %}{{ m(#) }}", "{% with k = # %}{{ k }}{% endwith %}",
])  # fmt: skip


def as_written(source: str) -> str | None:
    try:
        text: str = engine.environment().render_str(source, "text", **NAMES)
    except minijinja.TemplateError:
        return None
    return text


def as_rewritten(source: str) -> str | None:
    try:
        return engine.render(source, NAMES)
    except ExpressionError:
        return None


def without_sign_of_zero(text: str | None) -> str | None:
    return None if text is None else text.replace("-0.0", "0.0")


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS, FRAMES)
def test_text_is_the_same(expression: str, frame: str) -> None:
    source = frame.replace("#", expression)
    assert without_sign_of_zero(as_rewritten(source)) == without_sign_of_zero(as_written(source))
