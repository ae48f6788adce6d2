"""Raw expressions, evaluated for every item (C15)."""

from __future__ import annotations

import pytest

from floworch import ExpressionError
from floworch.executor.raw import evaluate_raw


def test_braces_are_optional() -> None:
    assert evaluate_raw("item.n + 1", {"item": {"n": 1}}) == 2
    assert evaluate_raw("{{ item.n + 1 }}", {"item": {"n": 2}}) == 3
    with pytest.raises(ExpressionError):
        evaluate_raw("item.n +", {"item": {}})
