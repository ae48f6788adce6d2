"""Aligning and distributing rectangles: how far each has to move. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from floworch_designer.document.positions import Point

Rect = tuple[float, float, float, float]
Side = Literal["left", "right", "top", "bottom", "centre", "middle"]
Axis = Literal["across", "down"]


def align(rects: Mapping[str, Rect], side: Side) -> dict[str, Point]:
    """How far each rectangle moves so that all have that side in common, scene units.

    ``centre`` puts their middles on one upright line, ``middle`` on one level line.
    """
    if len(rects) < 2:
        return {}
    parts = list(rects.values())
    left, right = min(part[0] for part in parts), max(part[2] for part in parts)
    top, bottom = min(part[1] for part in parts), max(part[3] for part in parts)
    made: dict[str, Point] = {}
    for key, part in rects.items():
        made[key] = {
            "left": (left - part[0], 0.0),
            "right": (right - part[2], 0.0),
            "top": (0.0, top - part[1]),
            "bottom": (0.0, bottom - part[3]),
            "centre": ((left + right - part[0] - part[2]) / 2, 0.0),
            "middle": (0.0, (top + bottom - part[1] - part[3]) / 2),
        }[side]
    return made


def distribute(rects: Mapping[str, Rect], axis: Axis) -> dict[str, Point]:
    """How far each rectangle moves so that the gaps between them are equal; the outermost two stay."""
    if len(rects) < 3:
        return {}
    low, high = (0, 2) if axis == "across" else (1, 3)
    ordered = sorted(rects, key=lambda key: (rects[key][low], rects[key][high]))
    begin = rects[ordered[0]][low]
    end = max(part[high] for part in rects.values())
    room = end - begin - sum(part[high] - part[low] for part in rects.values())
    gap, at = room / (len(ordered) - 1), begin
    made: dict[str, Point] = {}
    for key in ordered:
        away = at - rects[key][low]
        made[key] = (away, 0.0) if axis == "across" else (0.0, away)
        at += rects[key][high] - rects[key][low] + gap
    return made
