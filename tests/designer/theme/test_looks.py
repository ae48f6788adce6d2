"""Tokens, style sheet, icons and status looks as tables: readable in both themes, complete, and understood by Qt."""

from __future__ import annotations

import colorsys
import json
import re
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from string import Template
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QTreeWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

import floworch_designer
from floworch.actions.registry import registry
from floworch.run.status import NodeStatus
from floworch_designer.theme import Theme, icon_names, icon_pixmap, look, mono_font, ui_font
from floworch_designer.theme import stylesheet as sheet
from floworch_designer.theme.icons import _ALIASES, _pixmap, draw_icon, icon, resolve
from floworch_designer.theme.statuses import HUMAN, IDLE, LOOKS, PAUSED, TIMED_OUT
from floworch_designer.theme.stylesheet import derived, stylesheet
from floworch_designer.theme.tokens import (
    CATEGORY_HUES,
    DARK,
    LIGHT,
    SHAPE_TOKENS,
    TEXT_TOKENS,
    THEMES,
    contrast,
    luminance,
    mix,
    rgb,
)

BOTH: Any = pytest.mark.parametrize("name", ["dark", "light"])
COLOR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")
SURFACES = ["card", "raised", "panel", "canvas"]
SOURCES = sorted(Path(floworch_designer.__file__).parent.rglob("*.py"))


def tokens_of(name: str) -> dict[str, str]:
    return dict(THEMES[name])  # type: ignore[index]


def theme_of(name: str) -> Theme:
    return Theme(name)  # type: ignore[arg-type]


# arithmetic


@given(COLOR, COLOR)
def test_contrast_is_symmetric_and_between_1_and_21(first: str, second: str) -> None:
    assert contrast(first, second) == contrast(second, first)
    assert 1.0 <= contrast(first, second) <= 21.0 + 1e-9
    assert contrast(first, first) == 1.0


@given(COLOR, COLOR, st.floats(0, 1))
def test_a_mix_lies_between_its_colours_channel_by_channel(over: str, under: str, share: float) -> None:
    made = rgb(mix(over, under, share))
    for value, a, b in zip(made, rgb(over), rgb(under), strict=True):
        assert min(a, b) <= value <= max(a, b)
    assert mix(over, under, 1.0) == over
    assert mix(over, under, 0.0) == under


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("#000000", "#FFFFFF", 21.0), ("#777777", "#FFFFFF", 4.48), ("#0000FF", "#FFFFFF", 8.59),
     ("#FF0000", "#FFFFFF", 4.0), ("#808080", "#000000", 5.32)],
)  # fmt: skip
def test_contrast_agrees_with_published_values(first: str, second: str, expected: float) -> None:
    assert contrast(first, second) == pytest.approx(expected, abs=0.01)


# tokens


@BOTH
def test_every_token_is_a_plain_colour_that_qt_reads_alike(name: str) -> None:
    for token, value in {**tokens_of(name), **derived(tokens_of(name))}.items():
        assert re.fullmatch(r"#[0-9A-F]{6}", value), token
        assert QColor(value).name().upper() == value


@BOTH
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("token", ["text", "text_secondary"])
def test_words_are_readable_on_every_surface(name: str, surface: str, token: str) -> None:
    tokens = tokens_of(name)
    assert contrast(tokens[token], tokens[surface]) >= 4.5


@BOTH
@pytest.mark.parametrize("surface", ["hover", "pressed", "selected", "field", "expression", "banner", "stripe"])
def test_secondary_words_stay_readable_on_mixed_surfaces(name: str, surface: str) -> None:
    tokens = tokens_of(name)
    assert contrast(tokens["text_secondary"], derived(tokens)[surface]) >= 4.5


@BOTH
@pytest.mark.parametrize("token", [token for token in TEXT_TOKENS if not token.startswith("text")])
def test_words_in_status_colours_are_readable_on_panels_and_on_the_canvas(name: str, token: str) -> None:
    tokens = tokens_of(name)
    assert contrast(tokens[token], tokens["panel"]) >= 4.5
    # 4.35 is what the table of the design rounds to 4.4 for skipped nodes in the light theme.
    assert contrast(tokens[token], tokens["canvas"]) >= 4.35


