"""Bookmarks: numbered places of the view that a definition keeps under ``view.bookmarks``; pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from floworch.model.workflow import Workflow
from floworch_designer.document.positions import Point, as_point

#: The numbers: the digits that are no other key of the canvas (1 fits everything, 0 is 100 %).
NUMBERS: Final = range(2, 10)
_ZOOMS = (0.02, 4.0)


class Bookmark(NamedTuple):
    """A scene point in the middle of the view, and the zoom."""

    at: Point
    zoom: float


def bookmarks(workflow: Workflow) -> dict[int, Bookmark]:
    """The bookmarks by number; what a person wrote there that is none is left out."""
    stored = workflow.view.get("bookmarks")
    found: dict[int, Bookmark] = {}
    for key, entry in stored.items() if isinstance(stored, Mapping) else ():
        at = as_point(entry.get("at")) if isinstance(entry, Mapping) else None
        zoom = entry.get("zoom") if isinstance(entry, Mapping) else None
        if key.isdecimal() and int(key) in NUMBERS and at is not None:
            found[int(key)] = Bookmark(at, _zoom(zoom))
    return dict(sorted(found.items()))


def _zoom(value: Any) -> float:
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and _ZOOMS[0] <= value <= _ZOOMS[1]
    return float(value) if usable else 1.0


def set_bookmark(workflow: Workflow, number: int, place: Bookmark | None) -> Workflow:
    """Keep a place under a number, or with None forget it; numbers are rounded as a file holds them."""
    stored = workflow.view.get("bookmarks")
    kept = {key: value for key, value in (stored if isinstance(stored, dict) else {}).items() if key != str(number)}
    if place is not None:
        kept[str(number)] = {"at": [round(place.at[0]), round(place.at[1])], "zoom": round(place.zoom, 3)}
    view = {key: value for key, value in workflow.view.items() if key != "bookmarks"}
    return workflow.replace(view={**view, "bookmarks": kept} if kept else view)
