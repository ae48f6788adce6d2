"""Log lines and progress of nodes: at most 1 000 a second per node, with a count of what was dropped (contract C15)."""

from __future__ import annotations

LIMIT_PER_SECOND = 1000


class NoteLimiter:
    """Decides which notes are kept."""

    def __init__(self) -> None:
        self._windows: dict[int, list[float]] = {}

    def admit(self, node: int, at: float) -> tuple[bool, int]:
        """Whether a note of ``node`` at ``at`` (epoch seconds) is kept, and how many were dropped just before it."""
        window = self._windows.get(node)
        if window is None or at - window[0] >= 1.0:
            dropped = int(window[2]) if window is not None else 0
            self._windows[node] = [at, 1.0, 0.0]
            return True, dropped
        if window[1] >= LIMIT_PER_SECOND:
            window[2] += 1.0
            return False, 0
        window[1] += 1.0
        return True, 0

    def take(self, node: int) -> int:
        """How many notes of ``node`` were dropped and are not told yet; from now on they are."""
        window = self._windows.get(node)
        if window is None:
            return 0
        dropped, window[2] = int(window[2]), 0.0
        return dropped
