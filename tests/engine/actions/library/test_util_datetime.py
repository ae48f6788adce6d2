"""util.datetime: clocks, calendars and zones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.errors import ActionError
from floworch.testing import FakeHost, run_action

BERLIN = "Europe/Berlin"


def value(**params: Any) -> Any:
    return run_action("util.datetime", FakeHost(now=1_000_000_000.0), **params)["value"]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "2001-09-09T01:46:40+00:00"),
        ({"value": 0, "tz": BERLIN}, "1970-01-01T01:00:00+01:00"),
        ({"value": "2026-01-31"}, "2026-01-31T00:00:00+00:00"),
        ({"value": "2026-07-01T12:00", "tz": BERLIN}, "2026-07-01T12:00:00+02:00"),
        ({"value": "2026-07-01T12:00:00Z", "tz": BERLIN}, "2026-07-01T14:00:00+02:00"),
        ({"value": "31.01.2026", "format": "%d.%m.%Y"}, "2026-01-31T00:00:00+00:00"),
        ({"op": "format", "format": "%d.%m.%Y %H:%M", "tz": BERLIN}, "09.09.2001 03:46"),
        ({"op": "add", "value": "2026-01-31", "amount": "1 month"}, "2026-02-28T00:00:00+00:00"),
        ({"op": "add", "value": "2024-02-29", "amount": "1 year -2d"}, "2025-02-26T00:00:00+00:00"),
        ({"op": "add", "value": "2026-01-15", "amount": "-13 months"}, "2024-12-15T00:00:00+00:00"),
        ({"op": "add", "value": "2026-01-15", "amount": "1.5h"}, "2026-01-15T01:30:00+00:00"),
        # the night in which the clock skips from two to three
        ({"op": "add", "value": "2026-03-28T12:00", "amount": "1d", "tz": BERLIN}, "2026-03-29T12:00:00+02:00"),
        ({"op": "add", "value": "2026-03-28T12:00", "amount": "24h", "tz": BERLIN}, "2026-03-29T13:00:00+02:00"),
        ({"op": "add", "value": "2026-03-28T02:30", "amount": "1d", "tz": BERLIN}, "2026-03-29T03:30:00+02:00"),
        ({"op": "add", "value": "2026-01-31", "amount": "1w", "format": "%A"}, "Saturday"),
        ({"op": "diff", "value": "2026-01-02", "other": "2026-01-01"}, 86400.0),
        ({"op": "diff", "value": "2026-01-01", "other": "2026-01-02T12:00Z", "unit": "days"}, -1.5),
        ({"op": "diff", "value": "2026-03-29T12:00", "other": "2026-03-28T12:00", "tz": BERLIN, "unit": "hours"}, 23.0),
    ],
)
def test_what_comes_out(params: dict[str, Any], expected: Any) -> None:
    assert value(**params) == expected


def test_the_moment_comes_in_every_form() -> None:
    output = run_action("util.datetime", value="2026-01-01T00:00:00+01:00", op="format", format="%Y")
    assert output == {"value": "2025", "iso": "2025-12-31T23:00:00+00:00", "epoch": 1767222000.0}


@given(st.datetimes(), st.integers(-1000, 1000))
def test_adding_days_can_be_taken_back(when: Any, days: int) -> None:
    try:
        there = value(value=when.isoformat(), op="add", amount=f"{days}d")
    except ActionError:
        assert not 1 < when.year + days / 365 < 9999
        return
    assert value(value=there, op="diff", other=when.isoformat(), unit="days") == days


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"value": "soon"}, "'value' is 'soon', which is no point in time."),
        ({"value": True}, "'value' is true, which is no point in time."),
        ({"value": 1e300}, "which is no point in time."),
        ({"value": "2026", "format": "%H"}, "'value' is '2026', which is no point in time in the form %H."),
        ({"op": "diff", "other": []}, "'other' is a list of 0, which is no point in time."),
        ({"op": "add", "amount": "two days"}, "'amount' must be a span of time, not 'two days'."),
        ({"op": "add", "amount": " "}, "'amount' must be a span of time, not ' '."),
        ({"op": "add", "amount": "1.5 months"}, "'amount' must hold whole months and years."),
        ({"op": "add", "amount": "9999 years"}, "The result lies outside the calendar"),
        ({"op": "add", "amount": "99999999999999d"}, "The result lies outside the calendar"),
        ({"tz": "Mars/Olympus"}, "There is no time zone 'Mars/Olympus' on this machine."),
        ({"tz": "../../etc/passwd"}, "There is no time zone"),
        ({"tz": "Europe"}, "There is no time zone"),
    ],
)
async def test_bad_input(act: Any, params: dict[str, Any], message: str) -> None:
    error = await act.error("util.datetime", **params)
    assert error.kind == "validation_error"
    assert message in str(error)
