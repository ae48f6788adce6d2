"""Thousands of cards that move at once are followed in slices, so that the window goes on between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from floworch_designer.document.changes import ChangeSet
from floworch_designer.document.positions import Point, as_point, raw_positions

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView

#: Cards that are moved in one go.
SLICE = 300
#: Cards of a step taken back or done again that move in one go if there are no more: they are followed in time, and
#: nobody sees them on their way.
AT_ONCE = 1500


class Slices:
    """What of a change of the document one canvas has not followed yet.

    Between two slices some cards are still where they were. A further change has all of them follow at once.
    """

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._rest: list[frozenset[str]] = []
        self._least: int | None = None
        self._then: Callable[[], object] | None = None
        self._timer = QTimer(view, interval=0)
        self._timer.timeout.connect(self._next)

    @property
    def going(self) -> bool:
        """Whether cards are still to move."""
        return bool(self._rest)

    @contextmanager
    def over(self, then: Callable[[], object] | None = None, least: int | None = None) -> Iterator[None]:
        """Follow what is done inside in slices.

        Args:
            then: Called when all of it is followed.
            least: So many cards are moved in one go if there are no more; None is one slice.
        """
        self._least = SLICE if least is None else least
        try:
            yield
        finally:
            self._least = None
        if self._rest:
            self._then = then
        elif then is not None:
            then()

    def first(self, changes: ChangeSet) -> ChangeSet:
        """What of a change is followed now."""
        if self._rest:
            changes = replace(changes, moved=changes.moved.union(*self._rest), decor=True)
            self._rest, self._then = [], None
            self._timer.stop()
        moves = not (changes.nodes or changes.removed or changes.edges or changes.everything)
        if self._least is None or not moves or len(changes.moved) <= self._least:
            return changes
        stored = raw_positions(self._view.document.workflow)
        nowhere: Point = (0.0, 0.0)
        # What is going to stand together moves together: wires have both ends in one slice then.
        ranked = sorted(changes.moved, key=lambda key: as_point(stored.get(key)) or nowhere)
        slices = [frozenset(ranked[at : at + SLICE]) for at in range(0, len(ranked), SLICE)]
        self._rest = slices[1:]
        self._timer.start()
        return ChangeSet(moved=slices[0], meta=changes.meta)

    def _next(self) -> None:
        view = self._view
        moved = self._rest.pop(0)
        # Knots come with the last cards, so that no wire runs through new knots to an old end.
        view.graph_changed(view.graph.follow(view.document.workflow, ChangeSet(moved=moved, decor=not self._rest)))
        if not self._rest:
            self._timer.stop()
            then, self._then = self._then, None
            if then is not None:
                then()
