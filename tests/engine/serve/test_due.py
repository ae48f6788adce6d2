"""What a schedule does at a moment and after a gap: pure, so that years pass in a test."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.actions.library.cron_times import next_due
from floworch.serve.due import GRACE, MOST_WAITING, Decision, Memory, Rule, decide

HOUR = 3600.0
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp()
SPRING = int(datetime(2026, 3, 20, tzinfo=UTC).timestamp())  # both changes of the clock follow
HOURLY = Rule("0 * * * *", UTC)


def begun(rule: Rule, at: float) -> Memory:
    return decide(rule, None, at, busy=False).memory


def test_a_new_schedule_has_missed_nothing_and_wakes_at_its_first_time() -> None:
    assert decide(HOURLY, None, NOON + 1, busy=False) == Decision(
        None, (), Memory("0 * * * * UTC", NOON + 1), NOON + HOUR
    )


def test_a_run_starts_when_it_is_due_and_not_again() -> None:
    memory = begun(HOURLY, NOON - 1)
    now = decide(HOURLY, memory, NOON, busy=False)
    assert (now.start, now.wake) == (NOON, NOON + HOUR)
    assert decide(HOURLY, now.memory, NOON + 1, busy=False).start is None
    late = decide(HOURLY, memory, NOON + GRACE - 1, busy=False)
    assert (late.start, late.skipped) == (NOON, ())


@pytest.mark.parametrize(("missed", "start"), [("run_once", NOON + 5 * HOUR), ("skip", None)])
def test_after_a_gap_the_last_missed_time_is_run_once_or_not_at_all(missed: str, start: float | None) -> None:
    rule = Rule("0 * * * *", UTC, missed=missed)  # type: ignore[arg-type]
    found = decide(rule, begun(rule, NOON + 1), NOON + 5.5 * HOUR, busy=False)
    assert found.start == start
    assert found.skipped == (() if start else ((NOON + 5 * HOUR, "missed"),))
    assert decide(rule, found.memory, NOON + 5.6 * HOUR, busy=False).start is None


def test_a_run_that_is_due_now_is_the_one_run_for_those_before_it() -> None:
    found = decide(HOURLY, begun(HOURLY, NOON + 1), NOON + 5 * HOUR, busy=False)
    assert (found.start, found.skipped) == (NOON + 5 * HOUR, ((NOON + 4 * HOUR, "missed"),))


@pytest.mark.parametrize("years", [1, 30])
def test_a_gap_of_years_costs_no_counting(years: int) -> None:
    rule = Rule("* * * * *", UTC)
    found = decide(rule, begun(rule, NOON), NOON + years * 366 * 86400 + 30, busy=False)
    assert found.start is not None
    assert Rule("0 0 29 2 *", UTC).cron
    rare = Rule("0 0 29 2 *", UTC)
    seldom = decide(rare, begun(rare, NOON), datetime(2035, 6, 1, tzinfo=UTC).timestamp(), busy=False)
    assert seldom.start == datetime(2032, 2, 29, tzinfo=UTC).timestamp()


def test_while_the_run_before_is_under_way_a_time_is_skipped_or_waits() -> None:
    memory = begun(HOURLY, NOON - 1)
    assert decide(HOURLY, memory, NOON, busy=True).skipped == ((NOON, "overlap"),)
    rule = Rule("0 * * * *", UTC, overlap="queue")
    first = decide(rule, begun(rule, NOON - 1), NOON, busy=True)
    second = decide(rule, first.memory, NOON + HOUR, busy=True)
    assert (second.start, second.memory.waiting) == (None, (NOON, NOON + HOUR))
    free = decide(rule, second.memory, NOON + HOUR + 5, busy=False)
    assert (free.start, free.memory.waiting) == (NOON, (NOON + HOUR,))


def test_what_waits_is_bounded() -> None:
    rule = Rule("0 * * * *", UTC, overlap="queue")
    memory = Memory(rule.spec, NOON - 1, tuple(NOON - n for n in range(MOST_WAITING)))
    assert decide(rule, memory, NOON, busy=True).skipped == ((NOON, "overlap"),)


def test_another_schedule_or_zone_begins_anew() -> None:
    memory = begun(HOURLY, NOON)
    for rule in (Rule("30 * * * *", UTC), Rule("0 * * * *", ZoneInfo("Asia/Kathmandu"), "Asia/Kathmandu")):
        found = decide(rule, memory, NOON + 10.5 * HOUR, busy=False)
        assert (found.start, found.skipped, found.memory.spec) == (None, (), rule.spec)


def test_a_clock_that_is_set_back_starts_nothing_twice() -> None:
    memory = decide(HOURLY, begun(HOURLY, NOON - 1), NOON, busy=False).memory
    assert decide(HOURLY, memory, NOON - 2 * HOUR, busy=False).memory == memory
    assert decide(HOURLY, memory, NOON, busy=False).start is None


steps = st.lists(st.tuples(st.floats(1, 3 * 86400), st.booleans()), min_size=1, max_size=25)


@settings(deadline=None, max_examples=80)
@given(
    cron=st.sampled_from(["30 2 * * *", "*/30 * * * *", "0 9 * * 1-5", "15 1,2,3 * * *"]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
    missed=st.sampled_from(["skip", "run_once"]), overlap=st.sampled_from(["skip", "queue"]),
    begin=st.integers(SPRING, SPRING + 235 * 86400),
    walk=steps,
)  # fmt: skip
def test_whatever_happens_no_time_starts_two_runs_and_each_run_has_a_time_that_was_due(
    cron: str, zone: str, missed: str, overlap: str, begin: int, walk: list[tuple[float, bool]]
) -> None:
    rule = Rule(cron, ZoneInfo(zone), zone, missed, overlap)  # type: ignore[arg-type]
    now, memory = float(begin), begun(rule, float(begin))
    handled: list[float] = []
    for seconds, busy in walk:
        now += seconds
        found = decide(rule, memory, now, busy)
        assert not (busy and found.start is not None)
        assert found.wake is not None
        assert found.wake > now
        if found.start is not None:
            assert begin < found.start <= now
            assert next_due(cron, rule.zone, found.start - 1) == found.start
            handled.append(found.start)
        handled += [at for at, why in found.skipped if why == "overlap"]
        memory = found.memory
        # Decided once more at the same moment, as after a crash before its run was known: the same time again.
        assert decide(rule, memory, now, True).start is None
    assert len(handled) == len(set(handled))


@settings(deadline=None, max_examples=60)
@given(seconds=st.floats(1, 20 * 86400), missed=st.sampled_from(["skip", "run_once"]))
def test_a_crash_before_the_memory_is_kept_gives_the_same_due_time(seconds: float, missed: str) -> None:
    rule = Rule("30 2 * * *", ZoneInfo("Europe/Berlin"), "Europe/Berlin", missed)  # type: ignore[arg-type]
    memory = begun(rule, NOON)
    assert decide(rule, memory, NOON + seconds, False).start == decide(rule, memory, NOON + seconds, False).start
    later = decide(rule, memory, NOON + seconds + 1800, False).start
    first = decide(rule, memory, NOON + seconds, False).start
    if missed == "run_once" and first is not None:
        assert later is not None
        assert later >= first
