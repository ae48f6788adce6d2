"""Which cards are seen in a rectangle, asked of thousands in a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from floworch_designer.canvas.geometry import BELOW, MARGIN, Rect, overlaps
from floworch_designer.canvas.graph import Box


def seen(rect: Rect, boxes: Iterable[Box]) -> Iterator[Box]:
    """Those whose ``painted`` has a point in common with a rectangle, without a call for each of them."""
    left, top, right, bottom = rect[0] - MARGIN, rect[1] - BELOW, rect[2] + MARGIN, rect[3] + MARGIN
    for box in boxes:
        if box.proxy is not None:
            if overlaps(rect, box.proxy.painted):
                yield box
        elif left <= box.x + box.shape.width and box.x <= right and top <= box.y + box.shape.height and box.y <= bottom:
            yield box
