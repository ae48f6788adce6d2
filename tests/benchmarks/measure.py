"""Measuring fairly: interleaved repetitions, medians, and the machine named with the figures."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what was measured, its median in ``unit``, the bar it must stay under (None: for information)."""

    work: str
    value: float
    unit: str
    bar: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None without a bar."""
        return None if self.bar is None else self.value <= self.bar

    def to_json(self) -> dict[str, Any]:
        """The row for machines."""
        return {"work": self.work, "value": self.value, "unit": self.unit, "bar": self.bar, "met": self.met,
                "note": self.note}  # fmt: skip


async def interleaved(
    subjects: dict[str, Callable[[], Awaitable[float]]], rounds: int = 5, warmup: int = 1
) -> dict[str, float]:
    """Run every subject once a round, in turn, and return the median of each; warm-up rounds do not count."""
    found: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(warmup + rounds):
        for name, subject in subjects.items():
            value = await subject()
            if number >= warmup:
                found[name].append(value)
    return {name: statistics.median(values) for name, values in found.items()}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    system = f"{platform.system()} {platform.machine()}"
    return {"python": platform.python_version(), "system": system, "processors": os.cpu_count(), "load": load}


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| work | measured | bar | |", "|---|---|---|---|"]
    for row in rows:
        bar = "" if row.bar is None else f"≤ {row.bar:.3g} {row.unit}"
        word = {None: "", True: "met", False: "**short**"}[row.met]
        note = f" ({row.note})" if row.note else ""
        lines.append(f"| {row.work} | {row.value:.3g} {row.unit}{note} | {bar} | {word} |")
    return "\n".join(lines)