@BOTH
def test_the_main_button_is_readable_at_rest_and_hovered(name: str) -> None:
    tokens = tokens_of(name)
    assert contrast(tokens["accent_text"], tokens["accent"]) >= 4.5
    assert contrast(tokens["accent_text"], derived(tokens)["accent_hover"]) >= 4.0


@BOTH
def test_the_grid_is_faint_and_the_selection_is_no_status(name: str) -> None:
    tokens = tokens_of(name)
    assert 1.05 <= contrast(tokens["grid"], tokens["canvas"]) <= 1.6
    assert max(rgb(tokens["selection"])) - min(rgb(tokens["selection"])) <= 12
    assert contrast(tokens["selection"], tokens["canvas"]) >= 12


@BOTH
def test_surfaces_rise_from_the_canvas_to_the_card(name: str) -> None:
    tokens = tokens_of(name)
    assert luminance(tokens["canvas"]) < luminance(tokens["card"])
    assert (luminance(tokens["text"]) > luminance(tokens["card"])) is (name == "dark")


@BOTH
def test_no_two_statuses_share_a_colour_and_no_category_is_red(name: str) -> None:
    tokens = tokens_of(name)
    statuses = ["running", "success", "failed", "retrying", "paused", "waiting", "cached", "cancelled", "pending"]
    assert len({tokens[token] for token in statuses}) == len(statuses)
    for token in set(CATEGORY_HUES.values()):
        red, green, blue = (value / 255 for value in rgb(tokens[token]))
        hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
        assert not (saturation > 0.5 and (hue < 0.03 or hue > 0.97)), token


def test_the_tables_name_only_tokens_that_exist() -> None:
    assert set(TEXT_TOKENS) | set(SHAPE_TOKENS) | set(CATEGORY_HUES.values()) <= set(DARK)
    assert set(DARK) == set(LIGHT)
    assert not set(derived(DARK)) & set(DARK)
    assert set(derived(DARK)) == set(derived(LIGHT))


@pytest.mark.parametrize("action_id", sorted(registry.action_ids()))
def test_the_icon_of_every_action_is_visible_on_its_card(action_id: str) -> None:
    spec = registry.find_action(action_id)
    assert spec is not None
    for name in ("dark", "light"):
        theme = theme_of(name)
        assert contrast(theme.category_color(spec.category).name().upper(), theme.tokens["card"]) >= 3.0


CALL = re.compile(r"""\.color\(\s*["'](\w+)["']|tokens\[["'](\w+)["']\]""")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_token_that_the_window_asks_for_exists_in_both_themes(path: Path) -> None:
    known = [set(theme_of(name).tokens) | {"edge_faint", "failed_faint"} for name in ("dark", "light")]
    asked = {first or second for first, second in CALL.findall(path.read_text(encoding="utf-8"))}
    assert all(asked <= tokens for tokens in known)


# the style sheet


def names_in(text: str) -> set[str]:
    return {match[1] or match[2] for match in re.finditer(r"\$(?:(\w+)|\{(\w+)\})", text)}


def test_every_placeholder_of_the_style_sheet_is_a_token_a_mix_or_a_picture() -> None:
    source = sheet._BASE + sheet._MENUS + sheet._FIELDS + sheet._VIEWS
    pictures = {"chevron", "chevron_up", "chevron_right", "chevron_left", "check", "close", "float", "mono"}
    assert names_in(source) <= set(DARK) | set(derived(DARK)) | pictures
    assert set(derived(DARK)) <= names_in(source) | {"disabled", "field", "stripe"}
    assert Template(source).is_valid()


