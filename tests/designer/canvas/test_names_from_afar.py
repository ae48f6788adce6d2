"""Names of frames and containers seen from afar: they tell one's way where cards are small. designer.md 3, groups."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from floworch_designer.canvas.items.card import letters
from floworch_designer.document import decor, edits


def rows_of_text(image: QImage, rect: Any, color: QColor) -> int:
    """How many rows of px in a rectangle have something in the colour of text."""
    found = 0
    for y in range(round(rect.top()), round(rect.bottom())):
        row = (image.pixelColor(x, y) for x in range(round(rect.left()), round(rect.right())))
        found += any(abs(each.lightness() - color.lightness()) < 60 for each in row)
    return found


@pytest.mark.parametrize("zoom", [0.27, 0.35, 0.49])
def test_the_name_of_a_frame_is_as_large_as_a_title_at_every_zoom_at_which_there_is_room(
    view: Any, picture: Any, zoom: float
) -> None:
    made, key = decor.add_group(view.document.workflow, ["c", "n"], "MMMM HHHH")
    view.document.apply(made, "Frame")
    view.selection.clear()
    view.zoom_to(zoom)
    group = view.graph.decor.groups[key]
    left, top, right, _ = group.rect
    head = view.camera().rect((left + 10, top + 3, right - 10, top + 46))
    assert rows_of_text(picture(view), head, view.theme.color("text")) >= 7
    container = view.graph.boxes["e"].rect
    head = view.camera().rect((container[0] + 10, container[1] + 3, container[2] - 10, container[1] + 46))
    assert rows_of_text(picture(view), head, view.theme.color("text")) >= 4, "its name is a lower-case letter"


def test_a_folded_frame_has_its_name_from_afar(view: Any, picture: Any) -> None:
    made, key = decor.add_group(view.document.workflow, ["c", "n"], "MMMM HHHH")
    view.document.apply(made, "Frame")
    view.selection.clear()
    view.areas.fold([key], True)
    view.selection.clear()
    view.zoom_to(0.35)
    left, top, right, bottom = view.graph.decor.groups[key].rect
    card = view.camera().rect((left + 10, top + 4, right - 10, bottom - 4))
    assert rows_of_text(picture(view), card, view.theme.color("text")) >= 7


def test_letters_of_a_small_card_are_whole(view: Any, picture: Any) -> None:
    """A g hung below the room that its title has, and was cut off there."""
    view.document.apply(edits.set_field(view.document.workflow, "u", "title", "gggg"), "Rename")
    view.selection.clear()
    view.zoom_to(0.31)
    left, top, right, bottom = view.graph.boxes["u"].rect
    card = view.camera().rect((left + 60, top + 10, right - 10, bottom - 10))
    assert rows_of_text(picture(view), card, view.theme.color("text")) >= 8


@pytest.mark.parametrize("zoom", [0.49, 0.5, 0.6, 0.75, 0.9])
def test_a_title_is_read_at_every_zoom_down_to_half_size_and_below(view: Any, picture: Any, zoom: float) -> None:
    """designer.md 3, never below 11 px: at half size letters had 6.5 px, and at a little less 11 again."""
    view.document.apply(edits.set_field(view.document.workflow, "u", "title", "HHHH"), "Rename")
    view.selection.clear()
    view.zoom_to(zoom)
    left, top, right, bottom = view.graph.boxes["u"].rect
    card = view.camera().rect((left + 58, top + 8, right - 40, bottom - (8 if zoom < 0.7 else 36)))
    assert rows_of_text(picture(view), card, view.theme.color("text")) >= 7


def test_at_full_size_letters_are_as_designed() -> None:
    assert [letters(zoom) for zoom in (4.0, 1.0, 0.85, 0.75, 0.6, 0.5)] == [13, 13, 13, 15, 19, 22]
