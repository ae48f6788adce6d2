"""A registry of counters and timings, kept in memory."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class Timing:
    """Durations in seconds.

    Attributes:
        count, total: How many, and their sum. shortest, longest: Their bounds.
    """

    count: int = 0
    total: float = 0.0
    shortest: float = float("inf")
    longest: float = 0.0

    def add(self, seconds: float) -> None:
        """Take one more into account."""
        self.count += 1
        self.total += seconds
        self.shortest = min(self.shortest, seconds)
        self.longest = max(self.longest, seconds)

    @property
    def mean(self) -> float:
        """Their mean; 0 when there are none."""
        return self.total / self.count if self.count else 0.0


class Metrics:
    """Counters and timings by name and labels; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counters: dict[_Key, int] = {}
        self._timings: dict[_Key, Timing] = {}

    def count(self, name: str, labels: Mapping[str, str], by: int = 1) -> None:
        """Add to a counter."""
        key = name, tuple(sorted(labels.items()))
        with self._lock:
            self._counters[key] = self._counters.get(key, 0) + by

    def time(self, name: str, seconds: float, labels: Mapping[str, str]) -> None:
        """Add a duration to a timing."""
        key = name, tuple(sorted(labels.items()))
        with self._lock:
            self._timings.setdefault(key, Timing()).add(seconds)

    def value(self, name: str, **labels: str) -> int:
        """The sum of the counters of that name that carry these labels."""
        wanted = set(labels.items())
        with self._lock:
            return sum(n for (known, own), n in self._counters.items() if known == name and wanted <= set(own))

    def timing(self, name: str, **labels: str) -> Timing:
        """The timings of that name that carry these labels, as one."""
        wanted = set(labels.items())
        found = Timing()
        with self._lock:
            for (known, own), one in self._timings.items():
                if known == name and wanted <= set(own):
                    found.count += one.count
                    found.total += one.total
                    found.shortest = min(found.shortest, one.shortest)
                    found.longest = max(found.longest, one.longest)
        return found

    def snapshot(self) -> dict[str, list[dict[str, Any]]]:
        """Everything as plain JSON.

        ``{"counters": [{"name", "labels", "value"}], "timings": [{"name", "labels", "count", "total", "shortest",
        "longest"}]}``, sorted by name and labels; durations in seconds.
        """
        with self._lock:
            counters = [
                {"name": name, "labels": dict(labels), "value": value}
                for (name, labels), value in sorted(self._counters.items())
            ]
            timings = [
                {
                    "name": name, "labels": dict(labels), "count": one.count, "total": one.total,
                    "shortest": one.shortest, "longest": one.longest,
                }
                for (name, labels), one in sorted(self._timings.items(), key=lambda entry: entry[0])
            ]  # fmt: skip
        return {"counters": counters, "timings": timings}

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._counters.clear()
            self._timings.clear()
