"""The bundled Inter typeface: loaded once, asked for by role, so that pictures look the same on every machine."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtGui import QFont, QFontDatabase

FAMILY = "Inter"
MONO_FAMILIES = ("JetBrains Mono", "Cascadia Mono", "SF Mono", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")
_FILES = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf")


@cache
def load_fonts() -> bool:
    """Register the bundled fonts with Qt; needs a QGuiApplication. Returns whether all of them were accepted."""
    folder = files("floworch_resources") / "fonts"
    numbers = [QFontDatabase.addApplicationFontFromData((folder / name).read_bytes()) for name in _FILES]
    return min(numbers) >= 0


@cache
def ui_font(pixels: int = 13, weight: int = 400, tabular: bool = False) -> QFont:
    """The interface font.

    Args:
        pixels: Height in logical px; never below 11 on screen.
        weight: 400, 500 or 600.
        tabular: Figures of equal width, for times and counts that change in place.
    """
    load_fonts()
    font = QFont(FAMILY)
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def mono_font(pixels: int = 12) -> QFont:
    """The font of code, expressions and logs."""
    font = QFont()
    font.setFamilies(list(MONO_FAMILIES))
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(pixels)
    return font
