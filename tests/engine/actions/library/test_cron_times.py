"""When schedules are due, against the clock of real time zones: pure, so any moment can be asked about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.actions.library.cron_times import ALIASES, check_cron, dues, explain, next_due, zone_of

BERLIN = "Europe/Berlin"  # 2026: to summer time on 29 March at 2:00, back on 25 October at 3:00
ZONES = (BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "UTC")
CRONS = ("30 2 * * *", "0 9 * * 1-5", "*/10 * * * *", "0 */6 * * *", "15 1,2,3 * * *", "0 0 1 * *", "5 4 * * 0")
START, END = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2024, 2027))
moments = st.integers(START, END)


def shown(cron: str, zone: str, start: str, count: int) -> list[str]:
    """The next times after local time ``start``, as the clock there shows them."""
    place = ZoneInfo(zone)
    after = datetime.fromisoformat(start).replace(tzinfo=place).timestamp()
    return [f"{datetime.fromtimestamp(at, place):%d %H:%M%z}" for at in islice(dues(cron, place, after), count)]


def test_a_time_that_the_clock_skips_is_due_right_after_the_gap() -> None:
    assert shown("30 2 * * *", BERLIN, "2026-03-28T03:00", 3) == ["29 03:00+0200", "30 02:30+0200", "31 02:30+0200"]


def test_several_times_in_the_gap_are_one() -> None:
    assert shown("0,15,30 2 * * *", BERLIN, "2026-03-29T01:00", 2) == ["29 03:00+0200", "30 02:00+0200"]


def test_a_time_that_the_clock_shows_twice_is_due_once() -> None:
    assert shown("30 2 * * *", BERLIN, "2026-10-24T12:00", 2) == ["25 02:30+0200", "26 02:30+0100"]
    second = datetime(2026, 10, 25, 2, 15, tzinfo=ZoneInfo(BERLIN), fold=1).timestamp()
    after = next_due("30 2 * * *", ZoneInfo(BERLIN), second)
    assert after is not None
    assert datetime.fromtimestamp(after, ZoneInfo(BERLIN)).day == 26


def test_every_hour_goes_by_hours_that_pass() -> None:
    assert shown("0 * * * *", BERLIN, "2026-10-25T01:30", 3) == ["25 02:00+0200", "25 02:00+0100", "25 03:00+0100"]
    assert shown("0 * * * *", BERLIN, "2026-03-29T00:30", 3) == ["29 01:00+0100", "29 03:00+0200", "29 04:00+0200"]


@settings(deadline=None, max_examples=60)
@given(cron=st.sampled_from(CRONS), zone=st.sampled_from(ZONES), after=moments)
def test_dues_grow_and_do_not_depend_on_where_one_began_to_look(cron: str, zone: str, after: int) -> None:
    found = list(islice(dues(cron, zone_of(zone), after), 12))
    assert all(earlier < later for earlier, later in zip([after, *found], found, strict=False))
    for place, at in enumerate(found[:-1]):
        assert next_due(cron, zone_of(zone), at) == found[place + 1]
        assert next_due(cron, zone_of(zone), found[place + 1] - 1) == found[place + 1]


@settings(deadline=None, max_examples=40)
@given(
    zone=st.sampled_from(ZONES), hour=st.integers(0, 23), minute=st.integers(0, 59),
    day=st.dates(date(2024, 1, 2), date(2027, 1, 1)),
)  # fmt: skip
def test_a_daily_time_is_due_exactly_once_on_each_day(zone: str, hour: int, minute: int, day: date) -> None:
    place = ZoneInfo(zone)
    start = datetime.combine(day, datetime.min.time(), place)
    end = datetime.combine(start.date() + timedelta(days=9), datetime.min.time(), place)
    found = list(islice(dues(f"{minute} {hour} * * *", place, start.timestamp() - 1), 12))
    days = [datetime.fromtimestamp(at, place).date() for at in found if at < end.timestamp()]
    assert days == [start.date() + timedelta(days=number) for number in range(9)]


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("", "'' is no schedule: wrong number of fields."),
        ("61 * * * *", "'61 * * * *' is no schedule: bad minute."),
        ("* * * *", "'* * * *' is no schedule: wrong number of fields."),
        ("0 0 31 2 *", "'0 0 31 2 *' is no schedule: bad day-of-month."),
        ("@never", "'@never' is no schedule: wrong number of fields."),
    ],
)
def test_what_is_no_schedule_is_refused_in_words(cron: str, words: str) -> None:
    with pytest.raises(ValueError, match="schedule") as caught:
        check_cron(cron)
    assert str(caught.value) == words


@pytest.mark.parametrize("alias", ALIASES)
def test_aliases_are_schedules(alias: str) -> None:
    check_cron(alias)
    assert explain(alias) == explain(ALIASES[alias])


def test_zones_are_found_by_name() -> None:
    assert zone_of("utc") is UTC
    assert zone_of(BERLIN) == ZoneInfo(BERLIN)
    assert datetime.now(zone_of("local")).utcoffset() == datetime.now().astimezone().utcoffset()
    for wrong in ("Mars/Olympus", "", "../etc"):
        with pytest.raises(ValueError, match="There is no time zone"):
            zone_of(wrong)
