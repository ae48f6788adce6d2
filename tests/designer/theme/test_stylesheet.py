"""The style sheet is complete text for any set of tokens."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from floworch_designer.theme import Theme
from floworch_designer.theme.stylesheet import stylesheet
from floworch_designer.theme.tokens import DARK


def test_every_placeholder_is_filled_and_braces_match() -> None:
    images = dict.fromkeys(
        ("chevron", "chevron_up", "chevron_right", "chevron_left", "check", "close", "float"), "x.png"
    )
    text = stylesheet(DARK, images, '"Mono"')
    assert "$" not in text
    assert text.count("{") == text.count("}")
    assert DARK["accent"] in text


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_focus_is_seen_on_quiet_buttons(qtbot, theme) -> None:  # type: ignore[no-untyped-def]
    """Rows of the list of ports are such: arrows went through them unseen."""
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    buttons = [QPushButton(word) for word in ("one", "two")]
    for button in buttons:
        button.setProperty("kind", "quiet")
        layout.addWidget(button)
    page.setStyleSheet(Theme(theme).stylesheet())
    page.show()
    page.activateWindow()
    with qtbot.waitActive(page):
        pass
    buttons[0].setFocus()
    accent = QColor(Theme(theme).tokens["accent"])
    shown = [QColor(button.grab().toImage().pixel(button.width() // 2, 0)) for button in buttons]
    assert [color == accent for color in shown] == [True, False]
