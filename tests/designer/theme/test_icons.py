"""Icons: every outline draws something, unknown names fall back."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage

from floworch_designer.theme.icons import icon, icon_names, icon_pixmap, program_icon, resolve
from floworch_designer.theme.tokens import CATEGORY_HUES


def ink(image: QImage) -> int:
    return sum(1 for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() > 40)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", icon_names())
def test_every_icon_draws_a_readable_shape(name: str) -> None:
    drawn = ink(icon_pixmap(name, "#FFFFFF", 24).toImage())
    assert 4 < drawn < 24 * 24 * 0.9


def test_unknown_names_fall_back_to_the_category_and_then_to_a_question_mark() -> None:
    assert resolve("no-such-icon", "files") == "category-files"
    assert resolve("rate_limit") == "rate-limit"
    assert resolve("no-such-icon", "no-such-category") == "unknown"
    assert all(resolve("", category) == f"category-{category}" for category in CATEGORY_HUES)


@pytest.mark.usefixtures("qapp")
def test_an_icon_comes_in_both_densities_and_greyed() -> None:
    made = icon("play", "#FFFFFF", 16, disabled="#555555")
    assert {size.width() for size in made.availableSizes()} == {16, 32}


@pytest.mark.usefixtures("qapp")
def test_the_program_has_an_icon_for_window_lists_and_task_switchers() -> None:
    sizes = sorted(size.width() for size in program_icon().availableSizes())
    assert (sizes[0], sizes[-1]) == (16, 256)
    assert ink(program_icon().pixmap(16, 16).toImage()) > 60
