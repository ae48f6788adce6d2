"""The panels' additions to the theme's style sheet."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from string import Template

from floworch_designer.theme.icons import icon_pixmap
from floworch_designer.theme.theme import Theme
from floworch_designer.theme.tokens import mix

_TEXT = """
QLabel[role="field"] { font-size: 12px; font-weight: 500; color: $text; }
QLabel[role="keys"] { color: $text_secondary; font-size: 11px; background: $raised; border: 1px solid $divider;
    border-radius: 4px; padding: 1px 6px; }
QLabel[role="chip"] { color: $text_secondary; font-size: 11px; background: $raised; border-radius: 8px;
    padding: 1px 7px; }
QToolButton[role="fx"] { font-size: 11px; font-style: italic; color: $text_secondary; padding: 0px 6px;
    border-radius: 4px; min-height: 16px; }
QToolButton[role="fx"]:checked { background: $expression_strong; color: $text; }
QToolButton[role="fx"]:disabled, QToolButton[role="row"]:disabled, QToolButton[role="browse"]:disabled {
    color: $disabled; }
QToolButton[role="fx"]:checked:disabled { background: $hover; color: $disabled; }
QToolButton[role="badge"], QToolButton[role="badge"]:disabled { font-size: 11px; color: $text_secondary;
    border: none; background: transparent; padding: 0; min-width: 44px; max-width: 44px; }
QToolButton[role="row"] { padding: 3px 4px; border-radius: 4px; color: $text_secondary; }
QToolButton[role="strip"] { padding: 2px 6px; border-radius: 4px; color: $text_secondary; font-size: 11px; }
QToolButton[role="section"] { font-weight: 600; font-size: 12px; text-align: left; padding: 6px 4px 6px 0px;
    border: none; border-top: 1px solid $divider; border-radius: 0; color: $text; }
QToolButton[role="section"]:checked { background: transparent; }
QToolButton[role="section"]:hover { color: $accent; }
QToolButton[role="section"]:focus { color: $accent; }
QToolButton[role="segment"] { padding: 3px 10px; font-size: 12px; color: $text_secondary; }
QToolButton[role="segment"]:checked { background: $selected; color: $text; }
QPushButton[kind="fix"][role="small"] { padding: 0px 8px; font-size: 11px; min-height: 16px; max-height: 16px; }
QPushButton[kind="fix"] { padding: 2px 10px; font-size: 12px; min-height: 16px; color: $accent; }
QPushButton[role="add"] { padding: 3px 8px 3px 0px; color: $accent; font-weight: 500; text-align: left;
    font-size: 12px; }
QPushButton[role="add"]:hover { background: transparent; color: $text; }
QPushButton[role="add"]:disabled, QPushButton[kind="fix"]:disabled { color: $disabled; }
QToolButton[role="browse"] { background: $raised; border: 1px solid $outline; padding: 5px 7px; }
QToolButton[role="browse"]:hover { background: $hover; }
QToolButton[role="browse"]:focus { border: 1px solid $accent; }
QFrame[role="popup"] { background: $card; border: 1px solid $outline; border-radius: 0; }
QPlainTextEdit[role="passage"], QPlainTextEdit[role="passage"]:hover, QPlainTextEdit[role="passage"]:focus {
    background: transparent; border: none; border-radius: 0; padding: 0; min-height: 0; }
QTextBrowser[role="page"], QTextBrowser[role="page"]:hover, QTextBrowser[role="page"]:focus {
    background: transparent; border: none; border-radius: 0; padding: 0; }
QFrame[role="error-box"] { background: $error_fill; border: 1px solid $error_line; border-radius: 8px; }
QFrame[role="banner"][level="error"] { background: $error_fill; border-color: $error_line; }
QFrame[role="banner"][level="warning"] { background: $warning_fill; border-color: $warning_line; }
QFrame[role="banner"][level="waiting"] { background: $waiting_fill; border-color: $waiting_line; }
QFrame[role="banner"][called="true"] { border-color: $accent; }
QToolBar[role="run"] { padding: 0; margin: 0; spacing: 0; border: none; }
QFrame[role="runbar"] { background: $panel; border: none; border-bottom: 1px solid $divider; }
QFrame[role="operator"] { background: $canvas; border: none; }
QPushButton[kind="run"] { background: transparent; border: 1px solid transparent; padding: 0;
    min-height: 30px; max-height: 30px; }
