"""A small picture of a definition in the colours of a theme, for where somebody chooses one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap
from PySide6.QtSvg import QSvgRenderer

from floworch.model.pictures.paints import Paints
from floworch.model.pictures.svg import to_svg
from floworch_designer.settings.words import tr
from floworch_designer.theme.fonts import FAMILY
from floworch_designer.theme.tokens import mix

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.theme.theme import Theme

_RADIUS = 8.0


def sketch(workflow: Workflow, theme: Theme, size: QSize, ratio: float = 2.0) -> QPixmap:
    """The whole graph within ``size`` (device independent pixels), centred on the colour of the canvas.

    ``ratio``: pixels of the picture per device independent pixel.
    """
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    # Without a title: whoever chooses has it beside the picture.
    text = to_svg(workflow, paints=paints_of(theme), titled=False, otherwise=tr("otherwise"))
    renderer = QSvgRenderer(QByteArray(text.encode()))
    drawn = renderer.viewBoxF()
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = QPainterPath()
    frame.addRoundedRect(QRectF(0, 0, size.width(), size.height()), _RADIUS, _RADIUS)
    painter.fillPath(frame, theme.color("canvas"))
    scale = min((size.width() - 8) / drawn.width(), (size.height() - 8) / drawn.height(), 1.0)
    width, height = drawn.width() * scale, drawn.height() * scale
    renderer.render(painter, QRectF((size.width() - width) / 2, (size.height() - height) / 2, width, height))
    painter.end()
    return picture


def paints_of(theme: Theme) -> Paints:
    """The colours of a theme for a picture."""
    tokens = theme.tokens
    return Paints(
        canvas=tokens["canvas"],
        card=tokens["card"],
        frame=mix(tokens["border"], tokens["canvas"], 0.16),
        border=tokens["border"],
        raised=tokens["raised"],
        outline=tokens["outline"],
        text=tokens["text"],
        secondary=tokens["text_secondary"],
        tile_text=tokens["pill_text"],
        edge=tokens["edge"],
        failed=tokens["failed"],
        family=FAMILY,
    )
