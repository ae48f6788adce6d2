"""Durations as people write them, seconds or ``250ms 30s 5m 2h 7d``, and as they read them."""

from __future__ import annotations

import math
import re

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TEXT = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def seconds(duration: float | str) -> float:
    """Return a duration in seconds.

    Raises:
        ValueError: The text is not a number followed by one of ms, s, m, h, d; or the number is negative
            or not finite.
    """
    if isinstance(duration, str):
        match = _TEXT.fullmatch(duration.strip())
        if match is None:
            raise ValueError(f"{duration!r} is not a duration: write seconds, or a number with ms, s, m, h or d")
        length = float(match[1]) * _UNITS[match[2]]
        if math.isinf(length):
            raise ValueError(f"{duration[:60]!r} is not a duration: it is too long")
        return length
    try:
        length = float(duration)
    except OverflowError:
        raise ValueError("a whole number of that size is not a duration: it is too long") from None
    if isinstance(duration, bool) or not math.isfinite(length) or length < 0:
        raise ValueError(f"{duration!r} is not a duration: it must be a finite number of seconds, zero or more")
    return length


def duration_text(seconds: float | None) -> str:
    """Return a duration in seconds for people: ``0.25 s``, ``12 s``, ``3 min 05 s``, ``2 h 07 min``; empty for None."""
    if seconds is None:
        return ""
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
