"""Arrow keys follow edges sideways and go to the nearest card up and down."""

from __future__ import annotations

from typing import Any

import pytest

from floworch_designer.canvas.walking import step


@pytest.mark.parametrize(
    ("start", "direction", "expected"),
    [("a", "right", "b"), ("c", "left", "b"), ("a", "down", "d"), ("d", "up", "a"), ("a", "left", None),
     (None, "right", "a"), ("gone", "right", "a"), ("c", "right", None)],
)  # fmt: skip
def test_steps(view: Any, start: str | None, direction: str, expected: str | None) -> None:
    assert step(view.graph, start, direction) == expected
