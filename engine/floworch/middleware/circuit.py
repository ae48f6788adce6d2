"""The states of a circuit: closed, open, half open. Time comes in as numbers; calls may come from any thread."""

from __future__ import annotations

import threading
from typing import Literal

#: Seconds to come back after when all trial calls are under way and none has ended.
BUSY_WAIT = 1.0


class Circuit:
    """One circuit.

    Attributes:
        state: ``closed`` lets calls through, ``open`` none, ``half_open`` a few trial calls.
        failures: Failures in a row.
        generation: Counts the changes of state. A call that began before a change says nothing about the state after.
    """

    def __init__(self) -> None:
        self.state: Literal["closed", "open", "half_open"] = "closed"
        self.failures = 0
        self.generation = 0
        self._opened_at = 0.0
        self._trying = 0
        self._passed = 0
        self._lock = threading.Lock()

    def enter(self, now: float, reset: float, probes: int) -> float | None:
        """Ask to call on: None is yes, a number is no and says after how many seconds to ask again."""
        with self._lock:
            if self.state == "open":
                self._opened_at = min(self._opened_at, now)  # the clock may have been set back
                wait = self._opened_at + reset - now
                if wait > 0:
                    return wait
                self._change("half_open")
                self._trying = self._passed = 0
            if self.state == "half_open":
                if self._trying + self._passed >= probes:
                    return BUSY_WAIT
                self._trying += 1
            return None

    def succeeded(self, generation: int, probes: int) -> None:
        """A call that was let through in ``generation`` got an answer."""
        with self._lock:
            if generation != self.generation:
                return
            self.failures = 0 if self.state == "closed" else self.failures
            if self.state == "half_open":
                self._trying -= 1
                self._passed += 1
                if self._passed >= probes:
                    self.failures = 0
                    self._change("closed")

    def failed(self, generation: int, now: float, threshold: int) -> None:
        """A call that was let through in ``generation`` failed."""
        with self._lock:
            if generation != self.generation:
                return
            self.failures += 1
            if self.state == "half_open" or self.failures >= threshold:
                self._opened_at = now
                self._change("open")

    def abandoned(self, generation: int) -> None:
        """A call that was let through in ``generation`` was cancelled: a trial call gives its place back."""
        with self._lock:
            if generation == self.generation and self.state == "half_open":
                self._trying -= 1

    def _change(self, state: Literal["closed", "open", "half_open"]) -> None:
        self.state = state
        self.generation += 1
