"""Measuring fairly: interleaved repetitions, medians, and the machine named with the figures."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured.

    Attributes:
        nodes: Of the ordinary workflows. large: of large ones, and of large definitions.
        items: Of loops. runs: in a list of runs. rounds: of every measurement; their median counts.
        turns: Of operations too short to be timed one by one; a tenth of it of the longer ones.
            ratios: How many times as many rounds are measured where two short things are held against each other.
        quick: Whether this is the short form, which leaves out what takes minutes.
    """

    nodes: int = 1000
    large: int = 10_000
    items: int = 100_000
    runs: int = 10_000
    rounds: int = 5
    quick: bool = False
    turns: int = 10_000
    ratios: int = 1


FULL = Scale(ratios=6)
QUICK = Scale(nodes=300, large=2000, items=10_000, runs=500, rounds=3, quick=True)


#: Microseconds per node of the floor, one asyncio task per node of a chain, on the machine that absolute bars are for.
REFERENCE = 17.0


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        work: What was measured. value: its median in ``unit``.
        bar: What it must not exceed on a machine of the reference kind (with ``least``: must reach); None without one.
        note: What it is compared with, if anything.
        suite: Name of the suite it belongs to, set when the suite has run.
        scales: Whether the bar is absolute, so that it is another one on a machine with another floor.
        floor: Microseconds per node of one asyncio task per node, measured beside a bar that scales; None where it was
            not.
    """

    work: str
    value: float
    unit: str
    bar: float | None = None
    note: str = ""
    least: bool = False
    suite: str = ""
    scales: bool = False
    floor: float | None = None

    @property
    def here(self) -> float | None:
        """The bar as it is on this machine: scaled with its floor; None where it does not or no floor is known."""
        if self.bar is None or not self.scales or not self.floor:
            return None
        share = self.floor / REFERENCE
        return self.bar / share if self.least else self.bar * share

    @property
    def held(self) -> float | None:
        """The bar that the figure is held against: ``here``, else ``bar``."""
        return self.bar if self.here is None else self.here

    @property
    def met(self) -> bool | None:
        """Whether the bar of this machine is met; None without a bar."""
        bar = self.held
        if bar is None:
            return None
        return self.value >= bar if self.least else self.value <= bar

    def to_json(self) -> dict[str, Any]:
        """The row for machines."""
        return {"suite": self.suite, "work": self.work, "value": self.value, "unit": self.unit, "bar": self.bar,
                "least": self.least, "met": self.met, "note": self.note, "scales": self.scales, "floor": self.floor,
                "here": self.here}  # fmt: skip

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Row:
        """The row that ``to_json`` gave."""
        return cls(
            row["work"], row["value"], row["unit"], row["bar"], row.get("note", ""), bool(row.get("least")),
            row.get("suite", ""), bool(row.get("scales")), row.get("floor"),
        )  # fmt: skip


#: What the second row of a pair is called: the same by the time of the processor.
BUSY = ", by processor time"


def pair(work: str, clock: float, processor: float, unit: str, bar: float) -> list[Row]:
    """One work by the clock and by processor time, which a busy machine distorts less, with an absolute bar."""
    return [Row(work, clock, unit, bar, scales=True), Row(work + BUSY, processor, unit, bar, scales=True)]


@dataclass(frozen=True, slots=True)
class Pace:
    """Medians of one subject.

    Attributes:
        clock: What it gave.
        processor: Seconds that it kept the processor busy, all threads together: what a busy machine distorts less.
    """

    clock: float
    processor: float


async def paced(
    subjects: Mapping[str, Callable[[], Awaitable[float]]], rounds: int = 5, warmup: int = 1
) -> dict[str, Pace]:
    """Run every subject once a round, in turn, and return the medians of each; warm-up rounds do not count."""
    clock: dict[str, list[float]] = {name: [] for name in subjects}
    busy: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(warmup + rounds):
        for name, subject in subjects.items():
            began = time.process_time()
            value = await subject()
            if number >= warmup:
                clock[name].append(value)
                busy[name].append(time.process_time() - began)
    return {name: Pace(statistics.median(clock[name]), statistics.median(busy[name])) for name in subjects}


async def interleaved(
    subjects: Mapping[str, Callable[[], Awaitable[float]]], rounds: int = 5, warmup: int = 1
) -> dict[str, float]:
    """``paced`` by the clock alone."""
    return {name: pace.clock for name, pace in (await paced(subjects, rounds, warmup)).items()}


def medians(works: Mapping[str, Callable[[], object]], rounds: int = 5, warmup: int = 1) -> dict[str, float]:
    """Median seconds of one call of each, taken in turn; garbage is collected between the calls, not in them."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(warmup + rounds):
        for name, work in works.items():
            gc.collect()
            began = time.perf_counter()
            work()
            if number >= warmup:
                found[name].append(time.perf_counter() - began)
    return {name: statistics.median(values) for name, values in found.items()}


def machine() -> dict[str, Any]:
    """What the figures are measured on: ``floworch python system processor processors load at`` (the date)."""
    from floworch.versions import VERSION

    return {
        "floworch": VERSION,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": _processor(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "at": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def _processor() -> str:
    """The processor's model, as far as the system tells."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"
