"""Contrast of every token in both themes, and what colour alone must never carry."""

from __future__ import annotations

import pytest

from floworch_designer.theme.tokens import (
    CATEGORY_HUES,
    DARK,
    LIGHT,
    SHAPE_TOKENS,
    TEXT_TOKENS,
    THEMES,
    contrast,
    mix,
)

STATUSES = ("running", "success", "failed", "retrying", "paused", "waiting", "cached", "cancelled")


def test_both_themes_have_the_same_tokens() -> None:
    assert DARK.keys() == LIGHT.keys()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("token", TEXT_TOKENS)
def test_text_reaches_4_5_to_1_on_cards(theme: str, token: str) -> None:
    tokens = THEMES[theme]  # type: ignore[index]
    assert contrast(tokens[token], tokens["card"]) >= 4.5


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("token", SHAPE_TOKENS)
def test_shapes_reach_3_to_1_on_cards_and_borders_on_the_canvas_too(theme: str, token: str) -> None:
    tokens = THEMES[theme]  # type: ignore[index]
    assert contrast(tokens[token], tokens["card"]) >= 3.0
    assert contrast(tokens[token], tokens["canvas"]) >= 3.0


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("status", STATUSES)
def test_text_on_a_status_fill_is_readable(theme: str, status: str) -> None:
    tokens = THEMES[theme]  # type: ignore[index]
    assert contrast(tokens["pill_text"], tokens[status]) >= 4.5


def test_no_category_is_red() -> None:
    assert "failed" not in CATEGORY_HUES.values()


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert mix("#FFFFFF", "#000000", 0.5) == "#808080"
