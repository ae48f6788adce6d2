"""The ring on a card that is worked on (designer.md, section 3: running has a ring spinner)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from floworch_designer.canvas import spinner

BLUE, CARD = QColor("#4CA3FF"), QColor("#23272F")


def picture(paint: object, ratio: float) -> QImage:
    made = QImage(round(60 * ratio), round(60 * ratio), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(ratio)
    made.fill(CARD)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)  # type: ignore[operator]
    painter.end()
    return made


def drawn(painter: QPainter, circle: QRectF, zoom: float) -> None:
    """The ring as it is meant, nothing kept."""
    faint = QColor(BLUE)
    faint.setAlphaF(spinner.FAINT)
    painter.setPen(QPen(faint, spinner.WIDTH * zoom))
    painter.drawEllipse(circle)
    painter.setPen(QPen(BLUE, spinner.WIDTH * zoom, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(circle, -30 * 16, -100 * 16)


def furthest(first: QImage, second: QImage) -> int:
    """By how much any channel of any pixel differs at most."""
    return max(abs(a - b) for a, b in zip(bytes(first.constBits()), bytes(second.constBits()), strict=True))


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    ("zoom", "left", "top"), [(1.0, 20.0, 20.0), (0.5, 17.5, 9.25), (0.73, 11.37, 20.81), (2, -3, 5)]
)
def test_the_kept_track_looks_as_one_that_is_drawn_there(ratio: float, zoom: float, left: float, top: float) -> None:
    circle = QRectF(left, top, 12 * zoom, 12 * zoom)
    meant = picture(lambda painter: drawn(painter, circle, zoom), ratio)
    for _ in range(2):  # new, and kept
        shown = picture(lambda painter: spinner.paint_spinner(painter, circle, BLUE, zoom, ratio, 30.0), ratio)
        assert furthest(shown, meant) <= 1
    empty = picture(lambda painter: None, ratio)
    assert furthest(shown, empty) > 60


@pytest.mark.usefixtures("qapp")
def test_cards_in_rows_and_columns_share_the_pictures_of_their_tracks() -> None:
    spinner._track.cache_clear()

    def many(painter: QPainter) -> None:
        for column in range(6):
            for row in range(5):
                circle = QRectF(3.25 + column * 9, 2.5 + row * 11, 6.0, 6.0)
                spinner.paint_spinner(painter, circle, BLUE, 0.5, 1.0, 0.0)

    picture(many, 1.0)
    assert spinner._track.cache_info().currsize == 1