QPushButton[kind="run"]:hover { background: $hover; }
QPushButton[kind="run"]:focus { border: 1px solid $accent; }
QPushButton[kind="run"][shown="true"] { background: $selected; }
QProgressBar[role="run"] { background: $hover; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }
QProgressBar[role="run"]::chunk { background: $accent; border-radius: 3px; }
QFrame[role="scrubber"] { background: $panel; border: none; border-top: 1px solid $divider; }
QLabel[role="run-status"] { font-weight: 600; }
QToolButton[role="run"] { background: $accent; color: $accent_text; font-weight: 600; padding: 6px 14px 6px 10px; }
QToolButton[role="run"]:hover { background: $accent_hover; }
QToolButton[role="run"]:disabled { background: $hover; color: $disabled; }
QToolButton[role="run"][popupMode="1"] { padding-right: 28px; }
QToolButton[role="run"]::menu-button { border-left: 1px solid $split; border-radius: 0; width: 20px; }
QToolButton[role="run"]::menu-button:disabled { border-left: 1px solid $divider; }
QToolButton[role="run"]::menu-arrow { image: url($chevron_run); width: 10px; height: 10px; }
QToolButton::menu-arrow { image: url($chevron_plain); width: 10px; height: 10px; }
QFrame[role="tabs"] { background: $panel; border: none; border-bottom: 1px solid $divider; }
QTabBar[role="pages"]::tab { padding: 8px 2px; }
QTabBar[role="pages"] QToolButton { background: $panel; border: none; border-radius: 0; padding: 0; }
QTabBar[role="pages"]::scroller { width: 36px; }
QTabBar[role="documents"]::tab { padding: 7px 4px 7px 12px; border-right: 1px solid $divider;
    min-width: 86px; max-width: 220px; }
QTabBar[role="documents"]::tab:selected { background: $canvas; }
QFrame[role="vline"] { background: $divider; }
QWidget[role="dock-title"] { border-bottom: 1px solid $divider; background: $panel; }
QLabel[role="empty-title"] { font-size: 16px; font-weight: 600; color: $text; }
QTreeView { border: 1px solid $divider; border-radius: 6px; }
QTreeWidget { border: none; }
QTreeView[role="plain"] { border: none; show-decoration-selected: 1; }
QTreeView[role="plain"]::item { padding: 4px 2px; border-radius: 0; }
QTreeView[role="plain"]::branch:selected { background: $selected; }
QFrame[role="card"]:focus { border: 1px solid $accent; }
QTreeWidget::item { padding: 5px 6px; }
QDialog QScrollArea { background: $panel; }
"""


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="floworch-panels-"))


@cache
def _picture(name: str, color: str) -> str:
    """A small picture as a file, which is the only way a style sheet can name one; its twin is for dense screens."""
    path = _folder() / f"{name}-{color.lstrip('#')}.png"
    icon_pixmap(name, color, 16, 1.0).save(str(path))
    icon_pixmap(name, color, 16, 2.0).save(str(path.with_name(f"{path.stem}@2x.png")))
    return path.as_posix()


def panels_stylesheet(theme: Theme) -> str:
    """The whole style sheet of the window: the theme's own and what the panels add."""
    tokens = theme.tokens
    panel = tokens["panel"]
    values = {
        **tokens,
        "expression_strong": mix(tokens["hue_violet"], panel, 0.35),
        "error_fill": mix(tokens["failed"], panel, 0.10),
        "error_line": mix(tokens["failed"], panel, 0.45),
        "warning_fill": mix(tokens["retrying"], panel, 0.10),
        "warning_line": mix(tokens["retrying"], panel, 0.45),
        "waiting_fill": mix(tokens["waiting"], panel, 0.12),
        "waiting_line": mix(tokens["waiting"], panel, 0.45),
        "split": mix(tokens["accent_text"], tokens["accent"], 0.35),
    }
    values["chevron_run"] = _picture("chevron-down", tokens["accent_text"])
    values["chevron_plain"] = _picture("chevron-down", tokens["text_secondary"])
    return theme.stylesheet() + Template(_TEXT).substitute(values)
