"""Pixmaps painted once and blitted often: least recently used goes first, a frame's time budget is kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from itertools import count
from math import ceil
from time import perf_counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap

#: Milliseconds per frame for painting new pixmaps.
BUDGET = 8.0
#: Pixmaps painted in every frame, whatever the clock says: a busy machine must get on too.
AT_LEAST = 6
#: Device px of new pixmaps painted in every frame at rest, likewise: 64 cards at half zoom, 16 at full. What each frame
#: repeats, wires and cards that are there, takes as long; with less, a busy machine would do little else.
PIXELS_AT_LEAST = 370_000
#: Bytes of pixmaps kept.
LIMIT = 40 * 1024 * 1024
_HINTS = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
#: Bytes of pixmaps kept for what is behind another tab: a screenful, to show at once when it comes to the front.
BEHIND = 8 * 1024 * 1024


class PixmapCache:
    """Pixmaps by key and scale (device px per scene unit)."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._bytes = 0
        self._kept: OrderedDict[tuple[Hashable, float], QPixmap] = OrderedDict()
        self._latest: dict[Hashable, float] = {}
        self._until: float | None = 0.0
        self._budget = 0.0
        self._free = 0
        self._pixels = 0
        #: Whether something was shown at another scale, or not at all, since ``start_frame``.
        self.short = False

    def start_frame(self, budget: float = BUDGET, at_once: bool = False) -> None:
        """Begin a frame in which new pixmaps may take ``budget`` milliseconds altogether.

        Its clock starts with the first of them, or ``at_once``, so that what comes before them counts too.
        """
        self._budget = budget / 1000.0
        self._until = perf_counter() + self._budget if at_once else None
        self._free = AT_LEAST if budget > 0 else 0
        self._pixels = PIXELS_AT_LEAST if budget > 0 and not at_once else 0
        self.short = False

    def kept(self, key: Hashable, scale: float) -> QPixmap | None:
        """The pixmap for a key at a scale, if there is one: the quick way for what is painted in every frame."""
        place = (key, scale)
        found = self._kept.get(place)
        if found is not None:
            self._kept.move_to_end(place)
        return found

    def get(
        self,
        key: Hashable,
        scale: float,
        size: tuple[float, float],
        ratio: float,
        paint: Callable[[QPainter], None],
        must: bool = False,
        ground: Callable[[], QPixmap | None] | None = None,
    ) -> tuple[QPixmap | None, float]:
        """The pixmap for a key at a scale, and the scale it really has.

        When the frame's budget is used up a pixmap of another scale is returned, or None, and ``short`` becomes true.

        Args:
            key: What is painted; equal keys paint the same.
            scale: Device px per scene unit.
            size: Width and height in scene units.
            ratio: Device px per logical px of the target.
            paint: Paints it in scene units with the origin at the top left corner.
            must: Paint it even when the budget is used up.
            ground: Gives the pixmap that it is painted upon, one of the same size; without it that is nothing.
        """
        found = self._kept.get((key, scale))
        if found is not None:
            self._kept.move_to_end((key, scale))
            return found, scale
        self._free -= 1
        if self._until is None:
            self._until = perf_counter() + self._budget
        if not must and (self.short or (self._free < 0 and self._pixels <= 0 and perf_counter() > self._until)):
            self.short = True
            other = self._latest.get(key)
            return (self._kept.get((key, other)), other) if other is not None else (None, scale)
        pixmap = render(scale, size, ratio, paint, ground() if ground is not None else None)
        self._kept[key, scale] = pixmap
        self._latest[key] = scale
        self._bytes += _bytes(pixmap)
        self._pixels -= pixmap.width() * pixmap.height()
        self.shrink(self._limit)
        return pixmap, scale

    def shrink(self, limit: int) -> None:
        """Forget what was not used for longest until at most ``limit`` bytes are kept, or one pixmap."""
        while self._bytes > limit and len(self._kept) > 1:
            (old_key, old_scale), old = self._kept.popitem(last=False)
            self._bytes -= _bytes(old)
            if self._latest.get(old_key) == old_scale:
                del self._latest[old_key]

    def clear(self) -> None:
        """Forget everything, for another theme."""
        self._kept.clear()
        self._latest.clear()
        self._bytes = 0

    def __len__(self) -> int:
        """How many pixmaps are kept."""
        return len(self._kept)

    @property
    def size(self) -> int:
        """Bytes of the pixmaps that are kept; at most the limit, or one pixmap."""
        return self._bytes


def render(
    scale: float,
    size: tuple[float, float],
    ratio: float,
    paint: Callable[[QPainter], None],
    ground: QPixmap | None = None,
) -> QPixmap:
    """Paint into a new pixmap of ``size`` scene units at ``scale`` device px per unit: upon a copy of ``ground``."""
    if ground is not None:
        pixmap = ground.copy()
        pixmap.setDevicePixelRatio(1.0)
    else:
        pixmap = QPixmap(max(1, ceil(size[0] * scale)), max(1, ceil(size[1] * scale)))
        pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHints(_HINTS)
    painter.scale(scale, scale)
    paint(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


#: Values that have a number at a time.
NUMBERED = 50_000
_NUMBERS: dict[Hashable, int] = {}
_NEXT = count()


def number_of(value: Hashable) -> int:
    """A small number that equal values share: far cheaper to look up in every frame than the value itself.

    Values of which there were ``NUMBERED`` others since may get another number than before; no two ever share one.
    """
    found = _NUMBERS.get(value)
    if found is None:
        if len(_NUMBERS) >= NUMBERED:
            _NUMBERS.clear()
        found = _NUMBERS[value] = next(_NEXT)
    return found
