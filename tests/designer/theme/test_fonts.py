"""Bundled fonts: tabular figures have equal width, and the licence lies beside them."""

from __future__ import annotations

from importlib.resources import files

import pytest
from PySide6.QtGui import QFontMetricsF

from floworch_designer.theme.fonts import load_fonts, mono_font, ui_font


@pytest.mark.usefixtures("qapp")
def test_times_do_not_jump_because_figures_are_equally_wide() -> None:
    assert load_fonts()
    metrics = QFontMetricsF(ui_font(11, 400, tabular=True))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")
    assert mono_font(12).pixelSize() == 12


def test_the_licence_of_the_typeface_is_shipped() -> None:
    text = (files("floworch_resources") / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL Open Font License" in text