@BOTH
def test_every_rule_is_a_selector_and_declarations_with_a_value(name: str) -> None:
    pictures = ("chevron", "chevron_up", "chevron_right", "chevron_left", "check", "close", "float")
    text = stylesheet(tokens_of(name), dict.fromkeys(pictures, "x.png"), '"M"')
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", text)
    assert len(rules) > 80
    for selector, body in rules:
        assert selector.strip()
        for line in filter(None, (part.strip() for part in body.split(";"))):
            assert re.fullmatch(r"[\w-]+\s*:\s*\S[^:]*(?:://?\S+)?", line), (selector, line)
    assert not re.search(r"font-size: ([0-9]|10)px", text)


@pytest.mark.usefixtures("qapp")
@BOTH
def test_the_pictures_of_the_style_sheet_exist_in_both_densities(name: str) -> None:
    paths = {Path(found) for found in re.findall(r"url\(([^)]+)\)", theme_of(name).stylesheet())}
    assert len(paths) == 7
    for path in paths:
        assert QImage(str(path)).size() == QSize(16, 16)
        assert QImage(str(path.with_name(f"{path.stem}@2x.png"))).size() == QSize(32, 32)


KINDS: list[type[QWidget]] = [QLabel, QLineEdit, QPlainTextEdit, QPushButton, QComboBox, QDoubleSpinBox, QProgressBar]
KINDS += [QTabWidget, QTreeWidget]


@BOTH
def test_qt_reads_the_style_sheet_without_a_warning(qtbot: QtBot, qapp: QApplication, name: str) -> None:
    said: list[str] = []
    before = qInstallMessageHandler(lambda kind, _context, text: said.append(f"{kind}: {text}"))
    old = (qapp.styleSheet(), qapp.palette(), qapp.font())
    try:
        theme_of(name).apply(qapp)
        window = QWidget()
        qtbot.addWidget(window)
        layout = QVBoxLayout(window)
        for kind in KINDS:
            widget = kind()
            for key, value in (("kind", "primary"), ("role", "mono"), ("mode", "expression"), ("invalid", "true")):
                widget.setProperty(key, value)
            layout.addWidget(widget)
        window.show()
        window.grab()
    finally:
        qInstallMessageHandler(before)
        qapp.setStyleSheet("")
        qapp.setStyleSheet(old[0])
        qapp.setPalette(old[1])
        qapp.setFont(old[2])
    assert [line for line in said if "QtInfoMsg" not in line and "propagateSizeHints" not in line] == []
    assert QtMsgType.QtWarningMsg is not None


@pytest.mark.usefixtures("qapp")
@BOTH
def test_the_palette_is_readable_where_no_style_sheet_reaches(name: str) -> None:
    palette = theme_of(name).palette()
    pairs = [("WindowText", "Window"), ("Text", "Base"), ("ButtonText", "Button"), ("ToolTipText", "ToolTipBase"),
             ("HighlightedText", "Highlight"), ("Text", "AlternateBase"), ("Link", "Window")]  # fmt: skip
    for front, back in pairs:
        colors = [palette.color(getattr(QPalette.ColorRole, role)).name() for role in (front, back)]
        assert contrast(*colors) >= 4.5, (front, back)
    grey = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name()
    assert 2.0 <= contrast(grey, palette.color(QPalette.ColorRole.Base).name()) < 7.0


def test_a_theme_knows_its_colours_and_refuses_strangers() -> None:
    theme = Theme("light")
    assert not theme.dark
    assert theme.color("text") is theme.color("text")
    assert theme.color("text", 0.0).alpha() == 0
    assert theme.color("text", 0.5).name() == theme.color("text").name()
    with pytest.raises(KeyError):
        theme.color("no such token")


# icons


def outline(name: str, size: int = 24) -> bytes:
    made = icon_pixmap(name, "#FFFFFF", size).toImage().convertToFormat(QImage.Format.Format_Alpha8)
    return bytes(made.constBits())


