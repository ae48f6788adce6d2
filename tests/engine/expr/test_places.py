from __future__ import annotations

from typing import Any

import pytest

from floworch.errors import ExpressionError
from floworch.expr import compile_text
from floworch.expr.guarded import guarded_template
from floworch.expr.places import place_in


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("{{ inputs.n + 1 }} " * 40, " tail" * 40),
        ("ä ü € " * 40, ""),
        ("a\nb {{ inputs.n * 2 }}\n{{ 'x' ~ inputs.n }} ", "\nc"),
        ("{% for a in inputs.l %}{{ a + 1 }}{% endfor %}", "{% if inputs.n is defined %}y{% endif %}" * 9),
        ("{{ inputs.l.zz.join(',') if false }} " * 9, " x" * 99),
    ],
)
def test_an_error_in_a_long_template_is_shown_where_it_is(before: str, after: str) -> None:
    """(C6.4: errors of expressions name their place, as the author wrote them)"""
    text = f"{before}{{{{ 1 + inputs.zz.foo }}}}{after}{{% set k = 1 %}}"
    with pytest.raises(ExpressionError) as caught:
        compile_text(text).evaluate({"inputs": {"n": 1, "l": [1]}})
    place = text.index("inputs.zz.foo")
    assert caught.value.offset is not None
    assert place <= caught.value.offset <= place + len("inputs.zz.foo")
    assert "inputs.zz.foo" in caught.value.message


@pytest.mark.parametrize("word", ["first", "second", "third"])
def test_every_word_of_a_guarded_template_leads_back_to_its_own(word: str) -> None:
    text = "é\n{{ first + second * data.x }} {% for i in data.l %}{{ i ~ third.replace('a', 'b') }}{% endfor %}"
    code = guarded_template(text)
    at = len(code[: code.index(word)].encode())
    assert text.startswith(word, place_in(text, code, at))


def test_a_line_too_long_to_compare_gives_its_beginning() -> None:
    many: Any = " + ".join(["data.x"] * 3000)
    text = f"one\n{{{{ {many} }}}}"
    assert place_in(text, guarded_template(text), 50_000) == len("one\n")
