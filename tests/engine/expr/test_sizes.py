"""How large the result of an expression may be (C13)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.expr.frozen import freeze
from floworch.expr.sizes import MAX_OUTPUT, probed, repeats, too_large

PART = "x" * (MAX_OUTPUT // 4)


@pytest.mark.parametrize(
    "value", [[PART] * 5, {"a": [PART] * 2, "b": {PART: PART, "c": PART}}, [0] * (MAX_OUTPUT // 2 + 1)]
)
def test_what_is_longer_as_json_is_too_large(value: Any) -> None:
    assert too_large(value)
    assert too_large(freeze(value))


@pytest.mark.parametrize("value", [[], {}, [1, None, {"a": PART}], [PART, PART, b"x"], list(range(100_000))])
def test_what_is_shorter_is_not(value: Any) -> None:
    assert not too_large(freeze(value))


def test_only_multiplication_is_probed() -> None:
    assert repeats("[1] * n")
    assert not repeats("'*' ~ a + \"b*\"")
    assert probed("3,40,") == 43
    assert probed("") == 0
