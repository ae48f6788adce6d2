"""Cyclic garbage is collected in the window's own thread only, between two frames.

Python collects in whatever thread happens to make the next object, so that a check of a definition or a read of a
journal in a thread may delete the dead icons, pens and widgets of closed dialogs while the window paints, which Qt does
not allow. It is a precaution: no crash was traced to it. The automatic collection rests while the loop runs, and a
timer of the loop looks whether there is enough to collect. What has outlived a long collection is put out of its sight.
"""

from __future__ import annotations

import gc
import math
import time

from PySide6.QtCore import QTimer

#: Milliseconds between two looks, and while each finds many new objects: then a look takes 2 ms, not 8.
LOOK, SOON = 250, 50
#: With so many new objects the younger ones are gone through before it is their turn: after a run of thousands of
#: nodes, which leaves several for each event, that would take longer than a frame.
YOUNG = 4_000
#: Going through everything may take one part in so many of the time.
SHARE = 100
#: With so many objects that outlived the younger ones it is gone through earlier, and may take one part in so many:
#: taking away what a minute of work with runs has left takes longer than a frame, and on a busy machine each that is
#: late is followed by a later one, with more to take away.
OLD, SHARE_OLD = 5_000, 20
#: Seconds after which going through everything was long: where more objects than so many are left in sight, they are
#: not gone through again. That is what the window and a large definition live on, and no frame must wait for it. What
#: becomes garbage among fewer, such as all of a closed tab, is given back soon and in small parts.
LONG, MANY = 0.01, 50_000
#: Everything is, once so many times as many objects are kept out of sight as were the last time: some have become
#: garbage meanwhile.
GROWN = 2


class WindowGarbage:
    """Collects while it is started. Used by the event loop."""

    def __init__(self) -> None:
        self._automatic = False
        self._timer = QTimer()
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self.look)
        self._due: float | None = None  # when the next look is, however often the loop is started until then
        self._again = self._again_old = 0.0
        self._old = 0  # objects that outlived the younger ones since everything was gone through
        self._young = 0  # new objects since the younger ones were gone through
        self._early = 0  # how often they were so before their turn, since everything was
        self._known: int | None = None  # objects out of sight when all of them were gone through
        self._grown = False  # they are to be gone through at the next look

    def start(self) -> None:
        """From now on nothing is collected but here. A loop that runs for a moment again and again does not put it off:
        what was due while it did not run is done at once."""
        self._automatic = gc.isenabled()
        gc.disable()
        now = time.monotonic()
        if self._due is None:
            self._due = now + LOOK / 1000
        self._timer.start(max(0, math.ceil((self._due - now) * 1000)))

    def stop(self) -> None:
        """Leave it to Python again, if it was Python's before."""
        self._timer.stop()
        if self._automatic:
            gc.enable()

    def look(self) -> None:
        """Collect the youngest, the younger or all objects, by Python's own thresholds, if there are enough."""
        gc.disable()  # who let the collector rest meanwhile may have found it running
        counts, limits = gc.get_count(), gc.get_threshold()
        pace = SOON if counts[0] >= YOUNG // 2 else LOOK
        if pace != self._timer.interval():
            self._timer.setInterval(pace)
        now = time.monotonic()
        self._due = now + pace / 1000
        if self._grown:  # a frame of its own: a long collection has just had one
            self._look_through()
            return
        if counts[0] <= limits[0] or not limits[0]:
            return
        self._young += counts[0]
        early = counts[1] <= limits[1]
        due = not early and counts[2] - self._early > limits[2] and now >= self._again
        if due or (self._old >= OLD and now >= self._again_old):
            self._everything(now)
        elif early and self._young < YOUNG:
            self._young -= gc.collect(0)
        else:
            self._old += max(0, self._young - gc.collect(1))
            self._young, self._early = 0, self._early + early

    def _everything(self, begin: float) -> None:
        self._young = self._early = self._old = 0
        gc.collect()
        end = time.monotonic()
        self._again, self._again_old = end + SHARE * (end - begin), end + SHARE_OLD * (end - begin)
        if end - begin > LONG and len(gc.get_objects()) > MANY:
            self._put_away()

    def _put_away(self) -> None:
        """Keep what there is out of the collector's sight; what is there is looked through when that has grown."""
        gc.freeze()
        kept = gc.get_freeze_count()
        if self._known is None:  # all of it was gone through just now, but for what somebody else had put away
            self._known = kept
        self._grown = kept > GROWN * self._known

    def _look_through(self) -> None:
        """Collect what has become garbage out of sight."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._known, self._grown = gc.get_freeze_count(), False
