from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from floworch.errors import ExpressionError
from floworch.expr import compile_value


def value_of(source: str, **data: Any) -> Any:
    return compile_value("{{ " + source + " }}").evaluate({"data": data})


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("'2026-01-31' | parse_date", "2026-01-31T00:00:00"),
        ("'31.01.2026 10:05' | parse_date('%d.%m.%Y %H:%M')", "2026-01-31T10:05:00"),
        ("'2026-01-31' | parse_date(tz='Europe/Berlin')", "2026-01-31T00:00:00+01:00"),
        ("0 | parse_date", "1970-01-01T00:00:00+00:00"),
        ("'2026-01-31T10:00:00' | date_format", "2026-01-31"),
        ("'2026-01-31' | date_format('%d/%m/%y')", "31/01/26"),
        ("'2026-01-31T10:00:00+00:00' | date_format('%H:%M', tz='Asia/Kolkata')", "15:30"),
        ("'2026-01-31' | date_add('1d')", "2026-02-01T00:00:00"),
        ("'2026-01-31' | date_add('-2h')", "2026-01-30T22:00:00"),
        ("'2026-01-31' | date_add(months=1)", "2026-02-28T00:00:00"),
        ("'2026-03-31' | date_add(months=-13)", "2025-02-28T00:00:00"),
        ("'2026-01-31' | date_add(90, days=1, minutes=1)", "2026-02-01T00:02:30"),
    ],
)
def test_dates(source: str, value: str) -> None:
    assert value_of(source) == value


def test_datetimes_of_the_data_work_as_text() -> None:
    assert value_of("data.when | date_add('1w') | date_format", when=datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-08"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("'yesterday' | parse_date", "not an ISO-8601 date"),
        ("'x' | parse_date('%Y')", "does not have the format"),
        ("none | date_format", "not null"),
        ("'2026-01-31' | date_add('soon')", "not a span of time"),
        ("'9999-12-31' | date_add('7d')", "between the years"),
        ("'2026-01-31' | date_add(months=999999)", "between the years"),
        ("'2026-01-31' | parse_date(tz='Mars/Base')", "no time zone"),
        ("1e300 | parse_date", "not a time in seconds"),
        ("'2026-01-31' | date_add(days='x')", "date_add"),
    ],
)
def test_what_is_no_date_is_refused(source: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value_of(source)
    assert said in caught.value.message
