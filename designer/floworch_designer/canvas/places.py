"""Where the view has been: back and forward between places, as in a browser. Pure."""

from __future__ import annotations

from typing import NamedTuple

from floworch_designer.canvas.geometry import Point

#: So many places are remembered.
MOST = 60


class Place(NamedTuple):
    """A zoom and the scene point in the middle of the view."""

    zoom: float
    centre: Point


class Places:
    """The places left behind, and those one came back from."""

    def __init__(self) -> None:
        self._past: list[Place] = []
        self._future: list[Place] = []

    def clear(self) -> None:
        """Forget them all."""
        self._past.clear()
        self._future.clear()

    def leave(self, here: Place) -> None:
        """The view is about to jump away from here."""
        if not self._past or self._past[-1] != here:
            self._past = [*self._past[1 - MOST :], here]
        self._future.clear()

    def back(self, here: Place) -> Place | None:
        """The place before this one, None when there is none."""
        return _step(self._past, self._future, here)

    def forward(self, here: Place) -> Place | None:
        """The place one came back from, None when there is none."""
        return _step(self._future, self._past, here)


def _step(source: list[Place], target: list[Place], here: Place) -> Place | None:
    while source:
        found = source.pop()
        if found != here:
            target.append(here)
            return found
    return None
