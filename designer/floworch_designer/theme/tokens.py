"""Colour and size tokens of both themes, as plain data: nothing here needs Qt.

Every text-grade colour keeps a contrast of at least 4.5 : 1 on a card and every border at least 3 : 1; the tests
compute it.
"""

from __future__ import annotations

from typing import Final, Literal

ThemeName = Literal["dark", "light"]

DARK: Final[dict[str, str]] = {
    "canvas": "#15171C",
    "grid": "#262A33",
    "card": "#23272F",
    "raised": "#2B303A",
    "panel": "#1B1E24",
    "border": "#6B7585",
    "divider": "#333944",
    "text": "#E9ECF1",
    "text_secondary": "#AAB3C0",
    "edge": "#7F8A9B",
    "edge_active": "#C9D2DF",
    "selection": "#F2F5FA",
    "running": "#4CA3FF",
    "success": "#3FBF6A",
    "failed": "#FF6B66",
    "retrying": "#F0A52B",
    "paused": "#E6C229",
    "waiting": "#B08CFF",
    "cached": "#2FC6C6",
    "cancelled": "#F07CB0",
    "pending": "#94A0B0",
    "skipped": "#8A94A3",
    "pill_text": "#10131A",
    "accent": "#4CA3FF",
    "accent_text": "#10131A",
    "hue_blue": "#5B8DEF",
    "hue_teal": "#2BA8A0",
    "hue_green": "#5FA85A",
    "hue_amber": "#C98A2B",
    "hue_violet": "#9076E0",
    "hue_pink": "#C76AA0",
    "hue_slate": "#7C8797",
}

LIGHT: Final[dict[str, str]] = {
    "canvas": "#F4F5F8",
    "grid": "#DDE1E8",
    "card": "#FFFFFF",
    "raised": "#F7F8FA",
    "panel": "#FBFCFD",
    "border": "#7C8797",
    "divider": "#DDE1E8",
    "text": "#1A1E26",
    "text_secondary": "#535D6B",
    "edge": "#687485",
    "edge_active": "#2B3442",
    "selection": "#1A1E26",
    "running": "#0B66D8",
    "success": "#177A3B",
    "failed": "#C7262B",
    "retrying": "#A65B00",
    "paused": "#7A6200",
    "waiting": "#7442D6",
    "cached": "#0B7A80",
    "cancelled": "#B3266F",
    "pending": "#5F6B7A",
    "skipped": "#687485",
    "pill_text": "#FFFFFF",
    "accent": "#0B66D8",
    "accent_text": "#FFFFFF",
    "hue_blue": "#3B6FD6",
    "hue_teal": "#1F8A84",
    "hue_green": "#47883F",
    "hue_amber": "#96691B",
    "hue_violet": "#7558CC",
    "hue_pink": "#A94F87",
    "hue_slate": "#5F6B7A",
}

THEMES: Final[dict[ThemeName, dict[str, str]]] = {"dark": DARK, "light": LIGHT}

#: Hue token of each action category. Red is never a category: it means failed.
CATEGORY_HUES: Final[dict[str, str]] = {
    "trigger": "hue_amber",
    "data": "hue_teal",
    "files": "hue_amber",
    "http": "hue_blue",
    "database": "hue_violet",
    "messaging": "hue_pink",
    "code": "hue_green",
    "flow": "hue_blue",
    "human": "hue_pink",
    "ai": "hue_violet",
    "utility": "hue_slate",
    "python": "hue_green",
}

#: Hues of notes and frames by the name a file holds; only ever laid thinly over the canvas.
AREA_HUES: Final[dict[str, str]] = {
    "yellow": "#F2B400",
    "blue": "#3B82F6",
    "teal": "#14B8A6",
    "green": "#4CAF50",
    "violet": "#8B5CF6",
    "pink": "#EC4899",
    "grey": "#7A8699",
}

#: Text-grade tokens: at least 4.5 : 1 on ``card`` in both themes.
TEXT_TOKENS: Final = (
    "text", "text_secondary", "running", "success", "failed", "retrying", "paused", "waiting", "cached",
    "cancelled", "pending", "skipped",
)  # fmt: skip

#: Tokens of shapes: at least 3 : 1 on ``card`` in both themes.
SHAPE_TOKENS: Final = (
    "border", "edge", "edge_active", "selection", "hue_blue", "hue_teal", "hue_green", "hue_amber", "hue_violet",
    "hue_pink", "hue_slate",
)  # fmt: skip


def rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of ``#RRGGBB``."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """Relative luminance of ``#RRGGBB`` by WCAG 2, from 0 (black) to 1 (white)."""
    channels = []
    for value in rgb(color):
        share = value / 255.0
        channels.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two colours, from 1 to 21."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(over: str, under: str, share: float) -> str:
    """The colour of ``over`` laid on ``under`` with an opacity of ``share`` (0 to 1), as ``#RRGGBB``."""
    parts = [round(a * share + b * (1.0 - share)) for a, b in zip(rgb(over), rgb(under), strict=True)]
    return "#{:02X}{:02X}{:02X}".format(*parts)
