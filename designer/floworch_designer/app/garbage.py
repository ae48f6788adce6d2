"""Cyclic garbage is collected in the window's own thread only, between two frames.

Python collects in whatever thread happens to make the next object, so that a check of a definition or a read of a
journal in a thread may delete the dead icons, pens and widgets of closed dialogs while the window paints, which Qt does
not allow. It is a precaution: no crash was traced to it. The automatic collection rests while the loop runs, and a
timer of the loop looks whether there is enough to collect.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QTimer

#: Milliseconds between two looks.
LOOK = 250
#: Going through everything may take one part in so many of the time.
SHARE = 100


class WindowGarbage:
    """Collects while it is started. Used by the event loop."""

    def __init__(self) -> None:
        self._automatic = False
        self._timer = QTimer()
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self.look)
        self._again = 0.0

    def start(self) -> None:
        """From now on nothing is collected but here."""
        self._automatic = gc.isenabled()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again, if it was Python's before."""
        self._timer.stop()
        if self._automatic:
            gc.enable()

    def look(self) -> None:
        """Collect the youngest, the younger or all objects, by Python's own thresholds, if there are enough."""
        gc.disable()  # who let the collector rest meanwhile may have found it running
        counts, limits = gc.get_count(), gc.get_threshold()
        if counts[0] <= limits[0] or not limits[0]:
            return
        if counts[1] <= limits[1]:
            gc.collect(0)
        elif counts[2] <= limits[2] or time.monotonic() < self._again:
            gc.collect(1)
        else:
            begin = time.monotonic()
            gc.collect()
            end = time.monotonic()
            self._again = end + SHARE * (end - begin)
