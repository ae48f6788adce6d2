"""The time axis of the chart: which moments are in view, and where; pure.

``begin``, ``end``, ``left`` and ``span`` are seconds of the short axis, on which long idle times take little room
(:mod:`squeeze`); what is asked for and answered are moments.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from floworch_designer.timeline.squeeze import PLAIN, Squeeze

#: Shortest time that can fill the view, seconds.
SHORTEST = 0.002
#: Steps of a ruler, seconds.
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400)


@dataclass(frozen=True, slots=True)
class Scale:
    """A view of the time from ``begin`` to ``end``: it shows ``left`` to ``left + span`` in ``width`` pixels."""

    begin: float
    end: float
    left: float
    span: float
    width: float
    squeeze: Squeeze = PLAIN

    @classmethod
    def whole(cls, begin: float, end: float, width: float, squeeze: Squeeze = PLAIN) -> Scale:
        """Everything in view, from one moment to another."""
        first, last = squeeze.short(begin), squeeze.short(end)
        return cls(first, last, first, max(SHORTEST, last - first), max(1.0, width), squeeze)

    @property
    def first(self) -> float:
        """The moment at which everything begins."""
        return self.squeeze.real(self.begin)

    @property
    def last(self) -> float:
        """The moment at which everything ends."""
        return self.squeeze.real(self.end)

    @property
    def all_seen(self) -> bool:
        """Whether everything is in view."""
        return self.span >= max(SHORTEST, self.end - self.begin) * 0.9999

    def x(self, moment: float) -> float:
        """Pixel of a moment."""
        return (self.squeeze.short(moment) - self.left) / self.span * self.width

    def moment(self, x: float) -> float:
        """Moment under a pixel."""
        return self.squeeze.real(self.left + x / self.width * self.span)

    def zoomed(self, factor: float, x: float) -> Scale:
        """Nearer by ``factor`` (further away below 1); the moment under ``x`` stays where it is, ends permitting."""
        fixed = self.left + x / self.width * self.span
        span = self._span(self.span / factor)
        return self._at(fixed - (fixed - self.left) * span / self.span, span)

    def panned(self, pixels: float) -> Scale:
        """Moved by pixels towards later times."""
        return self._at(self.left + pixels / self.width * self.span, self.span)

    def fitted(self, begin: float, end: float, width: float, squeeze: Squeeze | None = None) -> Scale:
        """The same view of a run that has gone on, or of a wider window; what shows everything goes on doing so."""
        axis = squeeze if squeeze is not None else self.squeeze
        if self.all_seen:
            return Scale.whole(begin, end, width, axis)
        left = axis.short(self.squeeze.real(self.left))
        made = Scale(axis.short(begin), axis.short(end), left, self.span, max(1.0, width), axis)
        return made._at(made.left, made._span(made.span))

    def shows(self, moment: float) -> bool:
        """Whether a moment is in view."""
        return self.left <= self.squeeze.short(moment) <= self.left + self.span

    def centred(self, moment: float) -> Scale:
        """With a moment in the middle."""
        return self._at(self.squeeze.short(moment) - self.span / 2, self.span)

    def step(self, room: float) -> float:
        """Seconds between two marks of the ruler that are at least ``room`` pixels apart."""
        least = self.span / self.width * room
        if least <= 1:
            power = 10.0 ** math.floor(math.log10(least))
            return next(power * by for by in (1, 2, 5, 10) if power * by >= least * 0.9999)
        return next((float(step) for step in _STEPS if step >= least), math.ceil(least / 86400) * 86400.0)

    def _span(self, span: float) -> float:
        return min(max(SHORTEST, self.end - self.begin), max(SHORTEST, span))

    def _at(self, left: float, span: float) -> Scale:
        last = max(self.begin, self.end - span)
        return Scale(self.begin, self.end, min(max(self.begin, left), last), span, self.width, self.squeeze)
