"""Chips fit the card: what does not is counted."""

from __future__ import annotations

from typing import Any

import pytest

from floworch_designer.canvas.cache import render
from floworch_designer.canvas.content import Chip, Content
from floworch_designer.canvas.geometry import card_shape
from floworch_designer.canvas.items.card import (
    fit_chips,
    ground,
    paint_card,
    paint_ground,
    paint_words,
    tile_top,
    title_lines,
)
from floworch_designer.theme import Theme


def content(title: str, **more: Any) -> Content:
    usual = {"subtitle": "does it", "icon": "category-data", "category": "utility", "known": True, "chips": (),
             "more": 0, "disabled": False, "breakpoint": False, "pinned": False, "noted": False}  # fmt: skip
    return Content(title=title, **{**usual, **more})


pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("length", [1, 6, 12, 30])
def test_chips_never_leave_the_card(length: int) -> None:
    chips = tuple(Chip("retry", "m" * length) for _ in range(3))
    widths, rest = fit_chips(chips, 1, 192.0)
    assert len(widths) + rest == 4
    assert sum(widths) + 4 * (len(widths) - 1) <= 192.0


def test_the_icon_is_centred_unless_chips_or_rows_need_the_space() -> None:
    plain, rows = card_shape(("out",)), card_shape(("a", "b"))
    assert tile_top(plain, False) == 20
    assert tile_top(plain, True) == tile_top(rows, False) == 12


def test_cards_whose_ground_is_equal_differ_in_words_only(qapp: Any, theme: Theme) -> None:
    plain = content("One", chips=(Chip("retry", "3×"),))
    other = content("Another title", chips=(Chip("timeout", "30s"), Chip("retry", "3×")), noted=True)
    shape = card_shape(("out",), (), True)
    assert ground(plain, shape) == ground(other, shape)
    differing = [content("One"), content("One", icon="x"), content("One", disabled=True), content("One", inside=3),
                 content("One", known=False), content("One", category="data")]  # fmt: skip
    assert len({ground(each, shape) for each in [plain, *differing]}) == 1 + len(differing)
    for each in (plain, other, *differing):
        whole = render(1.0, (240, 96), 1.0, lambda p, each=each: paint_card(p, theme, each, shape))
        below = render(1.0, (240, 96), 1.0, lambda p, each=each: paint_ground(p, theme, each, shape))
        upon = render(1.0, (240, 96), 1.0, lambda p, each=each: paint_words(p, theme, each, shape), below)
        assert upon.toImage() == whole.toImage()


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("List files", ["List files"]),
        ("Choose folders", ["Choose", "folders"]),
        ("Publish the report?", ["Publish the", "report?"]),
        ("A very long title of a step that never ends", 2),
        ("Donaudampfschifffahrt", 1),
    ],
)
def test_from_afar_a_title_that_does_not_fit_has_two_lines(qtbot, title: str, lines: list[str] | int) -> None:
    """Cut in its middle it said "Choo…ders"; the second line, which nobody could read any more, gives its room."""
    made = title_lines(title, 126.0, 148.0, 19)
    if isinstance(lines, list):
        assert list(made) == lines
    else:
        assert len(made) == lines
        assert "…" in made[-1]
