"""Expressions that are stopped early."""

from __future__ import annotations

import pytest

from floworch.errors import ExpressionError
from floworch.expr.preview import compile_preview, evaluate_short


def test_it_gives_what_a_run_would_give() -> None:
    context = {"inputs": {"n": 2, "big": 10**40}}
    assert evaluate_short("{{ inputs.n + 1 }}", context) == 3
    assert evaluate_short("inputs.n > 1", context, bare=True) is True
    assert evaluate_short("n={{ inputs.n }}", context) == "n=2"
    assert evaluate_short("{{ inputs.big }}", context) == 10**40
    assert compile_preview("plain").constant


def test_it_is_stopped_where_a_run_goes_on() -> None:
    text = "{% for i in range(90000) %}{{ i }}{% endfor %}"
    with pytest.raises(ExpressionError, match="too many steps"):
        evaluate_short(text, {})
