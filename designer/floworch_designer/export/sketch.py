"""A small picture of a definition in the colours of a theme, for where somebody chooses one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap
from PySide6.QtSvg import QSvgRenderer

from floworch.model.pictures.svg import to_svg
from floworch_designer.theme.tokens import mix

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.theme.theme import Theme

#: Units at the top of the picture that its title takes, which whoever chooses has beside it.
_TITLE = 76.0
_RADIUS = 8.0


def sketch(workflow: Workflow, theme: Theme, size: QSize, ratio: float = 2.0) -> QPixmap:
    """The whole graph within ``size`` (device independent pixels), centred on the colour of the canvas.

    ``ratio``: pixels of the picture per device independent pixel.
    """
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_dressed(to_svg(workflow), theme).encode()))
    whole = QRectF(renderer.viewBoxF())
    drawn = whole.adjusted(0, _TITLE, 0, 0)
    renderer.setViewBox(drawn)
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


def _dressed(text: str, theme: Theme) -> str:
    """The picture of the exports, which is light, in the colours of a theme."""
    tokens = theme.tokens
    text = re.sub(r'<text class="(?:name|about)".*</text>\n', "", text)
    head, style, rest = text.partition("</style>")
    for light, color in (
        (".mark{font-size:12px;font-weight:600;text-anchor:middle;fill:#ffffff}",
         f".mark{{font-size:12px;font-weight:600;text-anchor:middle;fill:{tokens['pill_text']}}}"),
        ("#1a1e26", tokens["text"]),
        ("#535d6b", tokens["text_secondary"]),
        ("#ffffff", tokens["card"]),
        ("#7c8797", tokens["border"]),
        ("#eceff4", mix(tokens["border"], tokens["canvas"], 0.16)),
        ("#687485", tokens["edge"]),
        ("#c7262b", tokens["failed"]),
    ):  # fmt: skip
        head = head.replace(light, color)
    rest = rest.replace("#687485", tokens["edge"], 1).replace("#f4f5f8", tokens["canvas"], 1)
    return head + style + rest
