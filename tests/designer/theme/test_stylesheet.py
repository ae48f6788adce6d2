"""The style sheet is complete text for any set of tokens."""

from __future__ import annotations

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
