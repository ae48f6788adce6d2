"""Date filters. Inside expressions a moment is ISO-8601 text; these read it, write it and move it."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from floworch.errors import ExpressionError

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST = 1000  # characters of a format
_SPAN = re.compile(r"([+-]?)\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")


def _moment(value: Any, name: str) -> datetime:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            raise ExpressionError(f"{name}: {value} is not a time in seconds since 1970.") from None
    if not isinstance(value, str):
        raise ExpressionError(f"{name} needs a date as text, not {'null' if value is None else type(value).__name__}.")
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        hint = "Write it as 2026-01-31T10:00:00+00:00, or use parse_date with a format."
        raise ExpressionError(f"{name}: {value[:80]!r} is not an ISO-8601 date.", hint=hint) from None


def _zone(name: str, filter_name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ExpressionError(f"{filter_name}: no time zone {name!r}.", hint="Such as Europe/Berlin.") from None


def parse_date(value: Any, format: str | None = None, tz: str | None = None) -> str:  # noqa: A002 - the filter's own word
    """Read a date and return it as ISO-8601 text.

    Args:
        value: Text, or seconds since 1970.
        format: strptime format; without it the text must be ISO-8601.
        tz: Time zone of a date that names none.
    """
    if format is None:
        moment = _moment(value, "parse_date")
    elif len(format) > _LONGEST:
        raise ExpressionError(f"parse_date: the format is longer than {_LONGEST} characters.")
    else:
        try:
            moment = datetime.strptime(str(value), format)  # noqa: DTZ007 - the zone follows below
        except ValueError:
            raise ExpressionError(f"parse_date: {str(value)[:80]!r} does not have the format {format!r}.") from None
    if tz is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=_zone(tz, "parse_date"))
    return moment.isoformat()


def date_format(value: Any, format: str = "%Y-%m-%d", tz: str | None = None) -> str:  # noqa: A002
    """Write a date with a strftime format, in time zone ``tz`` when one is given."""
    if len(format) > _LONGEST:
        raise ExpressionError(f"date_format: the format is longer than {_LONGEST} characters.")
    moment = _moment(value, "date_format")
    if tz is not None:
        moment = moment.astimezone(_zone(tz, "date_format"))
    try:
        return moment.strftime(format)
    except (ValueError, UnicodeError):
        raise ExpressionError(f"date_format: {format!r} is not a date format.") from None


def date_add(
    value: Any, span: Any = 0, *, months: int = 0, weeks: float = 0, days: float = 0, hours: float = 0,
    minutes: float = 0, seconds: float = 0,
) -> str:  # fmt: skip
    """Move a date and return it as ISO-8601 text.

    Args:
        value: The date.
        span: Seconds, or text such as ``"1d"``, ``"-2h"``, ``"90m"``.
        months: Calendar months; a day that the month does not have becomes its last day.
        weeks: More to add, negative to go back, as all below.
        days: Days of 24 hours.
        hours: Hours.
        minutes: Minutes.
        seconds: Seconds.
    """
    moment = _moment(value, "date_add")
    try:
        moment = _add_months(moment, months)
        step = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds + _seconds(span))
        return (moment + step).isoformat()
    except (OverflowError, ValueError, TypeError):
        raise ExpressionError("date_add: the result is not a date between the years 1 and 9999.") from None


def _add_months(moment: datetime, months: int) -> datetime:
    if not months:
        return moment
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    if not 1 <= year <= 9999:
        raise OverflowError
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def _seconds(span: Any) -> float:
    if isinstance(span, (int, float)) and not isinstance(span, bool):
        return float(span)
    match = _SPAN.fullmatch(span.strip()) if isinstance(span, str) else None
    if match is None:
        raise ExpressionError(f"date_add: {span!r} is not a span of time.", hint="Such as '1d', '-2h' or '90m'.")
    return float(match[1] + match[2]) * _UNITS[match[3]]
