"""Notes: Markdown without HTML and without pictures from the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTextDocument

from floworch_designer.canvas.decor import NoteBox
from floworch_designer.canvas.items.note import NoteText, height_for, hue_of, paint_note, text_of
from floworch_designer.document.decor import COLORS, Note
from floworch_designer.theme import Theme
from floworch_designer.theme.tokens import AREA_HUES, contrast, mix


def painted(text: str, theme: Theme, detailed: bool = True) -> QImage:
    image = QImage(260, 160, QImage.Format.Format_RGB32)
    image.fill(theme.color("canvas"))
    painter = QPainter(image)
    paint_note(painter, theme, NoteBox("note:n", Note("n", text, (10, 10))), detailed)
    painter.end()
    return image


def test_a_note_shows_its_text_and_from_afar_its_sheet_alone(qapp: object) -> None:
    theme = Theme("dark")
    assert painted("text", theme) != painted("", theme) != painted("", theme, False)
    assert painted("text", theme, False) == painted("other", theme, False)
    assert painted("\n\n".join(["line"] * 40), theme) != painted("\n\n".join(["line"] * 4), theme)


def test_html_is_text_and_pictures_are_never_read(qapp: object, tmp_path: Path) -> None:
    picture = tmp_path / "secret.png"
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    image.save(str(picture))
    made = NoteText(f"![x]({picture.as_uri()}) <img src='{picture}'> <b>no</b>", 200, "#000000")
    assert made.resource(QTextDocument.ResourceType.ImageResource.value, picture.as_uri()) is None
    assert "<b>no</b>" in made.toPlainText()


def test_the_height_of_a_text_and_its_whole_lines(qapp: object) -> None:
    short, long = Note("a", "one", (0, 0)), Note("b", "\n\n".join(["line"] * 30), (0, 0))
    assert height_for(short) < 60
    assert height_for(long) > 400
    text = text_of(long.text, 212)
    assert 0 < text.fitting(50) <= 50
    assert text.fitting(5) == 0
    assert QRectF(0, 0, 212, text.size().height()).height() >= text.fitting(10_000)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("color", COLORS)
def test_text_on_a_note_can_be_read(theme: str, color: str) -> None:
    tokens = Theme("dark" if theme == "dark" else "light").tokens
    sheet = mix(hue_of(color), tokens["canvas"], 0.13 if theme == "dark" else 0.17)
    assert contrast(tokens["text"], sheet) > 7
    assert contrast(tokens["text_secondary"], sheet) > 4.5
    assert color in AREA_HUES


def test_a_task_that_is_done_looks_done(qapp: object) -> None:
    theme = Theme("dark")
    ticked, color = painted("- [x] write", theme), theme.color("success").name()
    colors = {ticked.pixelColor(x, y).name() for x in range(10, 60) for y in range(10, 60)}
    assert color in colors
    still = painted("- [ ] write", theme)
    assert color not in {still.pixelColor(x, y).name() for x in range(10, 60) for y in range(10, 60)}
    assert len(text_of("- [x] a\n  - [x] b\n- [ ] c\n- d\n", 200.0).done) == 2
