"""Long times in which no attempt ran take little room on the time axis; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

#: A gap is made short when it is longer than this, in seconds, and than this share of the time in which something ran.
LEAST, SHARE = 2.0, 0.2
#: Of the time that is drawn in full: the share that one short gap takes, and the most that all of them take.
SHORT, MOST = 0.08, 0.3
#: Seconds that a short gap takes where nothing is drawn in full: a place on the axis must lead back to its moment.
TINY = 0.0005

Gap = tuple[float, float]


def idle(busy: Iterable[tuple[float, float]], begin: float, end: float) -> list[Gap]:
    """The gaps between ``begin`` and ``end`` in which nothing of ``busy`` was going on, in order."""
    found, reached = [], begin
    for start, stop in sorted(busy):
        if start > reached:
            found.append((reached, start))
        reached = max(reached, stop)
    if end > reached:
        found.append((reached, end))
    return found


class Squeeze:
    """A time axis on which the long ones of these gaps are short.

    Attributes:
        gaps: The gaps that are made short, in order.
    """

    def __init__(self, gaps: Sequence[Gap] = (), begin: float = 0.0, end: float = 0.0) -> None:
        busy = end - begin - sum(stop - start for start, stop in gaps)
        worth = max(LEAST, SHARE * busy)
        self.gaps = tuple(gap for gap in gaps if gap[1] - gap[0] > worth)
        # By what is drawn in full, however little that is: beside little work half a second would be much.
        full = end - begin - sum(stop - start for start, stop in self.gaps)
        self._room = max(TINY, full * min(SHORT, MOST / max(1, len(self.gaps))))
        self._starts = [start for start, _ in self.gaps]
        self._saved = [0.0]
        for start, stop in self.gaps:
            self._saved.append(self._saved[-1] + stop - start - self._room)
        # where each gap begins on the short axis
        self._short = [start - saved for start, saved in zip(self._starts, self._saved, strict=False)]

    def short(self, moment: float) -> float:
        """The place of a moment on the short axis, seconds."""
        place = bisect_right(self._starts, moment)
        if not place:
            return moment
        start, stop = self.gaps[place - 1]
        if moment >= stop:
            return moment - self._saved[place]
        return start - self._saved[place - 1] + (moment - start) / (stop - start) * self._room

    def real(self, short: float) -> float:
        """The moment at a place of the short axis."""
        place = bisect_right(self._short, short)
        if not place:
            return short
        start, stop = self.gaps[place - 1]
        within = short - self._short[place - 1]
        if within >= self._room:
            return short + self._saved[place]
        return start + within / self._room * (stop - start)

    def after(self, moment: float) -> float:
        """The moment itself, or the end of the gap that it is in."""
        place = bisect_right(self._starts, moment)
        return max(moment, self.gaps[place - 1][1]) if place else moment


PLAIN = Squeeze()
