"""Cards in every state on one sheet, and how alike two sheets are, up to how a machine draws letters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter

from floworch_designer.canvas.content import Content
from floworch_designer.canvas.geometry import card_shape
from floworch_designer.canvas.items.card import paint_card
from floworch_designer.canvas.items.status import Rim, paint_rim
from floworch_designer.theme import StatusLook, Theme
from floworch_designer.theme.statuses import HUMAN, IDLE, LOOKS, PAUSED, TIMED_OUT

FOLDER = Path(__file__).parent.parent / "designer" / "golden"
LOOK_LIST: tuple[StatusLook, ...] = (IDLE, PAUSED, TIMED_OUT, HUMAN, *LOOKS.values())
THEMES = ("dark", "light")
SCALES = (1.0, 1.25, 1.5, 2.0)
#: Columns of a sheet, and the room of a card on it.
COLUMNS, CELL = 3, (240, 96)
#: How far the average of a block may be from the golden one, of 255: letters differ by less, a missing glyph by more.
TOLERANCE = 14.0
BLOCK = 8


def path_of(theme: str, scale: float) -> Path:
    """The golden picture of a theme and a scale."""
    return FOLDER / f"cards-{theme}-{scale:g}.png"


def content(look: StatusLook) -> Content:
    """What the card of a state says: its name, so that a person who looks at the sheet finds it."""
    return Content(look.label, "GET api/users", "globe", "http", True, (), 0, False, False, False, False)


def sheet(theme_name: str, scale: float, looks: tuple[StatusLook, ...] = LOOK_LIST) -> QImage:
    """Every look on one picture; the card with a breakpoint and a badge, and a disabled one come last."""
    theme: Any = Theme(theme_name)  # type: ignore[arg-type]
    shape = card_shape(("out",))
    marked = [Rim(look, shape, frozenset({"out"}), True, 20.0) for look in looks]
    marked += [Rim(IDLE, shape, frozenset(), False, 20.0, breakpoint=True, badge="error"),
               Rim(IDLE, shape, frozenset(), False, 20.0, disabled=True)]  # fmt: skip
    rows = -(-len(marked) // COLUMNS)
    image = QImage(QSize(round(COLUMNS * CELL[0] * scale), round(rows * CELL[1] * scale)), QImage.Format.Format_RGB32)
    image.fill(theme.color("canvas"))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    for at, rim in enumerate(marked):
        painter.resetTransform()
        painter.scale(scale, scale)
        painter.translate(at % COLUMNS * CELL[0] + 12, at // COLUMNS * CELL[1] + 12)
        painter.setOpacity(rim.look.opacity)
        paint_card(painter, theme, content(rim.look), shape)
        paint_rim(painter, theme, rim)
    painter.end()
    return image


def blocks(image: QImage) -> list[int]:
    """The picture as the average of every block, three numbers each."""
    size = QSize(max(1, image.width() // BLOCK), max(1, image.height() // BLOCK))
    small = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    plain = small.convertToFormat(QImage.Format.Format_RGBX8888)  # its bits are gone when it is
    data = bytes(plain.constBits())
    return [value for at, value in enumerate(data) if at % 4 != 3]


def distance(first: QImage, second: QImage) -> float:
    """The largest difference of two blocks at the same place, of 255; infinite for other sizes."""
    if first.size() != second.size():
        return float("inf")
    return max(abs(one - other) for one, other in zip(blocks(first), blocks(second), strict=True))
