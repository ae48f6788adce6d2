"""How far a long computation is, told to whoever waits for it, who may stop it."""

from __future__ import annotations

from collections.abc import Callable


class Stopped(Exception):  # noqa: N818 - no error: nobody waits any more
    """Nobody waits for the computation any more."""


class Pace:
    """Counts work that is done; everything is called on the thread that works, but ``stop``.

    Args:
        told: Called with the percentage whenever it grows; 99 at most, since the rest is not counted.
    """

    def __init__(self, told: Callable[[int], object] | None = None) -> None:
        self._told, self._stopped = told, False
        self._whole, self._done, self._said = 1.0, 0.0, -1

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
        share = min(99, int(100.0 * self._done / self._whole))
        if share > self._said and self._told is not None:
            self._said = share
            self._told(share)

    def stop(self) -> None:
        """Have the next step of the work raise ``Stopped``."""
        self._stopped = True
