"""How large the result of an expression may be (C13)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.expr.frozen import freeze
from floworch.expr.growth import fit
from floworch.expr.sizes import MAX_OUTPUT, depth_of, size_of, too_large

PART = "x" * (MAX_OUTPUT // 4)


@pytest.mark.parametrize(
    "value", [[PART] * 5, {"a": [PART] * 2, "b": {PART: PART, "c": PART}}, {"a": {"b": [PART, [PART, PART], PART, 1]}}]
)
def test_what_is_longer_as_json_is_too_large(value: Any) -> None:
    assert too_large(value)
    assert too_large(freeze(value))


@pytest.mark.parametrize("value", [[], {}, [1, None, {"a": PART}], [PART, PART, b"x"], list(range(100_000))])
def test_what_is_shorter_is_not(value: Any) -> None:
    assert not too_large(freeze(value))


def test_many_small_items_are_too_large_without_a_walk() -> None:
    assert too_large([None] * (MAX_OUTPUT // 2 + 1))


def test_what_was_measured_knows_its_size_and_depth() -> None:
    measured = fit([fit([1, 2]), ["abc"]])
    assert (measured.size, measured.depth, size_of(measured)) == (size_of([[1, 2], ["abc"]]), 2, measured.size)
    assert depth_of([measured, 1]) == 3
    assert depth_of("text") == 0
