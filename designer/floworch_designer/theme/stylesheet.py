"""The style sheet of the whole window, made from tokens: calm surfaces, one accent, 6 px radii, a 4 px rhythm.

Widgets ask for a variant with dynamic properties: ``QPushButton[kind="primary"|"danger"|"quiet"|"picture"]``,
``QLabel[role="title"|"heading"|"secondary"|"caption"|"mono"|"error"|"warning"]``,
``QFrame[role="card"|"banner"|"toolbar"|"line"]``, ``QLineEdit[mode="expression"]``, ``[invalid="true"]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from typing import TYPE_CHECKING

from floworch_designer.theme.tokens import mix

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_BASE = """
* { outline: none; }
QWidget { color: $text; font-family: "Inter"; font-size: 13px; selection-background-color: $selected;
          selection-color: $text; }
QMainWindow, QDialog, QMessageBox { background: $panel; }
QMessageBox QLabel#qt_msgbox_label { font-weight: 600; }
QMessageBox QLabel#qt_msgbox_informativelabel { color: $text_secondary; }
QMainWindow::separator { background: $divider; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QToolTip { background: $raised; color: $text; border: 1px solid $outline; padding: 5px 8px; }
QFrame[role="card"] { background: $card; border: 1px solid $divider; border-radius: 8px; }
QFrame[role="banner"] { background: $banner; border: 1px solid $divider; border-radius: 8px; }
QFrame[role="banner"][called="true"] { border: 2px solid $accent; }
QFrame[role="toolbar"] { background: $card; border: 1px solid $divider; border-radius: 10px; }
QFrame[role="line"] { background: $divider; border: none; max-height: 1px; min-height: 1px; }
QLabel { background: transparent; }
QLabel[role="title"] { font-size: 15px; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="secondary"] { color: $text_secondary; }
QLabel[role="caption"] { color: $text_secondary; font-size: 11px; }
QLabel[role="mono"] { font-family: $mono; font-size: 12px; }
QLabel[role="error"] { color: $failed; font-size: 12px; }
QLabel[role="warning"] { color: $retrying; font-size: 12px; }
QStatusBar { background: $panel; color: $text_secondary; border-top: 1px solid $divider; }
QStatusBar::item { border: none; }
QSplitter::handle { background: $divider; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
"""

_MENUS = """
QMenuBar { background: $panel; border-bottom: 1px solid $divider; padding: 2px 4px; }
QMenuBar::item { padding: 5px 10px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $card; border: 1px solid $outline; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 5px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $divider; margin: 5px 8px; }
QMenu::icon { padding-left: 8px; }
QToolBar { background: $panel; border: none; border-bottom: 1px solid $divider; spacing: 4px; padding: 5px 8px; }
QToolBar[role="activity"] { border-bottom: none; border-right: 1px solid $divider; padding: 6px 3px; }
QToolBar[role="activity"] QToolButton { padding: 6px; }
QToolBar::separator { background: $divider; width: 1px; margin: 5px 6px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 5px 8px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QToolButton:checked { background: $selected; }
QToolButton:focus { border: 1px solid $accent; }
QToolButton:disabled { color: $disabled; }
QToolButton[popupMode="1"] { padding-right: 20px; }
QToolButton::menu-button { border: none; width: 18px; border-radius: 6px; }
QToolButton::menu-indicator { image: none; }
QPushButton { background: $raised; border: 1px solid $outline; border-radius: 6px; padding: 6px 14px;
              font-weight: 500; min-height: 16px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $disabled; border-color: $divider; background: transparent; }
QPushButton[kind="primary"] { background: $accent; color: $accent_text; border: 1px solid $accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 1px solid $text; }
QPushButton[kind="primary"]:disabled { background: $hover; color: $disabled; border-color: $hover; }
QPushButton[kind="danger"] { color: $failed; border-color: $failed; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="picture"] { padding: 6px 8px; }
"""

_FIELDS = """
QLineEdit, QTextEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateTimeEdit, QKeySequenceEdit {
    background: $field; border: 1px solid $outline; border-radius: 6px; padding: 5px 8px; min-height: 18px; }
QPlainTextEdit, QTextEdit { padding: 4px 6px; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover {
    border-color: $border; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border-color: $accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    color: $disabled; background: transparent; border-color: $divider; }
QLineEdit[locked="true"], QPlainTextEdit[locked="true"] { color: $text_secondary; background: transparent;
    border-color: $divider; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QSpinBox[invalid="true"], QComboBox[invalid="true"] {
    border-color: $failed; }
QLineEdit[mode="expression"], QPlainTextEdit[mode="expression"] { font-family: $mono; font-size: 12px;
    background: $expression; }
QPlainTextEdit[role="mono"], QTextEdit[role="mono"] { font-family: $mono; font-size: 12px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url($chevron); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $card; border: 1px solid $outline; padding: 4px; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button {
    border: none; width: 18px; background: transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url($chevron_up); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url($chevron); width: 10px; height: 10px; }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid $border;
    background: $field; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($check); }
QRadioButton::indicator:checked { background: $accent_text; border: 5px solid $accent; width: 8px; height: 8px; }
QCheckBox::indicator:focus, QCheckBox::indicator:hover { border-color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QRadioButton::indicator:disabled { background: transparent; border-color: $divider; }
QSlider::groove:horizontal { height: 4px; background: $divider; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $text; }
QProgressBar { background: $divider; border: none; border-radius: 3px; height: 6px; text-align: center; }
QProgressBar::chunk { background: $running; border-radius: 3px; }
QGroupBox { border: 1px solid $divider; border-radius: 8px; margin-top: 18px; padding: 12px; }
QGroupBox::title { subcontrol-origin: margin; left: 4px; color: $text_secondary; font-weight: 600; }
"""

_VIEWS = """
QScrollArea, QGraphicsView { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QAbstractItemView { background: transparent; border: none; alternate-background-color: $stripe; }
QAbstractItemView[role="suggestions"] { background: $card; border: 1px solid $outline; padding: 4px; }
QAbstractItemView::item { padding: 5px 6px; border-radius: 5px; }
QTreeView[role="suggestions"] { show-decoration-selected: 1; }
QTreeView[role="suggestions"]::item { border-radius: 0; }
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $selected; color: $text; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:closed { image: url($chevron_right); }
QTreeView::branch:has-children:open { image: url($chevron); }
QTableView { gridline-color: $divider; }
QHeaderView { background: transparent; }
QHeaderView::section { background: transparent; color: $text_secondary; border: none; font-size: 11px; font-weight: 600;
    border-bottom: 1px solid $divider; padding: 6px 8px; }
QTableCornerButton::section { background: transparent; border: none; }
QTabWidget::pane { border: none; border-top: 1px solid $divider; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $text_secondary; padding: 8px 12px; border: none;
    border-bottom: 2px solid transparent; font-weight: 500; }
QMainWindow > QTabBar::tab { padding: 8px 9px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { background: $hover; }
QTabBar::tear { width: 0px; border: none; image: none; }
QTabBar QToolButton::left-arrow { image: url($chevron_left); width: 12px; height: 12px; }
QTabBar QToolButton::right-arrow { image: url($chevron_right); width: 12px; height: 12px; }
QTabBar::close-button { image: url($close); width: 12px; height: 12px; }
QDockWidget { titlebar-close-icon: url($close); titlebar-normal-icon: url($float); font-weight: 600; }
QDockWidget::title { background: $panel; padding: 9px 12px; text-align: left; border-bottom: 1px solid $divider; }
QDockWidget::close-button, QDockWidget::float-button { border: none; background: transparent; padding: 2px;
    border-radius: 4px; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $hover; }
QDockWidget > QWidget { background: $panel; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 11px; }
QScrollBar:horizontal { height: 11px; }
QScrollBar::handle { background: $scroll; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $border; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; width: 0;
    height: 0; border: none; }
"""


def derived(tokens: Mapping[str, str]) -> dict[str, str]:
    """Surface colours that are mixed from tokens: hover, pressed, selected, field and their like."""
    light = tokens["panel"] > "#800000"
    return {
        "hover": mix(tokens["text"], tokens["panel"], 0.07),
        "pressed": mix(tokens["text"], tokens["panel"], 0.12),
        "selected": mix(tokens["accent"], tokens["panel"], 0.16 if light else 0.26),
        "outline": mix(tokens["border"], tokens["panel"], 0.45),
        "field": tokens["card"] if light else mix(tokens["canvas"], tokens["panel"], 0.6),
        "expression": mix(tokens["hue_violet"], tokens["card"] if light else tokens["canvas"], 0.10),
        "disabled": mix(tokens["text_secondary"], tokens["panel"], 0.55),
        "stripe": mix(tokens["text"], tokens["panel"], 0.03),
        "scroll": mix(tokens["border"], tokens["panel"], 0.45),
        "banner": mix(tokens["accent"], tokens["panel"], 0.10),
        "accent_hover": mix("#FFFFFF", tokens["accent"], 0.14),
    }


def stylesheet(tokens: Mapping[str, str], images: Mapping[str, str], mono: str) -> str:
    """The style sheet text.

    Args:
        tokens: Colours by token, as in ``tokens.THEMES``.
        images: Paths of the small pictures ``chevron chevron_up chevron_right chevron_left check close float``.
        mono: Families of the monospaced font as they are written in a style sheet.
    """
    values = {**tokens, **derived(tokens), **images, "mono": mono}
    return Template(_BASE + _MENUS + _FIELDS + _VIEWS).substitute(values)


def wear(widget: QWidget, sheet: str) -> None:
    """Give a widget a style sheet of its own, unless it has it: Qt lays everything out again even for the same one."""
    if widget.styleSheet() != sheet:
        widget.setStyleSheet(sheet)
