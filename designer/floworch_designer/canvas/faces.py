"""Cards in full: the face and the rim of each are pictures that are kept, and painted when there is time for it."""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPixmap

from floworch.model.triggers import is_trigger
from floworch_designer.canvas.cache import PixmapCache, number_of
from floworch_designer.canvas.geometry import MARGIN
from floworch_designer.canvas.graph import Box
from floworch_designer.canvas.items.card import ground, paint_ground, paint_words, tile_top
from floworch_designer.canvas.items.status import Rim, paint_rim
from floworch_designer.theme import StatusLook, Theme

if TYPE_CHECKING:
    from floworch_designer.canvas.painting import Camera


def paint_face(
    painter: QPainter, theme: Theme, cache: PixmapCache, camera: Camera, box: Box, look: StatusLook, smooth: bool
) -> bool:
    """Paint a card; False, and nothing is painted, when it was not painted before and there is no time for it now."""
    true = camera.scale
    scale = camera.detail or true
    face = cache.kept(_face_number(box), scale)
    edge = cache.kept(_rim_number(box, look)[0], scale) if face is not None else None
    if face is None or edge is None:
        return _paint_new(painter, theme, cache, camera, box, look, smooth)
    at = (box.x - MARGIN, box.y - MARGIN)
    if scale == true:
        point = camera.snapped(*at)
        painter.drawPixmap(point, face)
        painter.drawPixmap(point, edge)
    else:
        blit(painter, camera, at, face, scale, smooth)
        blit(painter, camera, at, edge, scale, smooth)
    return True


def _paint_new(
    painter: QPainter, theme: Theme, cache: PixmapCache, camera: Camera, box: Box, look: StatusLook, smooth: bool
) -> bool:
    shape, content, ratio = box.shape, box.content, camera.ratio
    scale = camera.detail or camera.scale
    size = (shape.width + 2 * MARGIN, shape.height + 2 * MARGIN)
    at = (box.x - MARGIN, box.y - MARGIN)

    def below() -> QPixmap | None:
        key = number_of(("ground", *ground(content, shape)))
        return cache.get(
            key, scale, size, ratio, lambda target: paint_ground(shifted(target), theme, content, shape), must=True
        )[0]

    face, real = cache.get(
        _face_number(box), scale, size, ratio,
        lambda target: paint_words(shifted(target), theme, content, shape, scale / ratio), ground=below,
    )  # fmt: skip
    if face is None:
        return False
    blit(painter, camera, at, face, real, smooth)
    number, rim = _rim_number(box, look)
    edge, real = cache.get(number, scale, size, ratio, lambda target: paint_rim(shifted(target), theme, rim))
    if edge is not None:
        blit(painter, camera, at, edge, real, smooth)
    return True


def same(old: tuple[object, ...], new: tuple[object, ...]) -> bool:
    """Whether two tuples hold the very same objects."""
    return all(map(is_, old, new))


def _face_number(box: Box) -> int:
    if box.face is None or box.face[0] is not box.shape:
        box.face = (box.shape, number_of(("face", box.content, box.shape)))
    number: int = box.face[1]
    return number


def _rim_number(box: Box, look: StatusLook) -> tuple[int, Rim]:
    kept = box.rim
    if (
        kept is None
        or kept[0] is not box.shape
        or kept[1] is not box.used
        or kept[2] is not box.fed
        or kept[3] is not box.badge
    ):
        kept = box.rim = (box.shape, box.used, box.fed, box.badge, {})
    # A run takes a card from look to look and back: each has its number, since hashing a rim takes longer than a blit.
    rims: dict[int, tuple[int, Rim]] = kept[4]
    found = rims.get(id(look))  # the rim holds the look, so that no other has its id
    if found is None:
        content = box.content
        rim = Rim(look, box.shape, box.used, box.fed, tile_top(box.shape, bool(content.chips)), content.disabled,
                  content.known, content.breakpoint, box.badge, is_trigger(box.node.action))  # fmt: skip
        found = rims[id(look)] = (number_of(rim), rim)
    return found


def shifted(painter: QPainter) -> QPainter:
    """The painter with its origin moved to a card's corner inside the margin."""
    painter.translate(MARGIN, MARGIN)
    return painter


def blit(
    painter: QPainter,
    camera: Camera,
    at: tuple[float, float],
    pixmap: QPixmap,
    real: float,
    smooth: bool = False,
) -> None:
    """Draw a pixmap at a scene point; one to one when it has the wanted scale, else stretched.

    ``smooth`` filters a stretched one. The hint is set for that alone: Qt's raster engine takes its quick way for a
    pixmap with alpha, 14 times as fast, only while the hint is off.
    """
    point = camera.snapped(*at)
    if real == camera.scale:
        painter.drawPixmap(point, pixmap)
        return
    share = camera.zoom / real
    target = QRectF(point.x(), point.y(), pixmap.width() * share, pixmap.height() * share)
    if not smooth:
        painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
