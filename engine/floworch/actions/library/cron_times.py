"""When a schedule is due: pure functions of a cron expression, a time zone and a moment.

A time that the clock skips in spring becomes the first one after the gap, one that it shows twice in autumn counts
once; expressions with ``*`` as minute or hour go by the hours that really pass, as cron does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

#: Words for whole expressions.
ALIASES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


def zone_of(name: str) -> tzinfo:
    """The time zone of that name; ``local`` is this machine's, with its changes to summer time.

    Raises:
        ValueError: There is no such zone; the text says so.
    """
    if name.upper() in {"UTC", "Z"}:
        return UTC
    from zoneinfo import ZoneInfo

    try:
        if name == "local":
            from tzlocal import get_localzone

            return get_localzone()
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone, no such name, a folder of zones
        raise ValueError(f"There is no time zone '{name[:80]}' on this machine.") from None


def check_cron(cron: str) -> None:
    """Refuse what is no cron expression, and one that never comes.

    Raises:
        ValueError: The text says what is wrong.
    """
    if next(_ticks(cron, datetime(2024, 1, 1, tzinfo=UTC)), None) is None:
        raise ValueError(f"'{cron}' never comes.")


def dues(cron: str, zone: tzinfo, after: float) -> Iterator[float]:
    """Every moment at which the schedule is due after ``after``, in order, in epoch seconds; ends where cron does.

    Raises:
        ValueError: ``cron`` is no cron expression.
    """
    last = after
    for tick in _ticks(cron, datetime.fromtimestamp(after, zone)):
        at = tick.timestamp()
        if at > last:  # times in the gap of spring fall together, and the second hour of autumn begins in the first
            last = at
            yield at


def next_due(cron: str, zone: tzinfo, after: float) -> float | None:
    """The first moment after ``after``, or None when there is none. Raises ValueError."""
    return next(dues(cron, zone, after), None)


def explain(cron: str) -> str:
    """The schedule in English words. Raises ValueError."""
    from cronsim import CronSim, CronSimError

    try:
        return CronSim(ALIASES.get(cron.strip().lower(), cron), datetime(2024, 1, 1, tzinfo=UTC)).explain()
    except CronSimError as error:
        raise _wrong(cron, error) from None


def _ticks(cron: str, start: datetime) -> Iterator[datetime]:
    from cronsim import CronSim, CronSimError

    try:
        yield from CronSim(ALIASES.get(cron.strip().lower(), cron), start)
    except CronSimError as error:
        raise _wrong(cron, error) from None
    except OverflowError:  # the end of the calendar
        return


def _wrong(cron: str, error: Exception) -> ValueError:
    return ValueError(f"'{cron[:80]}' is no schedule: {str(error)[:1].lower()}{str(error)[1:]}.")
