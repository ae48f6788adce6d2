"""Markdown of questions (actions.md: the question of human.approve is Markdown): read as such, and harmless."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument

from floworch_designer.app.widgets.marked import literal, marked, unmarked


def shown(text):
    """The document of a label with this Markdown."""
    document = QTextDocument()
    document.setMarkdown(text)
    return document


def test_words_keep_their_weight_and_lists_their_points(qapp):
    text = marked("Send **5** euro?\n\n- to Ada\n- today")
    assert "**5**" in text
    assert shown(text).toPlainText() == "Send 5 euro?\nto Ada\ntoday"
    assert unmarked("Send **5** euro to `ada`?") == "Send 5 euro to ada?"


def test_a_heading_is_no_larger_than_the_title_above_it(qapp):
    assert marked("# Release\nToday?").startswith("**Release**")


@pytest.mark.parametrize("text", ["![x](file:///etc/hostname)", "<img src='file:///etc/hostname'> a", "<b>a</b>"])
def test_pictures_and_html_are_not_read(qapp, text):
    html = shown(marked(text)).toHtml()
    assert "<img" not in html
    assert "<b>" not in html
    assert "font-weight:700" not in html
    assert shown(marked("<b>a</b> c")).toPlainText() == "<b>a</b> c"


def test_plain_words_stay_as_they_are(qapp):
    words = "a*b*c _d_ <e> [f](g) #h 1. - i `j`"
    assert shown(literal(words)).toPlainText() == words
