"""The panels' additions to the style sheet."""

from __future__ import annotations

import pytest

from floworch_designer.app.style import panels_stylesheet
from floworch_designer.theme.theme import Theme


@pytest.mark.parametrize("name", ["dark", "light"])
def test_everything_is_filled_in_and_balanced(name, qapp):
    sheet = panels_stylesheet(Theme(name))
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert sheet.startswith(Theme(name).stylesheet()[:40])
