"""Time behind one small interface, so that tests can skip it; and how people read it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the engine asks of time. All values are seconds."""

    def now(self) -> float:
        """Wall-clock seconds since the Unix epoch; what events carry as ``at``."""
        ...

    async def sleep_until(self, at: float) -> None:
        """Return once ``now() >= at``; never earlier, also when the system clock jumps."""
        ...


class SystemClock:
    """The computer's own clock."""

    #: Wall-clock seconds since the Unix epoch. The function itself, because the engine asks for every node.
    now = staticmethod(time.time)

    async def sleep_until(self, at: float) -> None:
        """Return once the wall clock has reached ``at`` (checked again at least every minute)."""
        while (left := at - time.time()) > 0:  # noqa: ASYNC110 - a jump of the system clock sets no event
            await asyncio.sleep(min(left, 60.0))


def local_text(at: float, millis: bool = False) -> str:
    """A moment for people: local time with its distance from UTC, ``2026-01-31 18:05:00 +01:00``.

    Args:
        at: Epoch seconds.
        millis: Write thousandths of a second, too.
    """
    moment = datetime.fromtimestamp(round(at, 3) if millis else int(at // 1), UTC)
    with suppress(OverflowError, OSError, ValueError):  # the last hours of the year 9999, and zones unknown here
        moment = moment.astimezone()
    zone = f"{moment:%z}"
    fraction = f".{moment.microsecond // 1000:03d}" if millis else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}{fraction} {zone[:3]}:{zone[3:5]}"


def local_of(iso: str, millis: bool = False) -> str:
    """``local_text`` of a moment in ISO 8601 with a zone; text that is none stays as it is."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return local_text(moment.timestamp(), millis) if moment.tzinfo is not None else iso