@pytest.mark.usefixtures("qapp")
def test_no_two_icons_look_the_same() -> None:
    bodies: dict[str, str] = json.loads((files("floworch_resources") / "icons" / "icons.json").read_text("utf-8"))
    drawn = {name: outline(name) for name in icon_names()}
    alike = [(a, b) for a, b in combinations(drawn, 2) if drawn[a] == drawn[b] and bodies[a] != bodies[b]]
    assert alike == []


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", icon_names())
def test_every_icon_stays_inside_its_square_and_takes_its_colour(name: str) -> None:
    made = icon_pixmap(name, "#3366CC", 48).toImage()
    edge = [made.pixelColor(x, y).alpha() for x in range(48) for y in range(48) if x in (0, 47) or y in (0, 47)]
    assert max(edge) < 140
    solid = [made.pixelColor(x, y) for x in range(48) for y in range(48) if made.pixelColor(x, y).alpha() == 255]
    assert solid
    for color in solid:
        assert max(abs(a - b) for a, b in zip(color.getRgb()[:3], (0x33, 0x66, 0xCC), strict=True)) <= 2  # type: ignore[arg-type]


@pytest.mark.parametrize(("alias", "target"), sorted(_ALIASES.items()))
def test_synonyms_lead_to_drawn_icons(alias: str, target: str) -> None:
    assert target in icon_names()
    assert resolve(alias) in {alias, target}


@pytest.mark.parametrize(
    ("name", "category", "expected"),
    [("", "", "unknown"), ("", "data", "category-data"), ("data", "", "category-data"), ("x", "nothing", "unknown"),
     ("circuit_breaker", "", "circuit-breaker"), ("../../etc", "", "unknown"), ("PLAY", "", "unknown")],
)  # fmt: skip
def test_names_resolve_to_something_that_is_drawn(name: str, category: str, expected: str) -> None:
    assert resolve(name, category) == expected
    assert resolve(name, category) in icon_names()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", [12, 16, 32])
def test_pixmaps_have_the_density_that_was_asked_for_and_are_kept(size: int, ratio: float) -> None:
    made = icon_pixmap("play", "#FFFFFF", size, ratio)
    assert made.width() == round(size * ratio)
    assert made.devicePixelRatio() == ratio
    before = _pixmap.cache_info().hits
    icon_pixmap("play", QColor("#FFFFFF"), size, ratio)
    assert _pixmap.cache_info().hits == before + 1


@pytest.mark.usefixtures("qapp")
def test_a_disabled_icon_is_drawn_in_its_own_colour() -> None:
    made = icon("play", "#FFFFFF", 16, disabled="#555555")
    shown = {mode: made.pixmap(QSize(16, 16), 1.0, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)}
    assert shown[QIcon.Mode.Normal] != shown[QIcon.Mode.Disabled]
    assert callable(draw_icon)


# statuses


@pytest.mark.usefixtures("qapp")
@BOTH
@pytest.mark.parametrize("status", [None, *NodeStatus])
def test_a_status_has_a_word_a_colour_and_an_icon(name: str, status: NodeStatus | None) -> None:
    theme = theme_of(name)
    one = theme.status_look(status)
    assert one is look(status)
    assert one.label
    assert theme.status_color(status).name().upper() == theme.tokens[one.color]
    assert theme.status_icon(status).isNull() is (status is None)


def test_the_words_of_statuses_are_all_different() -> None:
    labels = [one.label for one in (IDLE, PAUSED, TIMED_OUT, HUMAN, *LOOKS.values())]
    assert len(set(labels)) == len(labels)
    assert all(one.width in {1.0, 2.0} and 0.5 <= one.opacity <= 1.0 for one in LOOKS.values())


# fonts


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("text", ["0123456789", "1111111111", "8888888888"])
def test_tabular_figures_are_equally_wide(text: str) -> None:
    metrics = QFontMetricsF(ui_font(11, 400, tabular=True))
    assert metrics.horizontalAdvance(text) == pytest.approx(10 * metrics.horizontalAdvance("0"), abs=0.5)


@pytest.mark.usefixtures("qapp")
def test_fonts_are_made_once_and_code_is_monospaced() -> None:
    assert ui_font(13, 600) is ui_font(13, 600)
    assert ui_font(13, 600).weight() == QFont.Weight.DemiBold
    metrics = QFontMetricsF(mono_font(12))
    assert metrics.horizontalAdvance("iiii") == pytest.approx(metrics.horizontalAdvance("WWWW"), abs=0.5)
