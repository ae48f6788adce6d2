"""The computer's own clock, and moments for people."""

from __future__ import annotations

import asyncio
import time

import pytest

from floworch.clock import SystemClock, local_of, local_text


async def test_it_never_wakes_too_early_and_the_past_at_once() -> None:
    clock = SystemClock()
    at = clock.now() + 0.01
    await clock.sleep_until(at)
    assert time.time() >= at
    await asyncio.wait_for(clock.sleep_until(at - 100), 5)


@pytest.mark.usefixtures("vienna")
def test_people_read_local_time_with_its_distance_from_utc() -> None:
    assert local_text(1_767_225_600.9) == "2026-01-01 01:00:00 +01:00"
    assert local_text(1_782_864_000.0) == "2026-07-01 02:00:00 +02:00"
    assert local_text(1_767_225_600.1239, millis=True) == "2026-01-01 01:00:00.124 +01:00"


@pytest.mark.usefixtures("vienna")
def test_a_moment_that_is_written_for_programs_is_read_for_people() -> None:
    assert local_of("2026-01-01T00:00:00Z") == "2026-01-01 01:00:00 +01:00"
    assert local_of("2026-01-01T00:00:00.005Z", millis=True) == "2026-01-01 01:00:00.005 +01:00"
    assert local_of("2026-01-01T00:00:00") == "2026-01-01T00:00:00"
    assert local_of("later") == "later"


@pytest.mark.usefixtures("vienna")
def test_the_last_hour_of_all_years_stays_in_utc() -> None:
    assert local_of("9999-12-31T23:59:59Z") == "9999-12-31 23:59:59 +00:00"
