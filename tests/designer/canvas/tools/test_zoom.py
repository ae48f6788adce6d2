"""Zoom factors stay within limits and meet 100 % exactly."""

from __future__ import annotations

import pytest

from floworch_designer.canvas.tools.zoom import clamped


@pytest.mark.parametrize(("factor", "expected"), [(9, 4.0), (0.0001, 0.02), (0.99, 1.0), (1.015, 1.0), (1.2, 1.2)])
def test_clamped(factor: float, expected: float) -> None:
    assert clamped(factor) == expected
