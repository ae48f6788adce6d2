"""How far a long computation is, for whoever waits for it and may stop it."""

from __future__ import annotations


class Stopped(Exception):  # noqa: N818 - no error: nobody waits any more
    """Nobody waits for the computation any more."""


class Pace:
    """Counts work that is done, on the thread that works; others may read ``share`` and call ``stop``."""

    def __init__(self) -> None:
        #: How many percent are done: 99 at most, since not everything is counted.
        self.share = 0
        self._stopped = False
        self._whole, self._done = 1.0, 0.0

    def expect(self, work: float) -> None:
        """How much there is to do, as far as can be known."""
        self._whole = max(1.0, work)

    def did(self, work: float) -> None:
        """Some of it is done.

        Raises:
            Stopped: It is not to go on.
        """
        if self._stopped:
            raise Stopped
        self._done += work
        self.share = min(99, int(100.0 * self._done / self._whole))

    def stop(self) -> None:
        """Have the next step of the work raise ``Stopped``."""
        self._stopped = True
