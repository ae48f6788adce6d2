"""Cyclic garbage of tests that draw is collected between two tests only.

The window's loop keeps Python's collector out of Qt's own work (`app/runtime/garbage.py`); most tests drive Qt
without that loop. A collection that begins inside an overridden `changeEvent` or `paintEvent` may delete widgets of
earlier tests while Qt goes through the list of all widgets.
"""

from __future__ import annotations

import gc
import time
import warnings

#: A collection of everything may take one part in so many of the time.
SHARE = 20


class Tidy:
    """Keeps the collector off during a test and goes through the garbage after it."""

    def __init__(self) -> None:
        self._again = 0.0

    def begin(self) -> None:
        """From now on nothing is collected."""
        gc.disable()

    def end(self, last: bool) -> None:
        """Collect what is young, or everything when that is worth its time or no such test follows (`last`)."""
        with warnings.catch_warnings():
            # Of what a test left open, a later one would be told, which has nothing to do with it.
            warnings.simplefilter("ignore", ResourceWarning)
            self._collect(last)
        gc.enable()

    def _collect(self, last: bool) -> None:
        if last or time.monotonic() >= self._again:
            begin = time.monotonic()
            gc.collect()
            end = time.monotonic()
            self._again = end + SHARE * (end - begin)
        else:
            gc.collect(1)
