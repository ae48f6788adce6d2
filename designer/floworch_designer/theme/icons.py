"""Line icons of 24 units drawn in any colour and size from the bundled outlines.

``icons.json`` of the resources package maps a name to SVG elements; strokes are 2 units wide with round ends. A name
nobody drew falls back to the icon of its category, so that third-party actions always show something fitting.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round">{body}</svg>'
)

#: Pixels of the icon of the program: a window list needs the small ones, a task switcher the large ones.
_PROGRAM_SIZES = (16, 24, 32, 48, 64, 128, 256)

#: Action names' icons that are drawn under another name.
_ALIASES = {
    "rate_limit": "rate-limit",
    "circuit_breaker": "circuit-breaker",
    "shell": "terminal",
    "filter-list": "filter",
    "user-check": "approve",
    "folder-tree": "file-list",
    "files": "folder",
    "repeat": "foreach",
    "git-branch": "branch",
    "split-branches": "switch",
    "file-text": "template",
    "bar-chart": "chart",
    "message-square": "message",
    "fingerprint": "hash",
    "layers": "category-data",
    "pencil": "edit",
    "circle-x": "stop-flow",
    "radio": "signal",
    "signpost": "switch",
    "hourglass": "delay",
    "scroll": "log",
}


@cache
def _bodies() -> dict[str, str]:
    text = (files("floworch_resources") / "icons" / "icons.json").read_text(encoding="utf-8")
    bodies: dict[str, str] = json.loads(text)
    return bodies


def icon_names() -> tuple[str, ...]:
    """Every icon that is drawn, sorted."""
    return tuple(sorted(_bodies()))


def resolve(name: str, category: str = "") -> str:
    """The name of a drawn icon: ``name`` itself, a synonym of it, its category's icon or ``unknown``."""
    bodies = _bodies()
    for candidate in (name, _ALIASES.get(name, ""), name.replace("_", "-"), f"category-{category or name}"):
        if candidate in bodies:
            return candidate
    return "unknown"


@lru_cache(maxsize=512)
def _renderer(name: str, color: str, width: float) -> QSvgRenderer:
    svg = _FRAME.format(body=_bodies()[name], width=width).replace("currentColor", color)
    return QSvgRenderer(QByteArray(svg.encode()))


def draw_icon(
    painter: QPainter, name: str, rect: QRectF, color: QColor | str, category: str = "", width: float = 2.0
) -> None:
    """Draw an icon into ``rect`` (painter units).

    ``width`` is the stroke in 24ths of the icon: small icons read better a little heavier.
    """
    _renderer(resolve(name, category), QColor(color).name(), width).render(painter, rect)


@lru_cache(maxsize=512)
def _pixmap(name: str, color: str, size: int, ratio: float, width: float) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_icon(painter, name, QRectF(0, 0, size, size), color, width=width)
    painter.end()
    return pixmap


def icon_pixmap(
    name: str, color: QColor | str, size: int = 16, ratio: float = 1.0, category: str = "", width: float = 2.0
) -> QPixmap:
    """The icon as a cached pixmap of ``size`` logical px for a screen of ``ratio`` device px per logical px."""
    return _pixmap(resolve(name, category), QColor(color).name(), size, ratio, width)


def icon(name: str, color: QColor | str, size: int = 16, category: str = "", disabled: QColor | str = "") -> QIcon:
    """The icon as a QIcon with the pixmaps for normal and double density; ``disabled`` colours the disabled state."""
    result = QIcon()
    for ratio in (1.0, 2.0):
        result.addPixmap(icon_pixmap(name, color, size, ratio, category))
        if disabled:
            result.addPixmap(icon_pixmap(name, disabled, size, ratio, category), QIcon.Mode.Disabled)
    return result


def program_icon() -> QIcon:
    """The icon of the program in the sizes that window lists, docks and task switchers ask for."""
    svg = (files("floworch_resources") / "icons" / "floworch.svg").read_bytes()
    drawing = QSvgRenderer(QByteArray(svg))
    result = QIcon()
    for size in _PROGRAM_SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        drawing.render(painter)
        painter.end()
        result.addPixmap(pixmap)
    return result
