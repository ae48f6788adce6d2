"""PNG and PDF pictures of definitions."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QFontMetricsF, QImage

from floworch.errors import UsageError
from floworch.model.codec import loads
from floworch.model.pictures.labels import text_width
from floworch_designer.export import pictures
from floworch_designer.export.pictures import picture, write_picture
from floworch_designer.theme.fonts import load_fonts, ui_font

FLOW = loads(
    '{"id": "f", "name": "Pictures", "nodes": {"a": {"action": "util.log"}, "b": {"action": "data.set"}},'
    ' "edges": [{"from": "a", "to": "b"}]}'
)


def test_a_png_shows_the_cards(qapp, tmp_path):
    target = tmp_path / "flow.png"
    write_picture(FLOW, "png", target)
    image = QImage(str(target))
    assert (image.width(), image.text("Title")) == (2 * (2 * 216 + 84 + 64), "Pictures")
    colours = {image.pixelColor(x, 2 * (96 + 20)).name() for x in range(image.width())}
    assert {"#ffffff", "#f4f5f8", "#1f8a84"} <= colours, "cards, the ground and the tile of data.set"
    assert QColor("#000000").name() not in colours


def test_a_pdf_is_one_page_of_its_size(qapp):
    data = picture(FLOW, "pdf")
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 435" in data or b"/MediaBox [0 0 434" in data
    assert picture(FLOW, "svg").startswith(b"<svg ")


def test_the_words_are_of_the_bundled_typeface(qapp):
    """So that a picture is the same on every machine (designer.md section 3)."""
    fonts = set(re.findall(rb"/BaseFont /(?:[A-Z]+\+)?([A-Za-z]+)", picture(FLOW, "pdf")))
    assert fonts == {b"Inter"}
    assert "font-family:Inter,system-ui" in picture(FLOW, "svg").decode(), "who opens it may not have it"


@pytest.mark.parametrize("text", ["inputs.amount > 5", "WWW MMM", "otherwise", "a && b || [i] (l)", "größer", "{{x}}"])
def test_what_stands_on_edges_is_as_wide_as_the_picture_without_qt_thinks(qapp, text):
    load_fonts()
    measured = QFontMetricsF(ui_font(11, 500)).horizontalAdvance(text)
    assert measured <= text_width(text) <= 1.3 * measured


def test_a_picture_says_on_its_edges_what_the_canvas_does(qapp, monkeypatch):
    monkeypatch.setattr(pictures, "tr", lambda text: f"[{text}]")
    choice = loads(
        '{"id": "f", "nodes": {"q": {"action": "flow.if", "params": {"condition": "{{ a > 1 }}"}}, "z": {"action":'
        ' "util.log"}}, "edges": [{"from": "q", "port": "true", "to": "z"}, {"from": "q", "port": "false", "to": "z"}]}'
    )
    said = picture(choice, "svg").decode()
    assert ">a &gt; 1</text>" in said
    assert ">[otherwise]</text>" in said


def test_what_cannot_be_written_is_said_and_the_old_file_stays(qapp, tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        write_picture(FLOW, "png", tmp_path / "no" / "flow.png")
