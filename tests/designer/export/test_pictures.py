"""PNG and PDF pictures of definitions."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage

from floworch.errors import UsageError
from floworch.model.codec import loads
from floworch_designer.export.pictures import picture, write_picture

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


def test_what_cannot_be_written_is_said_and_the_old_file_stays(qapp, tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        write_picture(FLOW, "png", tmp_path / "no" / "flow.png")
