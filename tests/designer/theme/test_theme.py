"""The theme dresses the whole application; every token and category has a colour."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from floworch.run.status import NodeStatus
from floworch_designer.theme import Theme, ui_font
from floworch_designer.theme.stylesheet import derived
from floworch_designer.theme.tokens import THEMES, contrast


@pytest.mark.parametrize("name", ["dark", "light"])
def test_applying_a_theme_leaves_no_placeholder_and_sets_the_bundled_font(qapp: QApplication, name: str) -> None:
    theme = Theme(name)  # type: ignore[arg-type]
    theme.apply(qapp)
    assert "$" not in theme.stylesheet()
    assert QFontInfo(qapp.font()).family() == "Inter"
    assert qapp.palette().window().color() == theme.color("panel")


@pytest.mark.usefixtures("qapp")
def test_the_bundled_weights_are_real() -> None:
    ui_font()
    assert {"Regular", "Medium", "SemiBold"} <= set(QFontDatabase.styles("Inter"))
    assert QFontInfo(ui_font(13, 600)).weight() == 600


@pytest.mark.parametrize("name", ["dark", "light"])
def test_text_stays_readable_on_derived_surfaces(name: str) -> None:
    tokens = THEMES[name]  # type: ignore[index]
    surfaces = derived(tokens)
    for surface in ("hover", "pressed", "selected", "field", "expression", "banner", "stripe"):
        assert contrast(tokens["text"], surfaces[surface]) >= 4.5, surface
    assert contrast(tokens["accent_text"], tokens["accent"]) >= 4.5


def test_colours_of_statuses_and_categories() -> None:
    theme = Theme("dark")
    assert theme.status_color(NodeStatus.FAILED).name().upper() == "#FF6B66"
    assert theme.status_color(None) == theme.color("border")
    assert theme.category_color("nobody knows") == theme.color("hue_slate")
    assert theme.color("text", 0.5).alpha() == 128
