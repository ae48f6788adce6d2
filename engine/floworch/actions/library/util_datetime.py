"""``util.datetime``: calculate with points in time."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.widgets import Expression, show_if
from floworch.errors import ActionError, ErrorKind

_STEP = re.compile(r"\s*([+-]?\s*\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w|months?|years?)\b\s*", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
Unit = Literal["seconds", "minutes", "hours", "days"]
_UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0}


class Moment(TypedDict):
    """The result (text in ISO 8601 or in 'format', a number for diff), and the point in time behind it twice more."""

    value: str | float
    iso: str
    epoch: float


@action(
    "util.datetime",
    title="Date and time",
    category="utility",
    icon="clock",
    subtitle="op",
    effect="pure",
    example={"value": "2026-01-31T18:00:00Z", "op": "add", "amount": "1 month", "tz": "Europe/Berlin"},
)
async def util_datetime(
    ctx: Context,
    value: Annotated[Expression, Field(title="Time")] = "now",
    op: Annotated[Literal["add", "diff", "format", "parse"], Field(title="What to do")] = "parse",
    amount: Annotated[str, Field(title="Time to add"), show_if(op="add")] = "0s",
    other: Annotated[Expression, Field(title="Time to subtract"), show_if(op="diff")] = "now",
    unit: Annotated[Unit, Field(title="Unit of the difference"), show_if(op="diff")] = "seconds",
    format: Annotated[str, Field(max_length=200)] = "",  # noqa: A002 - the parameter's name in definitions
    tz: Annotated[str, Field(title="Time zone")] = "UTC",
) -> Moment:
    """Read, shift, compare or write points in time.

    Args:
        value: now, ISO 8601 text (2026-01-31T18:00:00Z, 2026-01-31), or seconds since 1970. Text without a zone is
            read in 'tz'.
        op: parse reads a time, add shifts it, format writes it as text, diff gives 'value' minus 'other'.
        amount: What to add, such as 90m, -1d, 2w, 1 month, or several: 1 year -2d. Days and longer keep the time on the
            clock, also over a change to summer time; a month is never left (31 January and 1 month is 28 February).
        other: The time that is subtracted.
        unit: What the difference is counted in.
        format: How text is written, or read by parse: %Y-%m-%d %H:%M:%S and so on, as in Python. Empty is ISO 8601.
        tz: Time zone such as Europe/Berlin, UTC, or local.
    """
    zone = _zone(tz)
    when = _read(ctx, value, zone, format if op == "parse" else "", "value")
    try:
        if op == "add":
            when = _shift(when, amount, zone)
        result: str | float = when.isoformat()
        if op == "diff":
            apart = when.astimezone(UTC) - _read(ctx, other, zone, "", "other").astimezone(UTC)
            result = apart.total_seconds() / _UNITS[unit]
        elif op in {"format", "add"} and format:
            result = when.strftime(format)
        return Moment(value=result, iso=when.isoformat(), epoch=when.timestamp())
    except (OverflowError, ValueError):
        raise ActionError(
            "The result lies outside the calendar, or 'format' cannot be written.",
            ErrorKind.VALIDATION,
            hint="Years go from 1 to 9999; formats are written like %Y-%m-%d.",
        ) from None


def _zone(name: str) -> tzinfo:
    if name == "local":
        found = datetime.now().astimezone().tzinfo
        assert found is not None
        return found
    if name.upper() in {"UTC", "Z"}:
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone, no such name, a folder of zones
        raise ActionError(
            f"There is no time zone '{name[:80]}' on this machine.",
            ErrorKind.VALIDATION,
            hint="Write it like Europe/Berlin, UTC or local.",
        ) from None


def _read(ctx: Context, value: Any, zone: tzinfo, pattern: str, name: str) -> datetime:
    try:
        if isinstance(value, str) and value.strip() == "now":
            return datetime.fromtimestamp(ctx.now(), zone)
        if isinstance(value, str):
            text = value.strip()
            value = datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)  # noqa: DTZ007
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            value = datetime.fromtimestamp(value, UTC)
        if isinstance(value, datetime):
            return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
    except (ValueError, OverflowError, OSError):
        pass
    raise ActionError(
        f"'{name}' is {show(value)}, which is no point in time{f' in the form {pattern}' if pattern else ''}.",
        ErrorKind.VALIDATION,
        hint="Write it like 2026-01-31T18:00:00Z, as seconds since 1970, or say its 'format'.",
    )


def _shift(when: datetime, amount: str, zone: tzinfo) -> datetime:
    place = 0
    while place < len(amount) or not amount.strip():
        step = _STEP.match(amount, place)
        if step is None:
            raise ActionError(
                f"'amount' must be a span of time, not {show(amount)}.",
                ErrorKind.VALIDATION,
                hint="Write it like 90m, -1d, 2w, 1 month or 1 year -2d.",
            )
        number, unit = float(step[1].replace(" ", "")), step[2].lower()
        place = step.end()
        if unit.startswith(("month", "year")):
            when = _months(when, number * (12 if unit.startswith("year") else 1))
        elif unit in {"d", "w"} and number.is_integer():  # the same time on the clock
            when = when + timedelta(days=number * (7 if unit == "w" else 1))
        else:
            when = (when.astimezone(UTC) + timedelta(seconds=number * _SECONDS[unit])).astimezone(zone)
    return when.astimezone(UTC).astimezone(zone)  # a time that a clock skips becomes the one it shows


def _months(when: datetime, count: float) -> datetime:
    if not count.is_integer():
        raise ActionError(
            "'amount' must hold whole months and years.", ErrorKind.VALIDATION, hint="Write days for parts of them."
        )
    year, month = divmod(when.year * 12 + when.month - 1 + int(count), 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return when.replace(year=year, month=month + 1, day=min(when.day, calendar.monthrange(year, month + 1)[1]))
