"""Bookmarks of the view: set under a number, and jumped to."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from floworch_designer.document.bookmarks import Bookmark, bookmarks, set_bookmark
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Pixels on screen, and share of the zoom, within which a place is the bookmark's own.
NEARBY, ALIKE = 8.0, 0.02


class BookmarkCommands:
    """Sets, removes and shows the bookmarks of one canvas."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view

    def toggle(self, number: int) -> bool:
        """Keep the present place under a number, one undo step; return False when it was there and is removed."""
        view, here = self._view, Bookmark(self._view.centre(), self._view.zoom)
        old = bookmarks(view.document.workflow).get(number)
        gone = old is not None and self._there(old)
        made = set_bookmark(view.document.workflow, number, None if gone else here)
        view.document.apply(
            made, (tr("Remove bookmark {number}") if gone else tr("Set bookmark {number}")).format(number=number)
        )
        return not gone

    def go(self, number: int) -> bool:
        """Show the place of a number; return False when there is none."""
        found = bookmarks(self._view.document.workflow).get(number)
        if found is not None:
            self._view.visit(found.zoom, found.at)
        return found is not None

    def _there(self, place: Bookmark) -> bool:
        (x, y), zoom = self._view.centre(), self._view.zoom
        return hypot(x - place.at[0], y - place.at[1]) * zoom <= NEARBY and abs(zoom / place.zoom - 1.0) <= ALIKE
